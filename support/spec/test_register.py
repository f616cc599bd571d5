import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from support.facts.trouble import CannotRun
from support.spec.register import MARKERS, Register, Severity, Use, load

FEATURES = Path(__file__).parents[2] / "features"

EXPECTED_PROMISES = {
    "P": 15,
    "TL": 8,
    "CC": 6,
    "TI": 5,
    "TP": 5,
    "WS": 5,
    "PF": 5,
    "SC": 4,
    "BC": 3,
}


@pytest.fixture(scope="module")
def register() -> Register:
    return load(FEATURES)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("promises.toml", "vocabulary.toml"):
        shutil.copy(FEATURES / name, tmp_path)
    return tmp_path


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, f"{old!r} is no longer in {file}; this test proves nothing"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_register_holds_the_56_promises_of_the_sources(register: Register) -> None:
    ids = [
        f"{family}{number:02}" if family == "P" else f"{family}-{number}"
        for family, count in EXPECTED_PROMISES.items()
        for number in range(1, count + 1)
    ]
    assert sorted(register.promises) == sorted(ids)
    assert len(ids) == 56


def test_every_promise_can_be_checked_in_parts_and_each_part_is_a_sentence(register: Register) -> None:
    for promise in register.promises.values():
        assert len(promise.clauses) >= 2, promise.id
        for clause in promise.clauses.values():
            assert re.fullmatch(r"[A-Z].{10,}\.", clause.sentence), clause.id


def test_every_area_has_promises_and_a_business_impact(register: Register) -> None:
    areas = {promise.area.key for promise in register.promises.values()}
    assert areas == set(register.areas)
    assert all(area.impact.endswith(".") for area in register.areas.values())


def test_every_marker_of_the_sources_selects_a_promise(register: Register) -> None:
    assert {marker for promise in register.promises.values() for marker in promise.markers} == MARKERS


def test_each_promise_names_the_document_that_makes_it(register: Register) -> None:
    for promise in register.promises.values():
        document = "Thread Management README" if "-" in promise.id else "Database & Redis Persistence summary"
        assert promise.source.startswith(document), promise.id


def test_the_words_that_a_report_prints_are_business_words(register: Register) -> None:
    printed = [
        register.business.at_stake,
        register.business.share_of_value,
        *(text for area in register.areas.values() for text in (area.title, area.impact)),
        *(text for kept in register.promises.values() for text in (kept.title, kept.promise, kept.value)),
        *(figure.says for kept in register.promises.values() for figure in kept.figures.values()),
        *(clause.sentence for clause in register.clauses.values()),
        *(family.meaning for family in register.tags.values()),
        *(sentence for family in register.tags.values() for sentence in family.values.values()),
        *(person.about for person in register.people.values()),
    ]
    assert {text: found for text in printed if (found := register.forbidden_in(text))} == {}


def test_the_sum_at_stake_is_named_in_no_promise(register: Register) -> None:
    assert "$500K" in register.business.at_stake
    assert not [kept.id for kept in register.promises.values() if "$" in f"{kept.title}{kept.promise}{kept.value}"]


def test_every_person_has_the_traits_of_a_segment_and_only_auditors_audit(register: Register) -> None:
    assert {name: (one.company, one.segment) for name, one in register.people.items()} == {
        "Ana": ("Acme", "enterprise"),
        "Ben": ("Birch", "free"),
        "Chen": ("Cedar", "mid"),
        "Dora": ("Delta", "early"),
        "Hanna": ("Hazel", "enterprise"),
        "Greta": ("Grove", "enterprise"),
        "Milo": ("Maple", "mid"),
        "Finn": ("Fern", "early"),
        "Nell": ("North Acme", "mid"),
        "Olga": ("Acme", "enterprise"),
        "Paul": ("Acme", "enterprise"),
        "Alma": ("Acme", "enterprise"),
        "Ada": ("Birch", "free"),
        "Otto": ("Birch", "free"),
        "Nora": ("Netra", "enterprise"),
        "Eve": ("Elm", "free"),
    }
    assert [one.name for one in register.people.values() if one.role == "auditor"] == ["Olga", "Otto"]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("bvj:segment=all", "All segments"),
        ("exit:timeout", "time limit"),
        ("promise:P05", "lost connection"),
        ("promise:P05.waits", "once and in order"),
        ("promise:WS-1.paired", "tool"),
        ("slow", "takes its time"),
    ],
)
def test_a_known_tag_has_a_sentence(register: Register, written: str, sentence: str) -> None:
    tag = register.tag(written)
    assert tag is not None
    assert sentence in tag.sentence


