"""One value of a page ↔ one cell of a workbook, by the form its field of the schema has."""

import datetime
import hashlib
import re
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from engine.conditions import VOCABULARY, Conditions
from engine.editing.layout import fragment
from engine.editing.splice import value_of
from engine.errors import EditError, nearest
from engine.faults import explain
from engine.knowledge import Page
from engine.spreadsheet.opening import Cell

Kind = Literal["text", "number", "whole", "yes_no", "choice", "names", "lines", "tests", "yaml", "date", "plain"]

LONGEST = 32_000
"""Letters of one cell."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a value stands in a cell; `allowed` are the words of a choice or of a list of choices."""

    kind: Kind
    allowed: tuple[str, ...] = ()


class CellValueError(ValueError):
    """A cell holds what cannot stand there."""

    def __init__(self, message: str, allowed: str = "", suggestion: str = "") -> None:
        self.message, self.allowed, self.suggestion = message, allowed, suggestion
        super().__init__(message)


TESTS = Form("tests")
YAML = Form("yaml")


def bare(annotation: Any) -> Any:
    """A type without its notes and without `| None`."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, UnionType) and type(None) in get_args(annotation):
            rest = [one for one in get_args(annotation) if one is not type(None)]
            if len(rest) != 1:
                return Union[tuple(rest)]  # noqa: UP007 - made of parts
            annotation = rest[0]
        else:
            return annotation


def form_of(annotation: Any) -> Form:
    """The form of a field."""
    kind = bare(annotation)
    if kind is bool:
        return Form("yes_no", ("yes", "no"))
    if kind is datetime.date:
        return Form("date")
    if kind in (float, int):
        return Form("number" if kind is float else "whole")
    if kind is str:
        return Form("text")
    words = _words(kind)
    if words:
        return Form("choice", words)
    if get_origin(kind) is tuple and get_args(kind)[-1] is Ellipsis:
        item = get_args(kind)[0]
        if words := _words(bare(item)):
            return Form("names", words)
        if bare(item) is str:
            return Form("names" if _is_name(item) else "lines")
    if kind is Conditions or get_origin(kind) in (dict, tuple):
        return YAML
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return YAML
    return Form("plain")


def _words(kind: Any) -> tuple[str, ...]:
    """The words of a choice, also where it is several choices joined or a choice with a fixed word more."""
    if get_origin(kind) is Literal:
        return tuple(str(word) for word in get_args(kind))
    if get_origin(kind) in (Union, UnionType):
        parts = [_words(bare(part)) for part in get_args(kind)]
        return tuple(word for part in parts for word in part) if all(parts) else ()
    return ()


def _is_name(item: Any) -> bool:
    return any(getattr(note, "pattern", None) for note in get_args(item)[1:])


def shown(form: Form, value: Any) -> str | int | float | None:
    """What a cell shows for a value of a page; None: nothing."""
    if value is None or value in ([], {}, ""):
        return None
    if form.kind == "yes_no":
        return "yes" if value in (True, "yes") else "no"
    if form.kind in ("number", "whole", "plain") and not isinstance(value, bool) and isinstance(value, int | float):
        return value
    if form.kind == "names" and isinstance(value, list):
        return ", ".join(map(_said, value))
    if form.kind == "lines" and isinstance(value, list):
        return "\n".join(" ".join(str(item).split()) for item in value)
    if form.kind == "tests":
        return " ; ".join(map(_said, value)) if isinstance(value, list) else _said(value)
    if form.kind == "yaml":
        return _yaml(value)
    return _said(value).strip()


def _said(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _yaml(value: Any) -> str:
    first, *lines = fragment(None, {"k": value}, ()).split("\n")
    inside = first.removeprefix("k:").strip()
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join([*filter(None, [inside]), *(line[indent:] for line in lines)])


def canonical(form: Form, cell: Cell) -> str:
    """A cell in the one way by which two are compared; empty when nothing stands there."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return f"{cell + 0.0!r}"
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if not isinstance(cell, str):
        return str(cell)
    text = unix(cell)
    if form.kind == "yaml":
        return "\n".join(line.rstrip() for line in text.split("\n")).strip()
    if form.kind in ("lines", "names", "tests"):
        mark = {"lines": "\n", "names": ",", "tests": ";"}[form.kind]
        return mark.join(filter(None, (" ".join(part.split()) for part in text.split(mark))))
    return " ".join(text.split())


