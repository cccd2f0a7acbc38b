"""Cut one value out of a page and put another in its place; every other byte stays as it is.

Each function takes a page and gives the new text. Before it does, it reads that text again: only the one value may
differ, and no comment may be lost. Otherwise it raises EditError. `again` makes a page of a new text for the next cut.
"""

import copy
import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from textwrap import wrap
from typing import Any

from engine.editing.spans import Spans, spans
from engine.errors import EditError
from engine.knowledge import Page, Path
from engine.yaml_positions import Unreadable, read, typed

WIDTH = 110
"""Folded texts are broken at this column."""
LONGEST = 120
"""A line longer than this is broken where that can be done."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_CURLY = {ord(curly): straight for curly, straight in zip("‘’‚‛“”„‟", "''''\"\"\"\"", strict=True)}


def again(page: Page, text: str) -> Page:
    """The page after a change."""
    try:
        return read(text, page.file)[1]
    except Unreadable as error:
        raise EditError(str(error)) from error


def replace_value(page: Page, path: Path, text: str, *, quoted: bool = False) -> str:
    """The page's text with another value at `path`, written the way the old one was, quoted where it must be.

    Args: `text` is the value itself, not YAML (quotes are added here); for a list or mapping it is YAML. `quoted` puts
    it in quotes even where it could do without: so `12` is a text.
    Raises: EditError, when nothing stands at the path or the value cannot be put there.
    """
    found = spans(page.text)
    span = _span(page, found, path)
    if span.is_list or span.is_mapping:
        return replace_node(page, path, text)
    if span.style in ("folded", "literal"):
        new = _block_text(page, found, path, text)
        return _checked(page, path, found.text[: span.start] + new + found.text[span.end :], text)
    style = "double" if quoted and span.style != "single" else span.style
    new = scalar(text, style, in_flow=span.in_flow)
    ends_at = found.column(span.start) + len(new.partition("\n")[0])
    if not span.in_flow and ends_at > LONGEST and "\n" not in text and span.style != "empty":
        column = found.column(_home(found, path))
        new = _breaks(page, [">", *(f"{' ' * (column + 2)}{line}" for line in folded(text, WIDTH - column - 2))])
    if span.style == "empty" and found.text[span.start - 1 : span.start] not in (" ", "\n", ""):
        new = " " + new
    return _checked(page, path, found.text[: span.start] + new + found.text[span.end :], text)


def replace_node(page: Page, path: Path, fragment: str) -> str:
    """The page's text with another piece of YAML at `path`: `[a, b]`, or block lines indented from column 0."""
    found = spans(page.text)
    span = _span(page, found, path)
    value = value_of(fragment)
    fragment = fragment.strip("\r\n")
    if span.in_flow or (span.style == "flow" and "\n" not in fragment):
        start, new = span.start, fragment
        if not span.in_flow and found.column(start) + len(new) > LONGEST:
            new = _wrapped_list(page, found, path, fragment)
    elif "\n" in fragment or not isinstance(value, list | dict) or fragment[:1] not in "[{":
        start = _after_colon(found, path)
        column = found.column(_home(found, path)) + 2
        new = _breaks(page, ["", *_indented(fragment, column)]) if isinstance(value, list | dict) else f" {fragment}"
    else:
        start = _after_colon(found, path)
        new = f" {fragment}"
        if found.column(start) + len(new) > LONGEST:
            new = f" {_wrapped_list(page, found, path, fragment)}"
    return _changed(page, found.text[:start] + new + found.text[span.end :], lambda data: _put(data, path, value))


def insert_after(page: Page, path: Path, fragment: str) -> str:
    """The page's text with one more item after the list item at `path`, or more entries after the mapping entry there.

    Args: `fragment` is YAML indented from column 0: an item without its dash, or `key: value` lines.
    """
    found = spans(page.text)
    span = _span(page, found, path)
    parent = found.values[path[:-1]]
    value = value_of(fragment)

    def add(data: Any) -> None:
        inside = _at(data, path[:-1])
        if parent.is_list:
            inside.insert(int(path[-1]) + 1, value)
        else:
            inside.update(value)

    if parent.style == "flow":
        return _changed(page, _into_flow(page, found, path, fragment.strip()), add)
    if parent.is_list:
        dash = found.column(found.dash(path))
        lines = _indented(fragment, dash + 2)
        lines[0] = f"{' ' * dash}- {lines[0].lstrip()}"
    else:
        lines = _indented(fragment, found.column(found.keys[path][0]))
    return _changed(page, _new_lines(page, found, span.end, lines), add)


def append(page: Page, path: Path, fragment: str) -> str:
    """The page's text with one more item at the end of the list at `path`."""
    found = spans(page.text)
    if children := found.children.get(path):
        return insert_after(page, children[-1], fragment)
    value = value_of(fragment)
    fragment = fragment.strip("\r\n")
    if isinstance(value, dict) or "\n" in fragment:
        lines = _indented(fragment, 2)
        return replace_node(page, path, "\n".join([f"- {lines[0].lstrip()}", *lines[1:]]))
    return replace_node(page, path, f"[{fragment}]")