@pytest.mark.parametrize(
    "written",
    ["wip", "bvj:segment", "bvj:segment=rich", "bvj:segment:all", "exit=timeout", "promise:P57", "promise:P05.nothing"],
)
def test_an_unknown_tag_means_nothing(register: Register, written: str) -> None:
    assert register.tag(written) is None


def test_business_value_is_asked_for_as_the_sources_state_it(register: Register) -> None:
    uses = {name: family.use for name, family in register.tags.items()}
    assert uses["bvj:segment"] is uses["bvj:value"] is uses["bvj:impact"] is Use.EXACTLY_ONE
    assert uses["bvj:goal"] is uses["promise"] is Use.AT_LEAST_ONE
    assert not Use.EXACTLY_ONE.allows(2)
    assert not Use.AT_LEAST_ONE.allows(0)
    assert Use.ANY_NUMBER.allows(0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the WebSocket closes", ["WebSocket"]),
        ("three threads and two Queries", ["threads", "Queries"]),
        ("a status  code of 200", ["status  code"]),
        ("the run ends; both instances run out of time", ["the run", "instances"]),
        ("the threadbare keyboard is socketed", []),
        ("Ana's time runs out", []),
    ],
)
def test_a_forbidden_word_is_found_as_a_whole_word_with_its_replacement(
    register: Register, text: str, words: list[str]
) -> None:
    found = register.forbidden_in(text)
    assert [word for word, _ in found] == words
    assert all(instead for _, instead in found)


@pytest.mark.parametrize(
    ("promises", "value", "word", "name"),
    [
        (["P07"], "5", "minutes", "limit"),
        (["P07"], "300", "seconds", "limit"),
        (["P05", "P04"], "24", "hours", "recommendations_kept"),
        (["PF-4"], "0.5", "seconds", "average"),
        (["BC-3"], "99.9", "%", "availability"),
        (["WS-1"], "5", "", "kinds"),
    ],
)
def test_a_number_in_a_sentence_is_found_among_the_promised_figures(
    register: Register, promises: list[str], value: str, word: str, name: str
) -> None:
    figure = register.figure(promises, Decimal(value), word)
    assert figure is not None
    assert figure.name == name


@pytest.mark.parametrize(
    ("value", "word"), [("299", "seconds"), ("300", "hours"), ("5", ""), ("5", "percent"), ("5", "moons")]
)
def test_a_number_that_is_not_promised_is_not_found(register: Register, value: str, word: str) -> None:
    assert register.figure(["P07"], Decimal(value), word) is None


def test_severities_stand_from_worst_to_least() -> None:
    assert next(iter(Severity)) is Severity.MISSION_CRITICAL
    assert list(Severity)[-1] is Severity.MINOR


PROMISE_SLIPS = {
    "a misspelled field": ('severity = "normal"\n', 'severety = "normal"\n', "P02.severity is missing"),
    "a field too many": ("figures = []\n", 'figures = []\nowner = "me"\n', "P03.owner is not known here"),
    "an unknown area": ('area = "golden_path"', 'area = "golden"', 'P04.area says "golden"'),
    "an unknown severity": ('severity = "normal"', 'severity = "high"', 'P02.severity says "high"'),
    "an unknown marker": ('["thread_performance"]', '["speed"]', 'P02.markers says "speed"'),
    "a marker twice": (
        'markers = ["thread_performance"]',
        'markers = ["security", "security"]',
        'P02.markers says "security" twice',
    ),
    "severity against markers": ('severity = "normal"', 'severity = "mission_critical"', "P02.markers and severity"),
    "an unknown unit": ('value = 24, unit = "hours"', 'value = 24, unit = "moons"', 'P04.figures[2].unit says "moons"'),
    "a figure in words": ("value = 24,", 'value = "24",', "P04.figures[2].value is not a number"),
    "a figure that is yes": ("value = 24,", "value = true,", "P04.figures[2].value is not a number"),
    "a figure that is no number": ("value = 24,", "value = nan,", "P04.figures[2].value is NaN"),
    "a figure below zero": ("value = 24,", "value = -24,", "P04.figures[2].value is -24"),
    "a figure without meaning": (', says = "a session is kept ready" }', " }", "P02.figures[1].says is missing"),
    "a figure twice": ('"parallel_slowest"', '"parallel_average"', "P02.figures[6]"),
    "a figure field too many": ("value = 24,", "value = 24, at_most = true,", "P04.figures[2].at_most is not known"),
    "an empty clause": ('waits = "Every', 'waits = ""\nmore = "Every', "P05.clauses.waits is empty"),
    "a clause that no tag can name": ('waits = "Every', '"It waits" = "Every', "P05.clauses.It waits is not a usable"),
    "a clause that is no sentence": ('waits = "Every', 'waits = 3\nmore = "Every', "P05.clauses.waits is not a text"),
    "no clauses": ("[P03.clauses]", "[P03.parts]", "P03.clauses is missing"),
    "a promise twice": ("[P02]", "[P01]", "P01"),
    "a title twice": (
        'title = "Sessions and results are close at hand"',
        'title = "A conversation is there when its customer returns"',
        "P02.title says",
    ),
    "a table that is no promise": ("[P02]", "[P2]", "P2 is not the name of a promise"),
    "no business value": ("share_of_value", "share", "business.share_of_value is missing"),
    "an area without impact": ("impact = ", "effect = ", "areas.golden_path.impact is missing"),
    "broken TOML": ("[P02]", "[P02", "promises.toml"),
}

