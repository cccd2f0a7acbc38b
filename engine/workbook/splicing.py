"""Changed data → changed text of a page: the fewest cuts that make the page say it."""

from typing import Any

from engine.editing import splice
from engine.editing.fields import before, order_at
from engine.editing.layout import fragment
from engine.editing.spans import spans
from engine.knowledge import Page, Path
from engine.yaml_positions import typed

_LAST = ("any_of",)
"""Keys that stay at the end of a mapping without a fixed order."""


def spliced(page: Page, shape: Any, old: Any, new: Any) -> Page:
    """The page after it was made to say `new` where it says `old`.

    Raises: EditError, when that cannot be done without touching other lines.
    """
    return _Cuts(page, shape).node((), old, new).page


def appended(page: Page, shape: Any, path: Path, thing: Any) -> Page:
    """The page with one more thing at the end of the list at a path, or of the mapping (a pair of name and thing)."""
    cuts = _Cuts(page, shape)
    if isinstance(thing, tuple):
        name, inside = thing
        last = spans(page.text).children[path][-1]
        return splice.again(page, splice.insert_after(page, last, fragment(shape, {name: inside}, path)))
    children = spans(page.text).children.get(path, [])
    text = fragment(shape, thing, (*path, len(children)))
    if path not in spans(page.text).values:
        return cuts.add(path, {}, [thing], at_top=True).page
    return splice.again(page, splice.append(page, path, text))


def number_text(number: float) -> str:
    """A number as a page writes it.

    >>> number_text(9.0), number_text(0.5)
    ('9', '0.5')
    """
    return str(int(number)) if number == int(number) else f"{number:.10f}".rstrip("0")


class _Cuts:
    def __init__(self, page: Page, shape: Any) -> None:
        self.page, self.shape = page, shape

    def node(self, path: Path, old: Any, new: Any) -> "_Cuts":
        if isinstance(old, dict) and isinstance(new, dict):
            self._mapping(path, old, new)
        elif isinstance(old, list) and isinstance(new, list):
            self._list(path, old, new)
        elif isinstance(new, list | dict):
            self._take(splice.replace_node(self.page, path, _flow(new)))
        elif type(old) is not type(new) or old != new:
            text = "null" if new is None else new if isinstance(new, str) else number_text(new)
            quoted = isinstance(new, str) and typed(new) is not new
            self._take(splice.replace_value(self.page, path, text, quoted=quoted))
        return self

    def _take(self, text: str) -> None:
        self.page = splice.again(self.page, text)

    def _mapping(self, path: Path, old: dict[str, Any], new: dict[str, Any]) -> None:
        have = dict(old)
        for key in new:
            if key in old:
                self.node((*path, key), old[key], new[key])
            else:
                self.add((*path, key), have, new[key])
                have[key] = new[key]
        for key in old:
            if key not in new:
                self._take(splice.remove(self.page, (*path, key)))

    def add(self, path: Path, inside: dict[str, Any], value: Any, *, at_top: bool = False) -> "_Cuts":
        *above, key = path
        if at_top:
            inside = {str(child[-1]): None for child in spans(self.page.text).children[tuple(above)]}
        wanted = order_at(self.shape, tuple(above))
        keys = [one for one in inside if one not in _LAST or key in _LAST]
        if str(key) in wanted:
            earlier = before(str(key), inside, wanted)
        else:
            earlier = keys[-1] if keys else None
        text = fragment(self.shape, {str(key): value}, tuple(above))
        if earlier is None and spans(self.page.text).values[tuple(above)].style == "flow":
            earlier = next(reversed(inside))  # between braces the order is nothing to insist on
        if earlier is None:
            self._take(splice.insert_before(self.page, (*above, next(iter(inside))), text))
        else:
            self._take(splice.insert_after(self.page, (*above, earlier), text))
        return self

    def _list(self, path: Path, old: list[Any], new: list[Any]) -> None:
        if old == new:
            return
        scalars = not any(isinstance(item, list | dict) for item in (*old, *new))
        flow = spans(self.page.text).values[path].style == "flow"
        if scalars and flow and len(old) != len(new):
            self._take(splice.replace_node(self.page, path, _flow(new)))
            return
        first = 0
        while first < min(len(old), len(new)) and old[first] == new[first]:
            first += 1
        last = 0
        while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
            last += 1
        common = min(len(old), len(new)) - last
        for number in range(first, common):
            self.node((*path, number), old[number], new[number])
        for number in range(common, len(new) - last):
            text = _block(self.shape, new[number], (*path, number))
            if number:
                self._take(splice.insert_after(self.page, (*path, number - 1), text))
            else:  # before the first: the list anew
                self._take(splice.replace_node(self.page, path, _flow(new)))
                return
        for number in range(len(old) - last - 1, common - 1, -1):
            self._take(splice.remove(self.page, (*path, number)))


def _block(shape: Any, value: Any, path: Path) -> str:
    return fragment(shape, value, path) if isinstance(value, dict) else _flow(value)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inside)}" for key, inside in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "null"}[value]
    if isinstance(value, str):
        return splice.scalar(value, "plain" if typed(value) is value else "double", in_flow=True)
    return number_text(value)
