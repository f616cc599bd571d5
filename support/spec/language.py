"""What the specification's language refuses, each complaint with file and line.

Everything that pytest-bdd would run without a word although it checks less than it says: scenarios
that share a name (one vanishes), outlines without rows (they pass), two sentences for one line (one
is picked). And everything that would make a feature file less than a product: unknown tags, missing
business value, figures that nobody promised, words that only engineers know.
"""

import difflib
import inspect
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from typing import Any

from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from support.cast.hearing import DECISION
from support.spec import figures
from support.spec.complaint import Complaint
from support.spec.register import Register
from support.spec.sentences import TYPES
from support.spec.specification import FeatureFile, Scenario, Specification

MOST_STEPS = 7
_BEGINNINGS = ("Given", "When")
_PRONOUNS = re.compile(r"^(he|she|it|they|we|i|you|his|her|its|their)\b", re.IGNORECASE)
PLACE = re.compile(r"\{([^{}:]*):?([^{}]*)\}")
"""A place of a sentence, with its name and its type."""
_NAMES = ("Name", "Names", "NameOrNames")
_SPOKEN = ("Quoted", "Fact", "Topic")
"""Places of what somebody has said or entered, in the scenario's own words."""
_PLACE = re.compile(r"<([^<>]+)>")
_BELOW = {"docstring": "a text", "datatable": "a table"}


def own_steps() -> list[tuple[StepFunctionContext, str, int]]:
    """Every sentence that is bound by a step file, with the file and line of its function."""
    found = []
    for context in list(step_function_context_registry.values()):
        code = context.step_func.__code__
        if context.step_func.__module__.startswith("pytest_bdd"):
            continue
        found.append((context, code.co_filename, code.co_firstlineno))
    return found


def complaints(specification: Specification, register: Register) -> list[Complaint]:
    """Everything that is refused, in order of files and lines."""
    sentences = Sentences()
    found: list[Complaint] = []
    used: set[int] = set()
    for file in specification.files.values():
        found += [*_place_of(file, register), *_names(file)]
        found += _words(file, register)
        for scenario in file.scenarios:
            found += [*_shape(scenario), *_examples(scenario), *_tags(scenario, register)]
            found += figures.unpromised(scenario, register)
            found += _bindings(scenario, sentences, used, register)
    found += [*_asynchronous(), *_open_places()]
    found += [*_unused(specification, used), *figures.unstated(specification, register)]
    return sorted(dict.fromkeys(found), key=lambda one: (one.path, one.line))


class Sentences:
    """Every sentence that is bound by now, filed by its last word where that is written out."""

    def __init__(self) -> None:
        self._filed: dict[str, list[tuple[str, StepFunctionContext]]] = defaultdict(list)
        for context, _, _ in own_steps():
            written_out = PLACE.sub("\0", context.parser.name).split("\0")
            end = written_out[-1]
            last = end.rpartition(" ")[2] if " " in end else ""
            self._filed[last].append((max(written_out, key=len), context))

    @property
    def texts(self) -> list[str]:
        """All of them, as they are bound, without the types of their places."""
        return [plain(context) for filed in self._filed.values() for _, context in filed]

    def matching(self, kind: str, text: str) -> list[StepFunctionContext]:
        """Those that a line could be; `kind` is given, when or then."""
        candidates = (*self._filed.get(text.rpartition(" ")[2], ()), *self._filed.get("", ()))
        # To look for the longest of its words takes a hundredth of reading a line by a sentence.
        likely = (one for words, one in candidates if words in text and one.type in (None, kind))
        return [one for one in likely if one.parser.is_matching(text)]

    def misfit(self, kind: str, text: str) -> str:
        """Which word of a line does not fit into a sentence that fits otherwise, and which one would; "" for none."""
        for filed in self._filed.values():
            for _, context in filed:
                written_out = len(PLACE.sub("", context.parser.name))
                if context.type not in (None, kind) or written_out < len(text) / 3:
                    continue
                loose = "(.+?)".join(map(re.escape, PLACE.sub("\0", context.parser.name).split("\0")))
                types = [TYPES.get(type_) for _, type_ in PLACE.findall(context.parser.name)]
                fits = re.fullmatch(loose, text)
                for word, type_ in zip(fits.groups() if fits else (), types, strict=True) if fits else ():
                    known = getattr(type_, "words", ())
                    if known and not re.fullmatch(type_.pattern, word):  # type: ignore[union-attr]
                        hint = _nearest(word, known) or f"these can: {', '.join(known)}"
                        return f"'{word}' cannot stand there in '{plain(context)}'; {hint}"
        return ""


