"""The canonical layout of a page: fields in the order of the schema, long texts folded, comments and blank lines kept.

`written` lays out data that has no page yet; `formatted` lays out a page again. Pages are laid out on request only.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Annotated, Any, get_args, get_origin

from pydantic import StringConstraints

from engine.editing.fields import order_at
from engine.editing.spans import Spans, spans
from engine.editing.splice import LONGEST, WIDTH, folded, scalar
from engine.errors import EditError
from engine.faults import models_at
from engine.knowledge import Page, Path
from engine.yaml_positions import Unreadable, read, typed


def written(shape: Any, data: Mapping[str, Any]) -> str:
    """A new page: data laid out as its kind of page is."""
    return "\n".join(_Layout(shape).mapping(data, (), 0)) + "\n"


def fragment(shape: Any, data: Mapping[str, Any], path: Path) -> str:
    """A piece of a page, from column 0: what stands at a path of a page of this shape."""
    return "\n".join(_Layout(shape).mapping(data, path, 0))


def formatted(page: Page, shape: Any) -> str:
    """The page's text in the canonical layout; the same data, comments and blank lines.

    Raises: EditError, when a comment stands where it cannot be kept.
    """
    data = read(page.text, page.file)[0]
    source = spans(page.text)
    layout = _Layout(shape, source)
    layout.attach()
    lines = [*layout.mapping(data, (), 0), *layout.tail]
    text = "\n".join(lines) + "\n"
    newline = "\r\n" if "\r\n" in page.text else "\n"
    text = text.replace("\n", newline)
    try:
        again = read(text, page.file)[0]
    except Unreadable as error:
        raise EditError(str(error)) from error
    if not same(again, data) or sorted(spans(text).comments()) != sorted(source.comments()):
        raise EditError(f"{page.file}: a comment stands where no layout can keep it; move it to a line of its own")
    return text


def same(first: Any, second: Any) -> bool:
    """Whether two pages hold the same; white space at the end of a text does not count."""
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(same(first[key], second[key]) for key in first)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, str) and isinstance(second, str):
        return first.rstrip("\n") == second.rstrip("\n")
    return type(first) is type(second) and bool(first == second)


@dataclass(slots=True)
class _Layout:
    """Lays out one page; `source` is the page as it was, if there was one."""

    shape: Any
    source: Spans | None = None
    above: dict[Path, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Comment lines and blank lines that stand before a key or item."""
    beside: dict[Path, str] = field(default_factory=dict)
    """The comment at the end of its line."""
    raw: set[Path] = field(default_factory=set)
    """Values kept letter for letter, since comments stand inside them."""
    tail: list[str] = field(default_factory=list)

    def attach(self) -> None:
        """Give every comment and blank line to the key or item it belongs to."""
        source = self.source
        assert source is not None
        openings = sorted((self._opening(path), path) for path in source.values if path and self._opens(path))
        flows = [(span.start, span.end, path) for path, span in source.values.items()
                 if span.style == "flow" and not span.in_flow]  # fmt: skip
        texts = sorted((span.start, span.end) for span in source.values.values() if span.style not in ("flow", "block"))
        starts = [at for at, _ in openings]
        comments = dict(source.comments_at())
        offset = 0
        for line in source.text.split("\n"):
            start, end = offset, offset + len(line)
            offset = end + 1
            comment = min((at for at in range(start, end) if at in comments), default=None) if "#" in line else None
            bare = line.strip()
            inside = _inside(texts, start) or any(a < start < b for a, b, _ in flows)
            if comment is not None and (flow := next((p for a, b, p in flows if a < comment < b), None)) is not None:
                self.raw.add(flow)
            elif (not bare or bare.startswith("#")) and not inside:
                after = bisect_left(starts, start)
                (self.above[openings[after][1]] if after < len(openings) else self.tail).append(bare)
            elif comment is not None:
                owner = openings[bisect_left(starts, comment) - 1][1]
                gap = line[: comment - start]
                self.beside[owner] = " " * (len(gap) - len(gap.rstrip())) + line[comment - start :].rstrip()
        while self.tail and not self.tail[-1]:
            self.tail.pop()

    def _opens(self, path: Path) -> bool:
        """Whether a key or item has a line of its own to begin."""
        assert self.source is not None
        return not self.source.values[path].in_flow

    def _opening(self, path: Path) -> int:
        assert self.source is not None
        return self.source.keys[path][0] if path in self.source.keys else self.source.dash(path)

    def mapping(self, data: Mapping[str, Any], path: Path, column: int) -> list[str]:
        """The lines of a block mapping."""
        wanted = order_at(self.shape, path)
        keys = sorted(data, key=lambda key: wanted.index(key) if key in wanted else len(wanted)) if wanted else data
        lines: list[str] = []
        for key in keys:
            below = (*path, key)
            head = f"{' ' * column}{scalar(key)}:"
            lines += self._before(below, column)
            lines += self._with_comment(below, self._value(head, data[key], below, column))
        return lines

    def _before(self, path: Path, column: int) -> list[str]:
        return [f"{' ' * column}{comment}" if comment else "" for comment in self.above.get(path, ())]

    def _with_comment(self, path: Path, lines: list[str]) -> list[str]:
        if comment := self.beside.get(path):
            simple = len(lines) == 1 or lines[0].endswith((":", ">", ">-", "|"))
            at = 0 if simple else len(lines) - 1
            lines[at] += comment
        return lines

    def _value(self, head: str, value: Any, path: Path, column: int) -> list[str]:
        """A key with its value, or a dash with its item: `head` is what stands before it on its line."""
        if path in self.raw:
            return self._verbatim(head, path, column)
        if isinstance(value, Mapping):
            flow = self._flow(value, path)
            if flow is not None and len(head) + 1 + len(flow) <= LONGEST:
                return [f"{head} {flow}"]
            return [head, *self.mapping(value, path, column + 2)]
        if isinstance(value, list | tuple):
            return self._list(head, value, path, column)
        return self._scalar(head, value, path, column)

    def _list(self, head: str, value: Any, path: Path, column: int) -> list[str]:
        flow = self._flow(value, path)
        if flow is not None:
            if len(head) + 1 + len(flow) <= LONGEST:
                return [f"{head} {flow}"]
            if not any(isinstance(item, Mapping | list) for item in value):
                return self._wrapped(head, flow)
        lines = [head]
        for number, item in enumerate(value):
            below = (*path, number)
            lines += self._before(below, column + 2)
            lines += self._with_comment(below, self._item(item, below, column + 2))
        return lines

    def _item(self, item: Any, path: Path, column: int) -> list[str]:
        dash = f"{' ' * column}-"
        if isinstance(item, Mapping) and item and path not in self.raw and self._flow(item, path) is None:
            inner = self.mapping(item, path, column + 2)
            first = next(number for number, line in enumerate(inner) if line.strip() and line.strip()[0] != "#")
            return [*inner[:first], f"{dash} {inner[first].strip()}", *inner[first + 1 :]]
        return self._value(dash, item, path, column)

    def _wrapped(self, head: str, flow: str) -> list[str]:
        column = len(head) + 2
        if column > 40:
            column = len(head) - len(head.lstrip()) + 3
            lines = wrap(flow[1:], LONGEST - column, break_long_words=False, break_on_hyphens=False)
            return [head, f"{' ' * (column - 1)}[{lines[0]}", *(f"{' ' * column}{line}" for line in lines[1:])]
        lines = wrap(flow[1:], LONGEST - column, break_long_words=False, break_on_hyphens=False)
        return [f"{head} [{lines[0]}", *(f"{' ' * column}{line}" for line in lines[1:])]

    def _flow(self, value: Any, path: Path) -> str | None:
        """A list or mapping on one line, where it is written so or should be."""
        span = self.source.values.get(path) if self.source else None
        if span is None:
            small = isinstance(value, Mapping) and set(value) <= {"at_least", "at_most", "low", "high"}
            names = not isinstance(value, Mapping) and all(_is_name(item) for item in value)
            flows = small or names
        else:
            flows = span.style == "flow" or (span.is_list and bool(value) and all(_is_name(item) for item in value)
                                             and not any(below[: len(path)] == path and below != path
                                                         for below in {*self.above, *self.beside}))  # fmt: skip
        if not flows and value:
            return None
        return self._in_flow(value, path)

    def _in_flow(self, value: Any, path: Path) -> str:
        if isinstance(value, Mapping):
            wanted = order_at(self.shape, path)
            keys = sorted(value, key=lambda key: wanted.index(key) if key in wanted else len(wanted))
            inside = [f"{scalar(key, in_flow=True)}: {self._in_flow(value[key], (*path, key))}" for key in keys]
            return "{" + ", ".join(inside) + "}"
        if isinstance(value, list | tuple):
            return f"[{', '.join(self._in_flow(item, (*path, number)) for number, item in enumerate(value))}]"
        return self._token(value, path, in_flow=True)

    def _scalar(self, head: str, value: Any, path: Path, column: int) -> list[str]:
        span = self.source.values.get(path) if self.source else None
        if span is not None and (span.style == "literal" or (span.style == "folded" and not self._refolds(value))):
            return self._verbatim(head, path, column)
        if not isinstance(value, str):
            token = self._token(value, path, in_flow=False)
            return [f"{head} {token}" if token else head]
        text = value.rstrip("\n")
        token = scalar(text, "plain" if typed(text or "~") is text else "double")
        if len(head) + 1 + len(token) <= LONGEST or not self._refolds(text) or " " not in text:
            return [f"{head} {token}"]
        sign = ">" if self._strips(path) else ">-"
        return [f"{head} {sign}", *(f"{' ' * (column + 2)}{line}" if line else ""
                                    for line in folded(text, WIDTH - column - 2))]  # fmt: skip

    def _refolds(self, text: str) -> bool:
        """Whether a text comes out of folding as it went in."""
        text = text.rstrip("\n")
        lines = folded(text, WIDTH)
        return " ".join(line for line in lines if line) == text and not text.startswith(" ")

    def _strips(self, path: Path) -> bool:
        """Whether the line break at the end of a folded text does not count here."""
        whole = next((length for length in range(len(path), 0, -1) if isinstance(path[length - 1], str)), 0)
        model = next(models_at(self.shape, path[: whole - 1]), None)
        if model is None:
            return not any(isinstance(step, str) and step == "answers" for step in path)
        return _has_strip(model.model_fields[str(path[whole - 1])]) if path[whole - 1] in model.model_fields else False

    def _token(self, value: Any, path: Path, *, in_flow: bool) -> str:
        span = self.source.values.get(path) if self.source else None
        if isinstance(value, str):
            return scalar(value, "plain" if typed(value or "~") is value else "double", in_flow=in_flow)
        if span is not None and self.source is not None:
            return self.source.text[span.start : span.end]
        return "null" if value is None else str(value).lower() if isinstance(value, bool) else f"{value!r}"

    def _verbatim(self, head: str, path: Path, column: int) -> list[str]:
        assert self.source is not None
        span = self.source.values[path]
        old = self.source.column(self._opening(path))
        first, *rest = self.source.text[span.start : span.end].replace("\r\n", "\n").split("\n")
        shift = column - old
        moved = [" " * max(0, len(line) - len(line.lstrip()) + shift) + line.lstrip() for line in rest]
        return [f"{head} {first}", *moved]


def _inside(stretches: list[tuple[int, int]], offset: int) -> bool:
    """Whether an offset lies within one of the stretches, which are in order and do not overlap."""
    at = bisect_left(stretches, (offset, 0)) - 1
    return at >= 0 and stretches[at][1] > offset


def _is_name(item: Any) -> bool:
    return not isinstance(item, Mapping | list | tuple) and (
        not isinstance(item, str) or (" " not in item and "\n" not in item and item != "")
    )


def _has_strip(info: Any) -> bool:
    if any(isinstance(one, StringConstraints) and one.strip_whitespace for one in getattr(info, "metadata", ())):
        return True
    annotation = getattr(info, "annotation", info)
    if get_origin(annotation) is Annotated and any(
        isinstance(one, StringConstraints) and one.strip_whitespace for one in get_args(annotation)[1:]
    ):
        return True
    return any(_has_strip(inner) for inner in get_args(annotation))
