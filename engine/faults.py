"""Second step of loading, its words: what pydantic found wrong with a page → faults a coach can act on.

Every error becomes a sentence with its place in the file, what was found, what is allowed and the nearest name. A
missing key and an unknown one that looks like it are one mistake and told as one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from engine.conditions import TestSyntaxError, parse, say
from engine.errors import Fault, nearest
from engine.knowledge import Page, Path
from engine.yaml_positions import excerpt

_SNAKE = "a name in lower-case letters, digits and underscores that begins with a letter"
_NUMBER_KINDS = ("float_parsing", "float_type", "int_parsing", "int_type", "int_from_float", "int_parsing_size",
                 "finite_number", "decimal_parsing", "decimal_type")  # fmt: skip
_LIST_KINDS = ("tuple_type", "list_type", "set_type", "frozen_set_type", "iterable_type")
_MAPPING_KINDS = ("model_type", "model_attributes_type", "dict_type", "mapping_type", "dataclass_type")
_CONDITION_KINDS = ("conditions_", "any_of_", "test_")
_KEY = "[key]"


def explain(errors: Sequence[ErrorDetails], shape: Any, page: Page, data: Any) -> list[Fault]:
    """The faults of one page.

    Args: what pydantic reports; the type the page should have (a model, or any annotation of one); the page and the
    data read from it.
    """
    missing = {tuple(error["loc"]): error for error in errors if error["type"] == "missing"}
    unknown = [error for error in errors if error["type"] == "extra_forbidden"]
    faults = list(_unknown_keys(unknown, missing, shape, page))
    faults += [_missing_key(loc, page, data) for loc in missing]
    rest = [error for error in errors if error["type"] not in ("missing", "extra_forbidden")]
    for (path, at_key), alike in _by_path(rest, page).items():
        faults.append(_wrong_value(alike, path, at_key, page))
    return faults


def short(found: object) -> str:
    """A value as an error quotes it.

    >>> short("run"), short(7), short(None), short([1, 2])
    ("'run'", '7', 'nothing', 'a list')
    """
    if found is None:
        return "nothing"
    if isinstance(found, Mapping):
        return "a mapping"
    if isinstance(found, list | tuple):
        return "a list"
    if isinstance(found, bool):
        return "'true'" if found else "'false'"
    return bare(found) if isinstance(found, int | float) else f"'{bare(found)}'"


def bare(found: object) -> str:
    """A text or number without quotes, on one line and not too long."""
    text = " ".join(str(found).split())
    return text if len(text) <= 60 else f"{text[:57]}…"


def _unknown_keys(
    errors: Iterable[ErrorDetails], missing: dict[Path, ErrorDetails], shape: Any, page: Page
) -> Iterator[Fault]:
    for error in errors:
        loc = tuple(error["loc"])
        key, parent = str(loc[-1]), loc[:-1]
        fields = fields_at(shape, parent)
        wanted = [str(other[-1]) for other in missing if other[:-1] == parent]
        meant = nearest(key, wanted)
        if meant:
            del missing[*parent, meant]
        meant = meant or nearest(key, [name for name in fields if (*parent, name) not in page.keys])
        place = page.key(*loc)
        allowed = "" if meant else ", ".join(fields)
        yield Fault(place, f"unknown key {short(key)}", excerpt(page.text, place.line), allowed, meant, "unknown_key")


def _missing_key(loc: Path, page: Page, data: Any) -> Fault:
    parent = loc[:-1]
    place = page.value(*parent) if not parent or isinstance(parent[-1], int) else page.key(*parent)
    whose = "the page" if not parent else _name_of(parent, data)
    return Fault(place, f"{whose} lacks the key '{loc[-1]}'", excerpt(page.text, place.line), code="missing_key")


def _name_of(path: Path, data: Any) -> str:
    """What a coach calls the thing at a path: its key, or its own name for an item of a list."""
    if not isinstance(path[-1], int):
        return f"'{path[-1]}'"
    item = data
    for step in path:
        item = item[step]
    for name in ("id", "deficit", "label", "title"):
        if isinstance(item, Mapping) and isinstance(item.get(name), str):
            return short(item[name])
    above = next((step for step in reversed(path) if isinstance(step, str)), "the list")
    return f"item {path[-1] + 1} of '{above}'"


def _by_path(errors: Iterable[ErrorDetails], page: Page) -> dict[tuple[Path, bool], list[ErrorDetails]]:
    """Errors by the path they speak about; the several complaints of a union about one value come together."""
    found: dict[tuple[Path, bool], list[ErrorDetails]] = {}
    for error in errors:
        loc = tuple(error["loc"])
        at_key = bool(loc) and loc[-1] == _KEY
        context = error.get("ctx") or {}
        path = _recorded((*loc, *context.get("at", ())), page)
        at_key = at_key or error["type"] == "conditions_key"
        found.setdefault((path, at_key), []).append(error)
    return found


def _recorded(loc: Path, page: Page) -> Path:
    for length in range(len(loc), 0, -1):
        if loc[:length] in page.values:
            return loc[:length]
    return ()


def _wrong_value(errors: list[ErrorDetails], path: Path, at_key: bool, page: Page) -> Fault:
    place = page.key(*path) if at_key else page.value(*path)
    if at_key:
        said = [_say_key(errors[0], path)]
    else:
        said = [_say(error) for error in errors]
    if len(said) > 1:
        expectations = list(dict.fromkeys(text.split("expected ", 1)[-1].split(", found ")[0] for text, _, _ in said))
        said = [(f"expected {' or '.join(expectations)}, found {short(errors[0]['input'])}", *_merged(said))]
    message, allowed, meant = said[0]
    about = next((f"'{step}': " for step in reversed(path) if isinstance(step, str)), "")
    if at_key or errors[0]["type"].startswith((*_CONDITION_KINDS, "value_error")):
        about = ""
    return Fault(place, about + message, excerpt(page.text, place.line), allowed, meant, errors[0]["type"])


def _merged(said: list[tuple[str, str, str]]) -> tuple[str, str]:
    allowed = ", ".join(filter(None, (allowed for _, allowed, _ in said)))
    return allowed, next((meant for *_, meant in said if meant), "")


def _say_key(error: ErrorDetails, path: Path) -> tuple[str, str, str]:
    key = str(path[-1]) if path else ""
    if error["type"] == "literal_error":
        return _not_among("key", key, error)
    if error["type"] == "conditions_key":
        return f"{short(key)} cannot be the name of a measure; expected {_SNAKE}", "", _snake(key)
    if error["type"] == "int_parsing":
        return f"expected a whole number as key, found {short(key)}", "", ""
    return f"{short(key)} cannot be a name here; expected {_SNAKE}", "", _snake(key)


def _say(error: ErrorDetails) -> tuple[str, str, str]:
    """Sentence, what is allowed, what was probably meant."""
    kind, found, context = error["type"], error["input"], error.get("ctx") or {}
    if kind == "literal_error":
        return _not_among("", found, error)
    if kind.startswith(_CONDITION_KINDS):
        meant = _test_meant(str(context.get("reason", ""))) if kind == "test_words" else ""
        return error["msg"], "" if meant else str(context.get("allowed", "")), meant
    if kind == "value_error":
        return str(context.get("error", error["msg"])), "", ""
    if kind == "string_pattern_mismatch":
        return f"expected {_SNAKE}, found {short(found)}", "", _snake(str(found))
    return _EXPECTED.get(kind, _anything)(found, context, error), "", ""


def _not_among(what: str, found: object, error: ErrorDetails) -> tuple[str, str, str]:
    allowed = re.findall(r"'([^']*)'", str((error.get("ctx") or {}).get("expected", "")))
    meant = nearest(found, allowed) if isinstance(found, str) else ""
    sentence = f"unknown {what} {short(found)}" if what else f"{short(found)} is not one of the words allowed here"
    return sentence, ", ".join(allowed), meant


def _snake(text: str) -> str:
    """The id a text was probably meant as.

    >>> _snake("Knee-to Wall")
    'knee_to_wall'
    """
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_").lstrip("0123456789_")


_OTHER_WORDS: tuple[tuple[str, str], ...] = (
    (r"(less|smaller|lower) than or equal to|(no|not) (more|higher|greater) than|<=|≤|max(imum)?|up to", "at most"),
    (r"(more|greater|higher) than or equal to|(no|not) (less|lower|smaller) than|>=|≥|min(imum)?|from", "at least"),
    (r"less than|smaller than|lower than|fewer than|under|<", "below"),
    (r"more than|greater than|higher than|larger than|over|>", "above"),
    (r"equals|equal to|==|=", "exactly"),
    (r"is not|isn't|!=", "not"),
)
_RELATION = re.compile(r"(\D+?) ?(-?\d.*)")
_RELATIONS = ("at least", "at most", "above", "below", "exactly", "between")


def _test_meant(reason: str) -> str:
    """The test a coach probably meant by other words: `less than 9` is `below 9`.

    >>> _test_meant("'less than 9 cm' is not a test"), _test_meant("'abowe 3' is not a test")
    ('below 9 cm', 'above 3')
    """
    words = " ".join(reason.removesuffix(" is not a test").strip("'").lower().split())[:80]
    guesses = [re.sub(f"^({other}) ?", f"{ours} ", words) for other, ours in _OTHER_WORDS]
    if match := _RELATION.fullmatch(words):
        guesses += [f"{near} {match[2]}" for near in [nearest(match[1], _RELATIONS)] if near]
    for guess in guesses:
        if guess != words:
            try:
                return say(parse(guess))
            except TestSyntaxError:
                continue
    return ""


_Sentence = Callable[[Any, Mapping[str, Any], ErrorDetails], str]


def _anything(found: Any, context: Mapping[str, Any], error: ErrorDetails) -> str:
    """For the kinds no page can cause today: pydantic's own words, made ours."""
    words = re.sub(r"^(Input|Value|Object) (should be|must be|should)\b", "expected", error["msg"])
    words = re.sub(r"\bInput\b|\binput\b", "the value", re.sub(r"\bpydantic\b\S*|[^,]*https?://\S*", "", words))
    return f"{words[:1].lower()}{words[1:]}, found {short(found)}"