def _place_of(file: FeatureFile, register: Register) -> Iterator[Complaint]:
    folder = file.path.removeprefix("features/").rpartition("/")[0]
    if folder not in register.areas:
        stands = f"the folder {folder} is no area" if folder else "it stands in no area's folder"
        words = f"{stands}; the areas stand in features/promises.toml: {', '.join(register.areas)}"
        yield Complaint(file.path, file.line, words)


def _names(file: FeatureFile) -> Iterator[Complaint]:
    lines: dict[str, list[int]] = defaultdict(list)
    for scenario in file.scenarios:
        lines[scenario.name].append(scenario.line)
    for name, at in lines.items():
        for line in at[1:]:
            yield Complaint(file.path, line, f"a scenario of this name stands in line {at[0]} already: {name}")
        if not name:
            yield Complaint(file.path, at[0], "the scenario has no name")
    for rule in file.rules:
        if not rule.scenarios:
            yield Complaint(file.path, rule.line, f"the rule has no scenario: {rule.name}")
    if not file.scenarios:
        yield Complaint(file.path, file.line, "the feature has no scenario")


def _shape(scenario: Scenario) -> Iterator[Complaint]:
    def complain(words: str, line: int = scenario.line) -> Complaint:
        return Complaint(scenario.path, line, words)

    if not scenario.steps:
        yield complain("the scenario has no steps and would pass")
    if len(scenario.steps) > MOST_STEPS:
        yield complain(f"the scenario has {len(scenario.steps)} steps; {MOST_STEPS} are the most that can be followed")
    if scenario.steps and not any(step.type == "then" for step in scenario.steps):
        yield complain("the scenario has no Then and would check nothing")
    if scenario.steps and (first := scenario.steps[0]).keyword not in _BEGINNINGS:
        yield complain(f"the first step begins with '{first.keyword}'; begin with {_BEGINNINGS[0]} or When", first.line)
    for step in scenario.steps:
        if pronoun := _PRONOUNS.match(step.text):
            yield complain(f"'{pronoun.group()}' is the subject of a sentence; name the person instead", step.line)


def _examples(scenario: Scenario) -> Iterator[Complaint]:
    open_ = list(dict.fromkeys(name for step in scenario.steps for name in _PLACE.findall(step.text)))
    if (scenario.outline or open_) and not scenario.examples:
        words = "the outline has no rows of examples and would pass as it is written"
        yield Complaint(scenario.path, scenario.line, words)
    seen: set[str] = set()
    for block in scenario.examples:
        if not block.rows:
            yield Complaint(scenario.path, block.line, "the block of examples has no rows and would check nothing")
        for column in dict.fromkeys([*open_, *block.columns] if block.columns else ()):
            times = block.columns.count(column)
            if times != 1 or column not in open_:
                why = {0: "is missing", 1: "is used by no sentence"}.get(times, "stands twice")
                yield Complaint(scenario.path, block.line, f"the column '{column}' of the examples {why}")
        for row in block.rows:
            if row.id in seen:
                yield Complaint(scenario.path, row.line, f"a row of examples stands twice: {row.id}")
            seen.add(row.id)


def _tags(scenario: Scenario, register: Register) -> Iterator[Complaint]:
    families: Counter[str] = Counter()
    for written, line in scenario.lines.items():
        tag = register.tag(written)
        if tag is None:
            near = difflib.get_close_matches(written, register.permitted_tags(), 1)
            hint = f"; did you mean @{near[0]}?" if near else "; the tags stand in features/vocabulary.toml"
            yield Complaint(scenario.path, line, f"unknown tag @{written}{hint}")
            continue
        families[tag.family.name] += 1
        if tag.family.name == "promise" and written not in scenario.tags:
            words = f"@{written} stands at a block of examples alone; write it above the scenario, too"
            yield Complaint(scenario.path, line, words)
        if tag.family.name == "promise" and "." not in tag.value:
            yield Complaint(scenario.path, line, f"@{written} names no clause; write @{written}.<clause>")
    for name, family in register.tags.items():
        if not family.use.allows(families[name]):
            yield Complaint(
                scenario.path,
                scenario.line,
                f"the scenario has {families[name]} tags @{name}…, and needs {family.use.value}",
            )