def insert_before(page: Page, path: Path, fragment: str) -> str:
    """The page's text with `key: value` lines before the entry of a block mapping at `path`; comments above it stay."""
    found = spans(page.text)
    _span(page, found, path)
    start, _ = found.keys[path]
    column = found.column(start)
    if found.text[found.line_start(start) : start].strip():  # the first entry, beside its dash
        lines = _indented(fragment, column)
        new = _breaks(page, [lines[0].lstrip(), *lines[1:], " " * column])
    else:
        start = found.line_start(start)
        new = _breaks(page, [*_indented(fragment, column), ""])
    value = value_of(fragment)
    text = found.text[:start] + new + found.text[start:]
    return _changed(page, text, lambda data: _at(data, path[:-1]).update(value))


def remove(page: Page, path: Path) -> str:
    """The page's text without the list item or mapping entry at `path`; comments above it stay."""
    found = spans(page.text)
    span = _span(page, found, path)
    parent = found.values[path[:-1]]
    brothers = found.children[path[:-1]]
    place = brothers.index(path)
    start = span.start if parent.is_list else found.keys[path][0]
    if len(brothers) == 1 and path[:-1]:
        return replace_node(page, path[:-1], "[]" if parent.is_list else "{}")
    if parent.style == "flow":
        if place + 1 < len(brothers):
            end = _start(found, brothers[place + 1])
        else:
            start, end = found.values[brothers[place - 1]].end, span.end
    else:
        start = found.dash(path) if parent.is_list else start
        if found.text[found.line_start(start) : start].strip() and place + 1 < len(brothers):
            end = found.keys[brothers[place + 1]][0]
        else:
            start = found.line_start(start)
            end = found.line_end(span.end)
            end += 2 if found.text[end : end + 2] == "\r\n" else 1
            if end > len(found.text):  # the last line, without a line break: so the one before becomes the last
                start = len(found.text[:start].rstrip("\r\n")) if not found.text.endswith("\n") else start
    text = found.text[:start] + found.text[end:]
    return _changed(page, text, lambda data: _at(data, path[:-1]).__delitem__(path[-1]), may_lose=(start, end))


def rename_key(page: Page, path: Path, new: str) -> str:
    """The page's text with another name for the key at `path`."""
    found = spans(page.text)
    _span(page, found, path)
    start, end = found.keys[path]
    text = found.text[:start] + scalar(new, "plain", in_flow=False) + found.text[end:]

    def rename(data: Any) -> None:
        inside = _at(data, path[:-1])
        entries = [(new if key == path[-1] else key, value) for key, value in inside.items()]
        inside.clear()
        inside.update(entries)

    return _changed(page, text, rename)


def scalar(text: str, style: str = "plain", *, in_flow: bool = False) -> str:
    """A text as YAML: in the quotes it had, or without where it can do without.

    >>> scalar("at least 2"), scalar("one: two"), scalar("[a", "single"), scalar("a, b", in_flow=True)
    ('at least 2', '"one: two"', "'[a'", '"a, b"')
    """
    if _CONTROL.search(text):
        raise EditError("this holds a character that is no text (a control character)")
    double, single = json.dumps(text, ensure_ascii=False), "'" + text.replace("'", "''") + "'"
    quoted = [double, single] if style == "double" or not ('"' in text or "\\" in text) else [single, double]
    if style == "single":
        quoted = [single, double]
    forms = quoted if style in ("single", "double") else [text.translate(_CURLY), *quoted]
    for form in forms:
        if _reads(form, in_flow=in_flow) == (typed(text.translate(_CURLY)) if form not in quoted and text else text):
            return form
    raise EditError(f"'{text[:60]}' cannot be written in a page")


def entry(key: str, text: str, *, column: int = 0) -> str:
    """A line `key: text`, or several, folded, where the text is too long for one.

    Args: how far from the left edge of its page the entry will stand.
    """
    line = f"{key}: {scalar(text)}"
    if column + len(line) <= WIDTH or " " not in text.strip():
        return line
    return "\n".join([f"{key}: >", *(f"  {line}" if line else "" for line in folded(text, WIDTH - column - 2))])


def value_of(fragment: str) -> Any:
    """What a piece of YAML stands for.

    Raises: EditError, when it cannot be read.
    """
    try:
        return read("k:\n" + "\n".join(_indented(fragment, 1)) + "\n", "the new text")[0]["k"]
    except Unreadable as error:
        fault = error.faults[0]
        raise EditError(f"this cannot be read: {fault.message}\n  {fault.excerpt.strip()}") from error


@lru_cache(maxsize=8)
def _read(text: str, file: str) -> Any:
    """The data of a text; one text is looked at several times in a row."""
    return read(text, file)[0]


def _reads(form: str, *, in_flow: bool) -> object:
    if "\n" in form or "\r" in form:
        return None
    try:
        data, page = read(f"k: [{form}]\n" if in_flow else f"k: {form}\n", "")
    except Unreadable:
        return None
    if spans(page.text).comments():
        return None
    return data["k"][0] if in_flow and isinstance(data["k"], list) and len(data["k"]) == 1 else data["k"]