def unix(text: str) -> str:
    """A text with plain line breaks and spaces, however the spreadsheet kept them."""
    return text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")


def fingerprint(text: str) -> str:
    """A short mark by which a cell is recognised later."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:10]


def value(form: Form, cell: Cell) -> Any:
    """What a cell says, as a page holds it; None for an empty one.

    Raises: CellValueError, with what is allowed there.
    """
    if cell is None or (isinstance(cell, str) and not unix(cell).strip()):
        return None
    if form.kind in ("number", "whole"):
        return _number(form, cell)
    if isinstance(cell, bool) and (form.kind == "yes_no" or set(form.allowed) == {"yes", "no"}):
        return "yes" if cell else "no"
    if form.kind == "date" and isinstance(cell, datetime.date):
        return canonical(form, cell)
    if form.kind == "plain" and isinstance(cell, int | float) and not isinstance(cell, bool):
        return _number(Form("number"), cell)
    if form.kind == "tests" and isinstance(cell, int | float) and not isinstance(cell, bool):
        number = f"{cell:g}"
        raise CellValueError(f"a bare number is not a test; say 'at least {number}', 'below {number}' …", VOCABULARY)
    if not isinstance(cell, str):
        raise CellValueError(f"expected a text, found {_kind_of(cell)}", ", ".join(form.allowed))
    if len(cell) > LONGEST:
        raise CellValueError(f"too long: {len(cell):,} letters, at most {LONGEST:,} fit")
    return _text(form, unix(cell).strip())


def _number(form: Form, cell: Cell) -> int | float:
    what = "a whole number" if form.kind == "whole" else "a number"
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        hint = ""
        if isinstance(cell, str) and re.fullmatch(r"\s*[-+]?\d+([.,]\d+)?\s*", cell):
            hint = "; the cell holds it as text: set its format to 'Number' and type it again"
        raise CellValueError(f"expected {what}, found {_kind_of(cell)}{hint}")
    if abs(cell) > 1e14 or cell != cell:
        raise CellValueError(f"expected {what} of a plausible size")
    if cell == int(cell):
        return int(cell)
    if form.kind == "whole":
        raise CellValueError(f"expected a whole number, found {cell:g}")
    return round(cell, 10)


def _text(form: Form, text: str) -> Any:
    if form.kind in ("choice", "yes_no"):
        word = " ".join(text.split())
        if word not in form.allowed:
            raise CellValueError("not one of the words allowed here", ", ".join(form.allowed),
                                 nearest(word, form.allowed))  # fmt: skip
        return word
    if form.kind == "names":
        names = [name.strip() for name in text.split(",") if name.strip()]
        for name in names:
            if form.allowed and name not in form.allowed:
                raise CellValueError(f"'{name}' is not one of the words allowed here", ", ".join(form.allowed),
                                     nearest(name, form.allowed))  # fmt: skip
        return names
    if form.kind == "lines":
        return [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    if form.kind == "tests":
        return _tests(text)
    if form.kind == "yaml":
        try:
            return value_of(text)
        except EditError as error:
            raise CellValueError(" ".join(str(error).split())) from error
    return text if "\n\n" in text else " ".join(text.split())


_CONDITIONS: TypeAdapter[Conditions] = TypeAdapter(Conditions)


def _tests(text: str) -> Any:
    """The tests of a cell, in words; one alone, or a list."""
    words = [" ".join(part.split()) for part in text.split(";") if part.strip()]
    found = words[0] if len(words) == 1 else words
    try:
        _CONDITIONS.validate_python({"measure": found})
    except ValidationError as error:
        fault = explain(error.errors(), Conditions, Page("", "", {}, {}), {"measure": found})[0]
        raise CellValueError(fault.message, fault.allowed, fault.suggestion) from error
    return found


def _kind_of(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "'true'" if cell else "'false'"
    if isinstance(cell, int | float):
        return f"the number {cell:g}"
    if isinstance(cell, str):
        return "a text"
    return "a date or a time"
