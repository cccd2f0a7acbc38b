"""First step of loading: YAML (or JSON) text → plain data, and the place of every key and value in it.

We read libyaml's events and build the data ourselves, because YAML's own rules would turn `no` into False and `12:30`
into 750, let the last of two equal keys win, and follow references that grow without end. Here only true, false, null,
integers and decimals are typed; everything else is text. Anchors, references, tags, further documents and deep nests
are refused. Ends in `Unreadable`, which carries every fault found.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from engine.errors import Fault, Place
from engine.knowledge import Page, Path
from engine.yaml_sentences import say

LARGEST = 2_000_000
"""Bytes or letters of one file."""
DEEPEST = 40
"""Mappings and lists inside each other."""
MOST_VALUES = 50_000
"""Values in one file."""
MOST_FAULTS = 50
"""After so many mistakes in one file we stop looking for more."""
LONGEST_EXCERPT = 200

_EventLoader: Any = getattr(yaml, "CLoader", yaml.SafeLoader)  # PyYAML may have been built without libyaml
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})(\.[0-9]{1,17})?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_TAB_INDENT = re.compile(r"^ *\t[ \t]*(?=[^\s])", re.MULTILINE)
_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_SPACES = {ord(space): " " for space in "\u00a0\u2007\u202f\u2009\u200a\u2002\u2003\ufeff"}
_QUOTES = {ord(curly): straight for curly, straight in zip("‘’‚‛“”„‟", "''''\"\"\"\"", strict=True)}
_OPENING, _CLOSING = "‘‚‛“„‟’”", "’‘”“"
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}


class Unreadable(Exception):
    """The text cannot be read as data; one or more faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = faults
        super().__init__("\n\n".join(map(str, faults)))


def decode(data: bytes, file: str) -> str:
    """The text of a file: UTF-8, with or without a byte order mark.

    Raises: Unreadable, with the place of the first byte that is no text.
    """
    _check_size(len(data), file)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        _refuse(file, "", 1, 1, "the file is saved as UTF-16; save it as UTF-8", "encoding")
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].removeprefix(b"\xef\xbb\xbf").decode("utf-8")
        line, column = _line_column(before, len(before))
        message = f"this is not UTF-8 text (byte 0x{data[error.start]:02x}); save the file as UTF-8"
        _refuse(file, "", line, column, message, "encoding")


def read(text: str, file: str) -> tuple[dict[str, Any], Page]:
    """The mapping a text holds, and the page that knows where each key and value of it stands.

    Raises: Unreadable, with every fault found.
    """
    _check_size(len(text), file)
    prepared = prepare(text, file)
    reader = _Reader(file, text)
    data = reader.document(prepared)
    if data is None and not reader.faults:
        reader.fault(1, 1, 1, "the file is empty", "empty")
    elif not isinstance(data, dict) and not reader.faults:
        line, column, width = reader.values[()]
        shape = "a list" if isinstance(data, list) else "a single text"
        reader.fault(line, column, width, f"expected lines of the form `key: value`, found {shape}", "not_a_mapping")
    if reader.faults:
        raise Unreadable(reader.faults)
    return data, Page(file, text, reader.keys, reader.values)


def excerpt(text: str, line: int) -> str:
    """A line as an error shows it, tabs as single spaces; empty when it is too long to help."""
    lines = text.split("\n", line)
    found = lines[line - 1].rstrip("\r").replace("\t", " ") if 0 < line <= len(lines) else ""
    return found if len(found) <= LONGEST_EXCERPT else ""


