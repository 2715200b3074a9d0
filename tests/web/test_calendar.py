"""The calendar feed: open to all, read by another program, and nothing under its prefix falls through to the pages."""

from icalendar import Calendar


def test_anybody_subscribes(web):
    found = web.get("/calendar/outreach.ics")
    assert found.status_code == 200
    assert found.headers["content-type"].startswith("text/calendar")
    events = Calendar.from_ical(found.content).walk("VEVENT")
    assert {"Advisory council", "Coffee with a Cop, Northgate"} <= {str(one["summary"]) for one in events}
    assert all(str(one["url"]).endswith("/outreach") for one in events)
    assert web.get("/calendar/other.ics").status_code == 404
    assert web.get("/calendar").status_code == 404
