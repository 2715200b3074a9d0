"""The state of the data is looked up once in each run of a page, and anew in the next."""

from dashboard.schema.scope import Audience
from dashboard.services.house import House
from dashboard.services.outreach import desk
from dashboard.store.outreach import Outreach
from dashboard.ui import cache


def test_a_page_looks_the_state_of_the_data_up_once(riverton, open_page, monkeypatch):
    looked, real = [], cache.data_version
    monkeypatch.setattr(cache, "data_version", lambda house: looked.append(1) or real(house))
    app = open_page(riverton, "outreach")
    assert not app.exception
    assert len(looked) == 1
    app.run()
    assert len(looked) == 2


def test_the_next_run_sees_what_changed_meanwhile(own_riverton, open_page):
    app = open_page(own_riverton, "outreach")
    (before,) = [one.value for one in app.markdown if "events were held" in str(one.value)]
    gone = next(one for one in Outreach(own_riverton.records).events() if one.day.year == 2025)
    desk.remove(own_riverton, gone.id, "ana")
    app.run()
    (after,) = [one.value for one in app.markdown if "events were held" in str(one.value)]
    assert before != after


def test_outside_of_a_page_it_is_looked_up_every_time(own_riverton, monkeypatch):
    looked = []
    monkeypatch.setattr(cache, "data_version", lambda house: looked.append(1) or "same")
    for _ in range(2):
        cache.answer(agency, House(own_riverton.home), (), Audience.PUBLIC)
    assert len(looked) == 2


def agency(house):
    return house.name
