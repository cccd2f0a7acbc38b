"""The few words a coach may write after a measure: "at least 2", "below p25", "difference between sides above 2 cm".

A test is parsed here from its words and nothing else; whether it suits its measure (unit, choices, sides) is checked
by `engine/checks.py` with the whole knowledge base at hand. `Conditions` is the mapping measure → test of `when`,
`unless`, `ask_when` and their kin; the reserved key `any_of` holds alternatives of which one must hold.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

ANY_OF = "any_of"
DEEPEST = 6
"""Alternatives may nest this deep."""

Reach = Literal["either", "both", "difference", "asymmetry"]
"""Which side a test of a per-side measure looks at; `either` (the default) is met by the worse side alone."""

Relation = Literal["at least", "at most", "above", "below", "exactly"]


@dataclass(frozen=True, slots=True)
class Compare:
    """`at least 2`, `at most 9 cm`, `above 5`, `below 9 cm`, `exactly 2`."""

    relation: Relation
    value: float
    unit: str | None = None
    reach: Reach = "either"


@dataclass(frozen=True, slots=True)
class Between:
    """`between 60 and 100`, bounds included."""

    low: float
    high: float
    unit: str | None = None
    reach: Reach = "either"


@dataclass(frozen=True, slots=True)
class Percentile:
    """`below p25`, `above p75`: percentiles of quality, so p25 is the worst quarter also where less is better."""

    relation: Literal["above", "below"]
    percentile: int
    reach: Reach = "either"


@dataclass(frozen=True, slots=True)
class NormDistance:
    """Distance from the norm in SD, plus is good: `at least` or `at most` that many.

    `worse than the norm by at least 1 sd` is at most −1; `better than the norm by at least 0.5 sd` at least +0.5;
    `not worse than the norm` at least 0; `not worse than the norm by more than 0.5 sd` at least −0.5.
    """

    relation: Literal["at least", "at most"]
    sd: float
    reach: Reach = "either"


@dataclass(frozen=True, slots=True)
class Is:
    """`yes`, `knee_in`, `not none`, `one of [knee_in, foot_collapses]`."""

    choices: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class HeldDeficit:
    """`present` or `ruled out`, when the key is a deficit."""

    state: Literal["present", "ruled out"]


Test = Compare | Between | Percentile | NormDistance | Is | HeldDeficit

_NUMBER = r"[-+−]?\d+(?:\.\d+)?"
_ID = re.compile(r"[a-z][a-z0-9_]*")
_COMPARE = re.compile(rf"(at least|at most|above|below|exactly) ({_NUMBER})(?: (.+))?")
_BETWEEN = re.compile(rf"between ({_NUMBER}) and ({_NUMBER})(?: (.+))?")
_PERCENTILE = re.compile(r"(above|below) p(\d{1,2})")
_NORM = re.compile(rf"(worse|better) than the norm by at least ({_NUMBER}) sd")
_NOT_WORSE = re.compile(rf"not worse than the norm(?: by more than ({_NUMBER}) sd)?")
_ONE_OF = re.compile(r"(not )?one of \[(.*)\]")
_SIDES: tuple[tuple[str, Reach], ...] = ((" on either side", "either"), (" on both sides", "both"))
_BETWEEN_SIDES: tuple[tuple[str, Reach], ...] = (
    ("difference between sides ", "difference"),
    ("asymmetry ", "asymmetry"),
)

VOCABULARY = (
    "at least 2 · at most 9 cm · above 5 · below 9 cm · exactly 2 · between 60 and 100 · below p25 · above p75 · "
    "worse than the norm by at least 1 sd · better than the norm by at least 0.5 sd · not worse than the norm · "
    "not worse than the norm by more than 0.5 sd · yes · no · knee_in · not none · one of [a, b] · present · "
    "ruled out · … on either side · … on both sides · difference between sides above 2 cm · asymmetry above 15 %"
)


class TestSyntaxError(ValueError):
    """These words are not a test."""

    __test__ = False


def parse(words: str) -> Test:
    """The test these words say.

    Raises: TestSyntaxError, with what is wrong; VOCABULARY lists what may be said.
    >>> parse("below 9 cm on both sides")
    Compare(relation='below', value=9.0, unit='cm', reach='both')
    >>> parse("worse than the norm by at least 1 sd")
    NormDistance(relation='at most', sd=-1.0, reach='either')
    """
    text = " ".join(words.split())
    if text in ("present", "ruled out"):
        return HeldDeficit(text)  # type: ignore[arg-type]  # narrowed by the line above
    reach: Reach = "either"
    for prefix, meaning in _BETWEEN_SIDES:
        if text.startswith(prefix):
            text, reach = text.removeprefix(prefix), meaning
            found = _numeric(text, reach)
            return found if isinstance(found, Compare | Between) else _refuse(words)
    for suffix, meaning in _SIDES:
        if text.endswith(suffix):
            text, reach = text.removesuffix(suffix), meaning
            return _numeric(text, reach) or _refuse(words)
    return _numeric(text, reach) or _choice(text) or _refuse(words)


def _numeric(text: str, reach: Reach) -> Compare | Between | Percentile | NormDistance | None:
    if match := _PERCENTILE.fullmatch(text):
        return Percentile(match[1], int(match[2]), reach)  # type: ignore[arg-type]  # the pattern allows no other word
    if match := _COMPARE.fullmatch(text):
        return Compare(match[1], _float(match[2]), match[3], reach)  # type: ignore[arg-type]  # as above
    if match := _BETWEEN.fullmatch(text):
        low, high = _float(match[1]), _float(match[2])
        if low > high:
            raise TestSyntaxError(f"'{text}' runs from the larger to the smaller number")
        return Between(low, high, match[3], reach)
    if match := _NORM.fullmatch(text):
        sd = _float(match[2])
        return NormDistance("at most", -sd, reach) if match[1] == "worse" else NormDistance("at least", sd, reach)
    if match := _NOT_WORSE.fullmatch(text):
        return NormDistance("at least", -_float(match[1] or "0") or 0.0, reach)
    return None


def _choice(text: str) -> Is | None:
    if match := _ONE_OF.fullmatch(text):
        ids = tuple(part.strip() for part in match[2].split(","))
        return Is(ids, bool(match[1])) if all(map(_ID.fullmatch, ids)) else None
    negated = text.startswith("not ")
    name = text.removeprefix("not ")
    return Is((name,), negated) if _ID.fullmatch(name) else None


def test_pattern(unit: str | None, *, sides: bool, norm: bool) -> str:
    """The tests that suit a number, as a regular expression that editors understand too.

    Args: the measure's unit, if it has one; whether each side is tested; whether it has a norm with a better side.
    """
    number = r"[-+−]?\d+(\.\d+)?"
    after = f"( {re.sub(r'[^A-Za-z0-9 %/]', lambda sign: chr(92) + sign[0], unit)})?" if unit else ""
    compare = f"(at least|at most|above|below|exactly) {number}|between {number} and {number}"
    ranks = rf"|(above|below) p\d{{1,2}}|(worse|better) than the norm by at least {number} sd"
    ranks += f"|not worse than the norm( by more than {number} sd)?"
    plain = f"(({compare}){after}{ranks if norm else ''})"
    if not sides:
        return f"^{plain}$"
    between = f"difference between sides ({compare}){after}|asymmetry ({compare})( %)?"
    return f"^({plain}( on either side| on both sides)?|{between})$"


test_pattern.__test__ = False  # type: ignore[attr-defined]  # its name is no test's


def _refuse(words: str) -> NoReturn:
    raise TestSyntaxError(f"'{words}' is not a test")


def _float(digits: str) -> float:
    return float(digits.replace("−", "-"))


def say(test: Test) -> str:
    """The words of a test; `parse(say(test)) == test`.

    >>> say(NormDistance("at least", -0.5))
    'not worse than the norm by more than 0.5 sd'
    """
    match test:
        case HeldDeficit(state):
            return state
        case Is((choice,), negated):
            return f"not {choice}" if negated else choice
        case Is(choices, negated):
            return f"{'not ' if negated else ''}one of [{', '.join(choices)}]"
        case Percentile(relation, percentile, reach):
            return _with_reach(f"{relation} p{percentile}", reach)
        case NormDistance("at most", sd, reach):
            return _with_reach(f"worse than the norm by at least {-sd:g} sd", reach)
        case NormDistance(_, sd, reach) if sd > 0:
            return _with_reach(f"better than the norm by at least {sd:g} sd", reach)
        case NormDistance(_, sd, reach):
            return _with_reach("not worse than the norm" + (f" by more than {-sd:g} sd" if sd else ""), reach)
        case Between(low, high, unit, reach):
            return _with_reach(f"between {low:g} and {high:g}{f' {unit}' if unit else ''}", reach)
        case Compare(relation, value, unit, reach):
            return _with_reach(f"{relation} {value:g}{f' {unit}' if unit else ''}", reach)


def _with_reach(words: str, reach: Reach) -> str:
    match reach:
        case "either":
            return words
        case "both":
            return f"{words} on both sides"
        case "difference":
            return f"difference between sides {words}"
        case "asymmetry":
            return f"asymmetry {words}"


@dataclass(frozen=True, slots=True)
class Conditions:
    """A mapping measure → tests, all of which must hold; of `any_of`, one mapping must hold as well."""

    lines: tuple[tuple[str, tuple[Test, ...]], ...] = ()
    any_of: tuple["Conditions", ...] = field(default=())

    def keys(self) -> Iterator[str]:
        """Every measure, deficit or count tested, alternatives included, in the order written."""
        for key, _ in self.lines:
            yield key
        for alternative in self.any_of:
            yield from alternative.keys()

    def tests(self) -> Iterator[tuple[tuple[str | int, ...], str, Test]]:
        """Every test with its path below this mapping and the key it tests."""
        for key, tests in self.lines:
            for index, test in enumerate(tests):
                yield ((key, index) if len(tests) > 1 else (key,)), key, test
        for number, alternative in enumerate(self.any_of):
            for path, key, test in alternative.tests():
                yield (ANY_OF, number, *path), key, test

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_conditions)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The shape alone, for editors; `engine/editor_schemas.py` fills in the measures that exist."""
        test = {"type": ["string", "boolean"], "description": VOCABULARY}
        return {
            "title": cls.__name__,
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"anyOf": [test, {"type": "array", "minItems": 1}]},
        }