def _words(file: FeatureFile, register: Register) -> Iterator[Complaint]:
    for number, line in enumerate(file.text.splitlines(), start=1):
        plain = line.strip()
        if plain.startswith(("@", "#")):
            continue
        for word, replacement in register.forbidden_in(plain):
            yield Complaint(file.path, number, f"'{word}' is a technical word: {replacement}")


def _bindings(scenario: Scenario, sentences: Sentences, used: set[int], register: Register) -> Iterator[Complaint]:
    for _, steps in scenario.rendered():
        said = ""
        for step in steps:
            found = sentences.matching(step.type, step.text)
            used.update(id(one) for one in found)
            if len(found) == 1:
                if step.below and step.below not in inspect.signature(found[0].step_func).parameters:
                    words = f"{_BELOW[step.below]} stands under the step '{step.text}', which does not read it"
                    yield Complaint(scenario.path, step.line, words)
                held = _held(found[0], step.text)
                for words in (*_strangers(held, register), *(_unheard(held, said) if step.type == "then" else ())):
                    yield Complaint(scenario.path, step.line, words)
            elif found:
                where = ", ".join(_place(one.step_func) for one in found)
                yield Complaint(scenario.path, step.line, f"ambiguous step '{step.text}': it is bound in {where}")
            else:
                hint = sentences.misfit(step.type, step.text)
                if not hint and (near := difflib.get_close_matches(step.text, sentences.texts, 1, 0.4)):
                    hint = f"the nearest sentence is '{near[0]}'"
                words = f"undefined step '{step.keyword} {step.text}'{'; ' if hint else ''}{hint}"
                yield Complaint(scenario.path, step.line, words)
            if step.type != "then":
                said += f"{step.text.lower()}\n"


def plain(sentence: StepFunctionContext) -> str:
    """A sentence without the types of its places."""
    return PLACE.sub(r"{\1}", sentence.parser.name)


def _held(sentence: StepFunctionContext, text: str) -> list[tuple[str, str]]:
    """What a line says in the places of its sentence, each with the place's type."""
    types = dict(PLACE.findall(sentence.parser.name))
    return [(types[name], str(value)) for name, value in (sentence.parser.parse_arguments(text) or {}).items()]


def _strangers(held: list[tuple[str, str]], register: Register) -> Iterator[str]:
    """Whom and what nobody knows, of the people and companies that a line names."""
    companies = {person.company for person in register.people.values()}
    for type_, value in held:
        names = re.split(", | and ", value) if type_ in _NAMES else []
        for kind, name, known in [
            *(("person", name, register.people) for name in names),
            *([("company", value, companies)] if type_ == "Company" else []),
        ]:
            if name not in known:
                hint = _nearest(name, known) or "the people stand in features/vocabulary.toml"
                yield f"there is no {kind} {name}; {hint}"


def _unheard(held: list[tuple[str, str]], said: str) -> Iterator[str]:
    """Of what a Then says that somebody has said or entered, whatever nothing before it speaks of.

    That it is heard nowhere would be true of every word that is mistyped. Decisions are told in many words.
    """
    for type_, value in held:
        if type_ in _SPOKEN and value.lower() not in said and value != DECISION:
            yield f"nothing before this Then speaks of '{value}'"


def _nearest(word: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f"did you mean {near[0]}?" if near else ""


def _asynchronous() -> Iterator[Complaint]:
    for context, path, line in own_steps():
        function = context.step_func
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            yield Complaint(path, line, f"the step {function.__name__} is asynchronous and would pass without running")
        elif inspect.isgeneratorfunction(function):
            yield Complaint(path, line, f"the step {function.__name__} yields, and what follows would run unjudged")


def _open_places() -> Iterator[Complaint]:
    for context, path, line in own_steps():
        for name, type_ in PLACE.findall(context.parser.name):
            if not type_:
                takes = f"the place {{{name}}} of '{context.parser.name}' takes any words, mistyped ones too"
                yield Complaint(path, line, f"{takes}; give it a type")


def _unused(specification: Specification, used: set[int]) -> Iterator[Complaint]:
    steps = str(specification.root / "steps")
    for context, path, line in own_steps():
        if id(context) not in used and path.startswith(steps):
            yield Complaint(path, line, f"no scenario uses the sentence '{context.parser.name}'")


def _place(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__name__}"
