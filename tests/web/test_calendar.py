"""The calendar feed: open to all, read by another program, and nothing under its prefix falls through to the pages."""

import datetime as dt

from icalendar import Calendar

from dashboard.services import forms


def test_anybody_subscribes(web):
    found = web.get("/calendar/outreach.ics")
    assert found.status_code == 200
    assert found.headers["content-type"].startswith("text/calendar")
    events = Calendar.from_ical(found.content).walk("VEVENT")
    assert {"Advisory council", "Coffee with a Cop, Northgate"} <= {str(one["summary"]) for one in events}
    assert all(str(one["url"]).endswith("/outreach") for one in events)
    assert web.get("/calendar/other.ics").status_code == 404
    assert web.get("/calendar").status_code == 404


def test_both_feeds_are_written_alike(web, served):
    """One writer and one kind of route: the same headers, whole days or the agency's hours, addresses of our own pages, a year back at most."""
    feeds = {name: web.get(f"/calendar/{name}.ics") for name in ("outreach", "meetings")}
    day = forms.today(served)
    for name, answer in feeds.items():
        assert answer.headers["cache-control"] == "public, max-age=900"
        assert answer.headers["content-disposition"] == f'inline; filename="{name}.ics"'
        found = Calendar.from_ical(answer.content)
        assert str(found["x-wr-calname"]).startswith(served.name)
        for one in found.walk("VEVENT"):
            start = one["dtstart"].dt
            assert (start.date() if isinstance(start, dt.datetime) else start) >= day - dt.timedelta(days=366)
            assert str(one["uid"]).endswith("@127.0.0.1")
            assert str(one["url"]).startswith(str(web.base_url).rstrip("/"))