def _expect(words: str) -> _Sentence:
    return lambda found, context, error: f"expected {words}, found {short(found)}"


def _number(found: Any, context: Mapping[str, Any], error: ErrorDetails) -> str:
    what = "a whole number" if error["type"].startswith("int") else "a number"
    hint = "; write a decimal point" if isinstance(found, str) and re.fullmatch(r"[-+]?\d+,\d+", found) else ""
    return f"expected {what}, found {short(found)}{hint}"


def _text(found: Any, context: Mapping[str, Any], error: ErrorDetails) -> str:
    hint = "; put it in quotes to make it a text" if isinstance(found, int | float) else ""
    return f"expected a text, found {short(found)}{hint}"


def _list(found: Any, context: Mapping[str, Any], error: ErrorDetails) -> str:
    hint = f"; write [{found}]" if isinstance(found, str | int | float) and len(str(found)) <= 40 else ""
    return f"expected a list, found {short(found)}{hint}"


def _date(found: Any, context: Mapping[str, Any], error: ErrorDetails) -> str:
    return f"expected a date like 2026-03-01, found {short(found)}"


def _too_long(found: Any, context: Mapping[str, Any], error: ErrorDetails) -> str:
    return f"too long: {len(found)} letters, at most {context.get('max_length')} fit"


