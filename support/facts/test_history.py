"""The judge of histories, on histories whose faults are known."""

from support.facts.history import Attempt, Fate, History
from support.facts.moment import Moment

NOW = Moment.now()


def moment(seconds: float) -> Moment:
    return Moment(NOW.ns + int(seconds * 1e9), NOW.wall)


def attempt(thing: str, invoked: float, ended: float, fate: Fate, who: str = "Ana") -> Attempt:
    return Attempt(who, thing, moment(invoked), moment(ended), fate)


def kept(*things: str) -> History:
    return History([attempt(thing, n, n + 0.5, Fate.ACKNOWLEDGED) for n, thing in enumerate(things)])


def test_whatever_was_acknowledged_and_is_there_once_is_right() -> None:
    findings = kept("one", "two").compare(["one", "two"])
    assert findings.wrong == []
    assert findings.proves
    assert findings.acknowledged == 2


def test_what_was_acknowledged_and_is_not_there_is_lost() -> None:
    assert kept("one", "two").compare(["one"]).lost == ("two",)


def test_what_is_there_twice_is_doubled_whatever_was_said_of_it() -> None:
    assert kept("one").compare(["one", "one"]).doubled == ("one",)
    unknown = History([attempt("one", 0, 1, Fate.UNKNOWN)])
    assert unknown.compare(["one", "one"]).doubled == ("one",)


def test_what_was_always_refused_must_not_be_there() -> None:
    history = History([attempt("one", 0, 1, Fate.REFUSED), attempt("one", 2, 3, Fate.REFUSED)])
    assert history.compare(["one"]).ghosts == ("one",)
    assert history.compare([]).wrong == []


def test_what_is_unknown_may_be_there_once_or_not_at_all() -> None:
    history = History([attempt("one", 0, 1, Fate.UNKNOWN)])
    for found in ([], ["one"]):
        findings = history.compare(found)
        assert findings.wrong == []
        assert findings.unknown == ("one",)


def test_a_retry_that_is_acknowledged_settles_what_was_unknown_or_refused() -> None:
    for before in (Fate.UNKNOWN, Fate.REFUSED):
        history = History([attempt("one", 0, 1, before), attempt("one", 2, 3, Fate.ACKNOWLEDGED)])
        assert history.compare([]).lost == ("one",)
        assert history.compare(["one"]).wrong == []
        assert history.compare(["one"]).unknown == ()


def test_an_unclear_attempt_that_follows_a_refusal_stays_unknown() -> None:
    history = History([attempt("one", 0, 1, Fate.UNKNOWN), attempt("one", 2, 3, Fate.REFUSED)])
    assert history.compare(["one"]).wrong == []
    assert history.compare(["one"]).unknown == ("one",)


def test_what_nobody_sent_is_strange() -> None:
    assert kept("one").compare(["one", "another's"]).strange == ("another's",)


def test_a_thing_before_one_that_was_acknowledged_before_it_was_sent_is_out_of_order() -> None:
    assert kept("one", "two", "three").compare(["two", "one", "three"]).disordered == ("two",)
    assert kept("one", "two", "three").compare(["three", "one", "two"]).disordered == ("three",)


def test_things_that_were_under_way_at_once_may_stand_in_either_order() -> None:
    history = History([attempt("one", 0, 2, Fate.ACKNOWLEDGED), attempt("two", 1, 3, Fate.ACKNOWLEDGED)])
    assert history.compare(["one", "two"]).wrong == []
    assert history.compare(["two", "one"]).wrong == []
    assert history.at_once() == 2
    assert kept("one", "two").at_once() == 1


def test_a_retry_may_find_its_place_where_the_first_attempt_got_it() -> None:
    history = History(
        [
            attempt("one", 0, 1, Fate.UNKNOWN),
            attempt("two", 2, 3, Fate.ACKNOWLEDGED),
            attempt("one", 4, 5, Fate.ACKNOWLEDGED),
        ]
    )
    assert history.compare(["one", "two"]).wrong == []
    assert history.compare(["two", "one"]).wrong == []


def test_a_history_without_an_acknowledgement_proves_nothing() -> None:
    assert not History([attempt("one", 0, 1, Fate.UNKNOWN)]).compare([]).proves
    assert not History().compare([]).proves


def test_attempts_are_found_by_person_and_by_when_they_were_under_way() -> None:
    history = History(
        [
            attempt("one", 0, 1, Fate.REFUSED),
            attempt("two", 2, 3, Fate.REFUSED, who="Ben"),
            attempt("x", 2, 9, Fate.UNKNOWN),
        ]
    )
    assert [one.thing for one in history.of("Ben").attempts] == ["two"]
    assert [one.thing for one in history.between(moment(1.5))] == ["two", "x"]
    assert [one.thing for one in history.between(moment(1.5), moment(4))] == ["two"]