VOCABULARY_SLIPS = {
    "a tag family without use": ('use = "exactly one"', "", "tags.bvj:segment.use is missing"),
    "an unknown use": ('use = "exactly one"', 'use = "two"', 'tags.bvj:segment.use says "two"'),
    "a family without values": ("flag = true", "", "tags.slow has not exactly one"),
    "values from elsewhere": ('\nvalues_from = "promises"', '\nvalues_from = "areas"', "tags.promise.values_from"),
    "a value with capitals": ("timeout = ", "Timeout = ", "tags.exit.values.Timeout is not a usable name"),
    "a segment that is not there": ('segment = "mid"', 'segment = "middle"', 'people.Chen.segment says "middle"'),
    "a person of all segments": ('segment = "mid"', 'segment = "all"', 'people.Chen.segment says "all"'),
    "a trait too many": ('company = "Birch"', 'company = "Birch"\nage = 30', "people.Ben.age is not known here"),
    "a word without replacement": ("redis = \"say 'kept ready'\"", 'redis = ""', "forbidden_words.redis is empty"),
    "a word in capitals": ("redis = ", "Redis = ", "forbidden_words.Redis has capitals"),
    "a unit word twice": ('["hour", "hours"]', '["hour", "minutes"]', 'units.hours says "minutes"'),
    "a unit of nothing": ("factor = 60\n", "factor = 0\n", "units.minutes.factor is 0"),
    "a section that is not known": ("[forbidden_words]", "[bad_words]", "forbidden_words is missing"),
    "no segments": ('tags."bvj:segment"', 'tags."bvj:part"', "bvj:part"),
}


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        *(pytest.param("promises.toml", *slip, id=name) for name, slip in PROMISE_SLIPS.items()),
        *(pytest.param("vocabulary.toml", *slip, id=name) for name, slip in VOCABULARY_SLIPS.items()),
    ],
)
def test_a_slip_is_refused_with_file_and_place(copy: Path, file: str, old: str, new: str, complaint: str) -> None:
    change(copy, file, old, new)
    with pytest.raises(CannotRun) as refusal:
        load(copy)
    assert f"features/{file}" in refusal.value.cause
    assert complaint in refusal.value.cause
    assert refusal.value.next_action


def test_a_missing_file_is_refused_by_its_name(copy: Path) -> None:
    (copy / "promises.toml").unlink()
    with pytest.raises(CannotRun, match=r"promises\.toml does not exist"):
        load(copy)


def test_a_file_in_another_encoding_is_refused(copy: Path) -> None:
    (copy / "vocabulary.toml").write_bytes('meaning = "größer"'.encode("latin-1"))
    with pytest.raises(CannotRun, match=r"vocabulary\.toml: this is not UTF-8 text"):
        load(copy)


def test_what_was_read_cannot_be_changed_by_a_scenario(register: Register) -> None:
    with pytest.raises(TypeError):
        register.promises["P05"].figures["limit"] = None  # type: ignore[index]
    with pytest.raises(AttributeError):
        register.promises["P05"].title = "another"  # type: ignore[misc]