def _too_short(found: Any, context: Mapping[str, Any], error: ErrorDetails) -> str:
    least = context.get("min_length", 1)
    return "a text is missing here" if not found or not str(found).strip() else f"too short: at least {least} letters"


def _too_few(found: Any, context: Mapping[str, Any], error: ErrorDetails) -> str:
    if not found:
        return "the list is empty; at least one is needed"
    return f"expected at least {context.get('min_length')} in this list, found {context.get('actual_length')}"


def _too_many(found: Any, context: Mapping[str, Any], error: ErrorDetails) -> str:
    return f"expected at most {context.get('max_length')} in this list, found {context.get('actual_length')}"


def _bound(words: str, limit: str) -> _Sentence:
    return lambda found, context, error: f"expected a number {words} {context.get(limit):g}, found {short(found)}"


_EXPECTED: dict[str, _Sentence] = {
    **dict.fromkeys(_NUMBER_KINDS, _number),
    **dict.fromkeys(_LIST_KINDS, _list),
    **dict.fromkeys(_MAPPING_KINDS, _expect("lines of the form `key: value`")),
    **dict.fromkeys(("bool_parsing", "bool_type"), _expect("yes or no")),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), _date),
    "string_type": _text,
    "string_too_long": _too_long,
    "string_too_short": _too_short,
    "too_short": _too_few,
    "too_long": _too_many,
    "greater_than": _bound("above", "gt"),
    "greater_than_equal": _bound("of at least", "ge"),
    "less_than": _bound("below", "lt"),
    "less_than_equal": _bound("of at most", "le"),
}


def fields_at(shape: Any, path: Path) -> list[str]:
    """The keys allowed in the mapping at a path below a shape; empty when any will do."""
    for model in models_at(shape, path):
        return list(model.model_fields)
    return []


def models_at(shape: Any, path: Path) -> Iterator[type[BaseModel]]:
    """The models that may stand at a path below a shape."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        if not path:
            yield shape
        elif path[0] in shape.model_fields:
            yield from models_at(shape.model_fields[str(path[0])].annotation, path[1:])
        return
    origin, inside = get_origin(shape), get_args(shape)
    if origin is Annotated:
        yield from models_at(inside[0], path)
    elif origin in (Union, UnionType):
        for alternative in inside:
            yield from models_at(alternative, path)
    elif inside and path:
        index = 1 if origin in (dict, Mapping) else path[0] if Ellipsis not in inside and len(inside) > 1 else 0
        if isinstance(index, int) and index < len(inside):
            yield from models_at(inside[index], path[1:])


