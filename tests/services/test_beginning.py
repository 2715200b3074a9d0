"""A dashboard is empty until something is there for everybody: a closed staff survey counts once HR shows it."""

from dashboard.access.principal import ANYONE
from dashboard.services import beginning
from dashboard.services.employee import closing, showing
from dashboard.services.house import House
from tests.services.employee.staffing import answered, opened, staff


def test_staff_results_count_when_everybody_may_read_them(empty):
    assert beginning.nothing_yet(empty)
    wave = opened(empty)
    answered(empty, wave, staff())
    closing.close(empty, wave.id, "Hana")
    anybody = House(empty.home, visitor=ANYONE)
    assert beginning.nothing_yet(anybody), "closed results are HR's and command's alone"
    showing.show(empty, wave.id, "Hana", public=True)
    assert not beginning.nothing_yet(anybody)


def test_a_sample_agency_is_not_empty(riverton):
    assert not beginning.nothing_yet(House(riverton.home, visitor=ANYONE))