def _conditions(value: object, depth: int = 0) -> Conditions:
    """A YAML mapping as conditions. An error's context `at` is the path, below the mapping, of what is wrong."""
    if isinstance(value, Conditions):
        return value
    if not isinstance(value, Mapping) or not value:
        _fail("conditions_type", "expected lines of the form `measure: test`, found {found}",
              found=_found(value), at=())  # fmt: skip
    if depth > DEEPEST:
        _fail("conditions_depth", "alternatives nest more than {deepest} deep", deepest=DEEPEST, at=())
    lines: list[tuple[str, tuple[Test, ...]]] = []
    any_of: tuple[Conditions, ...] = ()
    for key, tests in value.items():
        if key == ANY_OF:
            any_of = _alternatives(tests, depth)
        elif not isinstance(key, str) or not _ID.fullmatch(key):
            _fail("conditions_key", "'{key}' cannot be the name of a measure", key=key, at=(key,))
        else:
            lines.append((key, _tests(key, tests)))
    return Conditions(tuple(lines), any_of)


def _alternatives(value: object, depth: int) -> tuple[Conditions, ...]:
    if not isinstance(value, list) or len(value) < 2:
        _fail("any_of_type", "`any_of` needs a list of two or more mappings", at=(ANY_OF,))
    found = []
    for number, alternative in enumerate(value):
        try:
            found.append(_conditions(alternative, depth + 1))
        except PydanticCustomError as error:
            context = dict(error.context or {})
            _fail(error.type, error.message_template, **{**context, "at": (ANY_OF, number, *context.get("at", ()))})
    return tuple(found)


def _tests(key: str, value: object) -> tuple[Test, ...]:
    if not isinstance(value, list):
        return (_test((key,), value),)
    if not value:
        _fail("test_missing", "the list of tests is empty", at=(key,))
    return tuple(_test((key, index), item) for index, item in enumerate(value))


def _test(at: tuple[str | int, ...], value: object) -> Test:
    if isinstance(value, bool):
        return Is(("yes" if value else "no",))
    if isinstance(value, int | float):
        _fail("test_bare_number", "a bare number {found} is not a test; say 'at least {found}', 'below {found}' …",
              found=value, at=at)  # fmt: skip
    if not isinstance(value, str):
        _fail("test_type", "expected a test in words, found {found}", found=_found(value), at=at)
    try:
        return parse(value)
    except TestSyntaxError as error:
        _fail("test_words", "{reason}", reason=str(error), allowed=VOCABULARY, at=at)


def _found(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    return "nothing" if value is None else "a list" if isinstance(value, list) else f"'{value}'"


def _fail(kind: str, message: str, **context: Any) -> NoReturn:
    raise PydanticCustomError(kind, message, context)