def _span(page: Page, found: Spans, path: Path) -> Any:
    if path not in found.values:
        raise EditError(f"{page.file}: there is nothing at {'.'.join(map(str, path))}")
    return found.values[path]


def _start(found: Spans, path: Path) -> int:
    return found.keys[path][0] if path in found.keys else found.values[path].start


def _home(found: Spans, path: Path) -> int:
    """Where the key or dash stands to which a block value belongs."""
    return found.keys[path][0] if path in found.keys else found.dash(path)


def _after_colon(found: Spans, path: Path) -> int:
    """Right behind the colon or dash a block value belongs to."""
    if path in found.keys:
        return found.text.index(":", found.keys[path][1]) + 1
    return found.dash(path) + 1


def _newline(page: Page) -> str:
    return "\r\n" if "\r\n" in page.text else "\n"


def _breaks(page: Page, lines: list[str]) -> str:
    return _newline(page).join(lines)


def _indented(fragment: str, column: int) -> list[str]:
    lines = fragment.replace("\r\n", "\n").strip("\n").split("\n")
    return [f"{' ' * column}{line}" if line.strip() else "" for line in lines]


def folded(text: str, width: int) -> list[str]:
    """The lines of a folded text: paragraphs broken at a width, an empty line between them."""
    lines: list[str] = []
    for number, paragraph in enumerate(re.split(r"\n[ \t]*\n?", text.replace("\r\n", "\n").strip())):
        lines += [""] * bool(number)
        lines += wrap(paragraph, max(width, 20), break_long_words=False, break_on_hyphens=False)
    return lines


def _block_text(page: Page, found: Spans, path: Path, text: str) -> str:
    span = found.values[path]
    header, _, body = found.text[span.start : span.end].partition("\n")
    first = next((line for line in body.split("\n") if line.strip()), "")
    column = len(first) - len(first.lstrip(" ")) or found.column(_home(found, path)) + 2
    lines = text.strip().replace("\r\n", "\n").split("\n") if span.style == "literal" else folded(text, WIDTH - column)
    return _breaks(page, [header.rstrip("\r"), *(f"{' ' * column}{line}" if line else "" for line in lines)])


def _wrapped_list(page: Page, found: Spans, path: Path, fragment: str) -> str:
    """A flow list that is too long for one line, on several."""
    column = found.column(_home(found, path)) + 2
    lines = wrap(fragment, LONGEST - column - 1, break_long_words=False, break_on_hyphens=False)
    return _breaks(page, ["", f"{' ' * column}{lines[0]}", *(f"{' ' * (column + 1)}{line}" for line in lines[1:])])


def _into_flow(page: Page, found: Spans, path: Path, fragment: str) -> str:
    text, at = found.text, found.values[path].end
    line = text[found.line_start(at) : found.line_end(at)]
    if len(line) + len(fragment) + 2 > LONGEST:
        first = found.children[path[:-1]][0]
        column = found.column(_start(found, first))
        return text[:at] + _breaks(page, [",", " " * column + fragment]) + text[at:]
    return f"{text[:at]}, {fragment}{text[at:]}"


def _new_lines(page: Page, found: Spans, end: int, lines: list[str]) -> str:
    at = found.line_end(end)
    return found.text[:at] + _breaks(page, ["", *lines]) + found.text[at:]


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _put(data: Any, path: Path, value: object) -> None:
    _at(data, path[:-1])[path[-1]] = value


def _checked(page: Page, path: Path, text: str, value: str) -> str:
    """The new text, once it is known to hold `value` at `path` and to be the same everywhere else."""

    def put(data: Any) -> None:
        _put(data, path, _at(_read(text, page.file), path))

    new = _changed(page, text, put)
    held = _at(_read(new, page.file), path)
    said = value if isinstance(held, str) else str(value)
    same = str(held).split() == said.translate(_CURLY).split() or str(held).split() == said.split()
    if not same and held != typed(value or "~"):
        raise EditError(f"{page.file}: this value cannot be put at {'.'.join(map(str, path))}")
    return new


def _changed(page: Page, text: str, change: Callable[[Any], None], *, may_lose: tuple[int, int] | None = None) -> str:
    before = spans(page.text)
    start, end = may_lose or (0, 0)
    survivors = [comment for at, comment in before.comments_at() if not start <= at < end]
    try:
        data = _read(text, page.file)
        expected = copy.deepcopy(_read(page.text, page.file))
        change(expected)
        kept = iter(spans(text).comments())
    except Unreadable as error:
        raise EditError(str(error)) from error
    if not _alike(data, expected):
        raise EditError(f"{page.file}: this cannot be changed here without touching other lines; edit the page itself")
    if not all(comment in kept for comment in survivors):
        raise EditError(f"{page.file}: a comment stands in the way and would be lost; edit the page itself")
    return text


def _alike(first: object, second: object) -> bool:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return first.keys() == second.keys() and all(_alike(first[key], second[key]) for key in first)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_alike, first, second))
    if isinstance(first, str) and isinstance(second, str):
        return first.strip() == second.strip()
    return type(first) is type(second) and first == second
