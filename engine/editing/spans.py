"""Where each key and value of a page begins and ends, letter for letter. Serves `splice`.

A page's own positions (`engine/yaml_positions.py`) are lines and columns for messages; cutting needs offsets and ends.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import yaml

from engine.knowledge import Path
from engine.yaml_positions import prepare

Style = Literal["plain", "single", "double", "folded", "literal", "empty", "flow", "block"]

_STYLES: Mapping[str | None, Style] = {"'": "single", '"': "double", ">": "folded", "|": "literal"}
_EventLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = re.compile(r"(?<!\S)#[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Span:
    """A value: text[start:end], how it is written, and whether it stands between [ ] or { }."""

    start: int
    end: int
    style: Style
    in_flow: bool
    is_list: bool = False
    is_mapping: bool = False


@dataclass(slots=True)
class Spans:
    """Every key and value of a text, by path."""

    text: str
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)
    children: dict[Path, list[Path]] = field(default_factory=dict)

    def column(self, offset: int) -> int:
        """How far an offset is from the start of its line, from 0."""
        return offset - self.line_start(offset)

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self.text.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, before its line break."""
        end = self.text.find("\n", offset)
        end = len(self.text) if end < 0 else end
        return end - 1 if end > offset and self.text[end - 1] == "\r" else end

    def dash(self, path: Path) -> int:
        """Where the dash of an item of a block list stands."""
        column = self.column(self.values[path[:-1]].start)
        start = self.line_start(self.values[path].start)
        while self.text[start + column : start + column + 1] != "-" or self.text[start : start + column].strip(" -"):
            start = self.line_start(start - 1)
        return start + column

    def comments(self) -> list[str]:
        """Every comment, in order."""
        return [comment for _, comment in self.comments_at()]

    def comments_at(self) -> Iterator[tuple[int, str]]:
        """Every comment with its offset, in order; a # inside a value is none."""
        inside = sorted((span.start, span.end) for span in self.values.values() if span.style not in ("flow", "block"))
        number = 0
        position = 0
        while match := _COMMENT.search(self.text, position):
            while number < len(inside) and inside[number][1] <= match.start():
                number += 1
            if number < len(inside) and inside[number][0] <= match.start():
                position = inside[number][1]
                continue
            yield match.start(), match[0]
            position = match.end()


@lru_cache(maxsize=8)
def spans(text: str) -> Spans:
    """The spans of a text that `yaml_positions.read` has accepted."""
    parser = _EventLoader(prepare(text, ""))
    try:
        return _Walk(parser, Spans(text)).whole()
    finally:
        parser.dispose()


class _Walk:
    """Goes through the parser's events once."""

    def __init__(self, parser: Any, found: Spans) -> None:
        self.next = parser.get_event
        self.found = found

    def whole(self) -> Spans:
        self.next()
        self.next()
        self.node(self.next(), (), in_flow=False)
        return self.found

    def node(self, event: Any, path: Path, *, in_flow: bool) -> int:
        """Note one value and all below it; returns where it ends."""
        start: int = event.start_mark.index
        end: int = event.end_mark.index
        if type(event) is yaml.ScalarEvent:
            style = _STYLES.get(event.style, "empty" if start == end else "plain")
            if style in ("folded", "literal"):
                end = start + len(self.found.text[start:end].rstrip())
            self.found.values[path] = Span(start, end, style, in_flow)
            return end
        is_list = type(event) is yaml.SequenceStartEvent
        flow = bool(event.flow_style)
        self.found.values[path] = Span(start, start, "flow" if flow else "block", in_flow, is_list, not is_list)
        children = self.found.children[path] = []
        close: Any = yaml.SequenceEndEvent if is_list else yaml.MappingEndEvent
        end = start
        while type(event := self.next()) is not close:
            below: Path = (*path, len(children)) if is_list else (*path, event.value)
            if not is_list:
                self.found.keys[below] = (event.start_mark.index, event.end_mark.index)
                event = self.next()
            end = self.node(event, below, in_flow=in_flow or flow)
            children.append(below)
        if flow:
            end = event.end_mark.index
        self.found.values[path] = Span(start, end, "flow" if flow else "block", in_flow, is_list, not is_list)
        return end
