from support.cast.strangers import ON_ITS_WAY, nobodys, overdue
from support.facts.moment import Moment
from support.outside.calls import Call

BEGAN = Moment.now()
BEFORE, DURING = BEGAN.ns - 10**9, BEGAN.ns + 10**9

UNKNOWN_BEFORE = Call(1, "", "aws", "999", BEFORE)
UNKNOWN = Call(2, "", "model", "find_savings", DURING)
ON_THE_WAY = Call(3, "ana", "gcp", "419", DURING, late=True, late_by=0.1)
LONG_GONE = Call(4, "ana", "model", "write_report", DURING, late=True, late_by=ON_ITS_WAY + 1)
CALLS = [UNKNOWN_BEFORE, UNKNOWN, ON_THE_WAY, LONG_GONE]


def test_a_call_for_nobody_is_the_doing_of_the_scenario_in_whose_time_it_came() -> None:
    assert nobodys(CALLS, BEGAN) == [UNKNOWN]


def test_a_call_that_was_on_its_way_when_its_scenario_ended_is_nobodys_fault() -> None:
    assert ON_THE_WAY not in nobodys(CALLS, BEGAN)
    assert ON_THE_WAY not in overdue(CALLS)


def test_work_that_goes_on_for_who_is_gone_is_named_at_the_end() -> None:
    assert overdue(CALLS) == [LONG_GONE]