def typed(text: str) -> Any:
    """What an unquoted text stands for: true, false, null, an integer, a decimal, or itself.

    >>> [typed(word) for word in ("12", "-0.5", "010", "12:30", "1e5", "no", "true", "~")]
    [12, -0.5, '010', '12:30', '1e5', 'no', True, None]
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] in "-+0123456789" and (match := _NUMBER.fullmatch(text)):
        return float(text) if match[1] else int(text)
    return text


def _check_size(size: int, file: str) -> None:
    if size > LARGEST:
        message = f"the file is too large ({size / 1e6:.1f} MB); at most {LARGEST / 1e6:.0f} MB are read"
        _refuse(file, "", 1, 1, message, "too_large")


def prepare(text: str, file: str) -> str:
    """The text as the parser takes it, letter for letter in the same place.

    Raises: Unreadable, when it holds what no page may hold.
    """
    if match := _CONTROL.search(text):
        line, column = _line_column(text, match.start())
        what = f"character U+{ord(match[0]):04X} is no text; is this a text file?"
        _refuse(file, text, line, column, what, "control_character")
    if not text.isascii():
        text = text.translate(_SPACES)
    if text.lstrip()[:1] in ("{", "["):
        text = _SURROGATES.sub(_join_surrogates, text)
    elif "\t" in text and (match := _TAB_INDENT.search(text)):
        line, column = _line_column(text, text.index("\t", match.start()))
        _refuse(file, text, line, column, "a tab in the indentation; indent with spaces, two for each step", "tab")
    return text.replace("\t", " ")


def _join_surrogates(match: re.Match[str]) -> str:
    return chr(0x10000 + ((int(match[1], 16) - 0xD800) << 10) + int(match[2], 16) - 0xDC00)


def _line_column(text: str, index: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, index) + 1
    return text.count("\n", 0, index) + 1, index - start + 1


def _refuse(file: str, text: str, line: int, column: int, message: str, code: str) -> NoReturn:
    raise Unreadable([Fault(Place(file, line, column), message, excerpt(text, line), code=code)])


class _Stop(Exception):
    pass


@dataclass(slots=True)
class _Reader:
    """Builds data out of parser events, and notes where each piece begins."""

    file: str
    text: str
    keys: dict[Path, tuple[int, int, int]] = field(default_factory=dict)
    values: dict[Path, tuple[int, int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    next: Any = None
    """The parser's function that hands over the next event."""

    def fault(self, line: int, column: int, width: int, message: str, code: str, allowed: str = "") -> None:
        place = Place(self.file, line, column, width)
        self.faults.append(Fault(place, message, excerpt(self.text, line), allowed, code=code))

    def stop(self, event: Any, message: str, code: str) -> NoReturn:
        line, column, width = _span(event.start_mark, event.end_mark)
        self.fault(line, column, width, message, code)
        raise _Stop

    def document(self, prepared: str) -> Any:
        """The data of the only document; None when there is none, or when faults were noted."""
        parser = _EventLoader(prepared)
        self.next = parser.get_event
        try:
            return self._whole()
        except yaml.YAMLError as error:
            self._syntax(error)
        except _Stop:
            pass
        finally:
            parser.dispose()
        return None

    def _whole(self) -> Any:
        self.next()
        if type(self.next()) is yaml.StreamEndEvent:
            return None
        data = self.node(self.next(), ())
        self.next()
        if type(event := self.next()) is not yaml.StreamEndEvent:
            self.stop(event, "a second document begins here; one file holds one page", "second_document")
        return data

    def node(self, event: Any, path: Path) -> Any:
        """The data of one event and all below it; the place of each piece is noted under its path."""
        if event.anchor is not None or type(event) is yaml.AliasEvent or event.tag is not None:
            self._refuse_reference(event)
        start, end = event.start_mark, event.end_mark
        if type(event) is yaml.ScalarEvent:
            width = end.column - start.column if end.line == start.line else 1
            self.values[path] = (start.line + 1, start.column + 1, width or 1)
            if not event.value.isprintable() and _CONTROL.search(event.value):
                self.stop(event, "a text in quotes spells a control character; leave it out", "control_character")
            return _plain(event.value) if event.implicit[0] else event.value
        if len(path) >= DEEPEST:
            self.stop(event, f"more than {DEEPEST} mappings and lists inside each other", "too_deep")
        self.values[path] = (start.line + 1, start.column + 1, 1)
        read = self._mapping if type(event) is yaml.MappingStartEvent else self._list
        return read(event, path)

    def _mapping(self, start: Any, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while type(event := self.next()) is not yaml.MappingEndEvent:
            if type(event) is not yaml.ScalarEvent or event.anchor is not None or event.tag is not None:
                self.stop(event, "a key must be a plain name", "key_type")
            key = event.value
            place = _span(event.start_mark, event.end_mark)
            below = (*path, key)
            if key in found:
                self._duplicate(key, place, self.keys[below][0])
                below = (*below, "again")
            self.keys[below] = place
            value = self.node(self.next(), below)
            if value is None and self.values[below][0] != place[0]:
                self.values[below] = place  # an empty value has no place of its own
            found.setdefault(key, value)
            if len(found) > MOST_VALUES:
                break
        self._finish(start, event, path)
        return found

    def _list(self, start: Any, path: Path) -> list[Any]:
        found: list[Any] = []
        while type(event := self.next()) is not yaml.SequenceEndEvent:
            found.append(self.node(event, (*path, len(found))))
            if len(found) > MOST_VALUES:
                break
        self._finish(start, event, path)
        return found

    def _finish(self, start: Any, end: Any, path: Path) -> None:
        if len(self.values) > MOST_VALUES:
            self.stop(start, f"more than {MOST_VALUES:,} values in one file", "too_many_values")
        if start.flow_style and start.start_mark.line == end.end_mark.line:
            self.values[path] = _span(start.start_mark, end.end_mark)

    def _duplicate(self, key: str, place: tuple[int, int, int], first: int) -> None:
        message = f"'{_short(key)}' is written twice, in lines {first} and {place[0]}; keep one"
        self.fault(*place, message, "duplicate_key")
        if len(self.faults) >= MOST_FAULTS:
            raise _Stop

    def _refuse_reference(self, event: Any) -> NoReturn:
        if type(event) is yaml.AliasEvent:
            self._refuse_sign(event, "*", str(event.anchor), "reference")
        if event.anchor is not None:
            self._refuse_sign(event, "&", str(event.anchor), "anchor")
        self._refuse_sign(event, "!", str(event.tag).removeprefix("!"), "tag")

    def _refuse_sign(self, event: Any, sign: str, name: str, code: str) -> NoReturn:
        written = f"'{sign}{_short(name)}'"
        self.stop(event, f"{written}: a text that begins with {sign} needs quotes ({code}s are not used here)", code)

    def _syntax(self, error: yaml.YAMLError) -> None:
        problem = str(getattr(error, "problem", None) or "unreadable")
        mark = getattr(error, "problem_mark", None)
        opened = getattr(error, "context_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if line > 1 and not excerpt(self.text, line).strip():
            line, column = _last_written(self.text, line)
        context = str(getattr(error, "context", None) or "")
        message, where = say(problem, context, lambda back: excerpt(self.text, line - back), column)
        if where == "opened" and opened is not None:
            line, column = opened.line + 1, opened.column + 1
        elif where == "above":
            line, column = line - 1, 1
        self.fault(line, column, 1, message, "yaml_syntax")


def _plain(text: str) -> Any:
    """An unquoted value: typed; curly quotes around the whole of it count as quotes, others become straight."""
    value = typed(text)
    if value is not text or text.isascii():
        return value
    if len(text) > 1 and text[0] in _OPENING and text[-1] in _CLOSING:
        text = text[1:-1]
    return text.translate(_QUOTES)


def _span(start: Any, end: Any) -> tuple[int, int, int]:
    width = end.column - start.column if end.line == start.line else 1
    return start.line + 1, start.column + 1, width if width > 0 else 1


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def _last_written(text: str, line: int) -> tuple[int, int]:
    """The end of the last line above that holds something."""
    lines = text.split("\n")[: line - 1]
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    return max(1, len(lines)), len(lines[-1].rstrip()) + 1 if lines else 1
