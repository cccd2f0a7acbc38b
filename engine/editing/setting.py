"""One value changed: an address and a value → the page's text before and after, checked and written."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path as FilePath

from engine.editing import journal, splice
from engine.editing.address import Target, resolve
from engine.editing.fields import before, order_at
from engine.errors import EditError, KnowledgeError
from engine.knowledge import KnowledgeBase
from engine.loader import shape_of
from engine.yaml_positions import typed

LONGEST_VALUE = 20_000
"""Letters; no sentence of a page is nearly as long."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one page: its name in messages, its text before and after ('' where there was or is none)."""

    file: str
    before: str
    after: str


def set_value(
    directory: FilePath | None, address: str, value: str, *, dry_run: bool = False
) -> tuple[Change, KnowledgeBase]:
    """Put a value at an address; returns what changed on the page, and the changed knowledge.

    Raises: EditError, UnknownAddress, KnowledgeError (see `journal.apply`); nothing is written then.
    """
    folder = journal.home(directory)
    if len(value) > LONGEST_VALUE:
        raise EditError(f"The value has {len(value):,} letters; at most {LONGEST_VALUE:,} are taken here.")
    target = resolve(directory, folder, address)
    if not target.path:
        raise EditError(f"'{address}' is a whole page; go on with the name of a value in it, after a dot.")
    first: EditError | KnowledgeError | None = None
    for text in _texts(target, value):
        try:
            knowledge = journal.apply(folder, {target.place: text}, f"set {address} {value}", dry_run=dry_run)
        except KnowledgeError as error:
            first = first or error
            continue
        return Change(target.page.file, target.page.text, text), knowledge
    raise first or EditError(f"'{value}' cannot be put at {address}")


def _texts(target: Target, value: str) -> Iterator[str]:
    """The ways to write the value, the likeliest first: as a list if it looks like one, plain, as a text in quotes."""
    page, path = target.page, target.path
    if target.missing:
        yield from _added(target, value)
        return
    looks_like_yaml = value.lstrip()[:1] in ("[", "{")
    old = target.data
    for step in path:
        old = old[step]
    if looks_like_yaml and not isinstance(old, list | dict):
        with suppress(EditError):
            yield splice.replace_node(page, path, value.strip())
    yield splice.replace_value(page, path, value)
    if not isinstance(old, list | dict) and (looks_like_yaml or typed(value or "~") is not value):
        yield splice.replace_value(page, path, value, quoted=True)


def _added(target: Target, value: str) -> Iterator[str]:
    """A key the page may have and does not have yet, put where the canonical order has it."""
    *above, key = target.path
    inside = target.data
    for step in above:
        inside = inside[step]
    wanted = order_at(shape_of(target.place), tuple(above))
    earlier = before(str(key), inside, wanted)
    lines = [f"{key}: {value.strip()}"] if value.lstrip()[:1] in ("[", "{") else []
    lines += [splice.entry(str(key), value), f"{key}: {splice.scalar(value, 'double')}"]
    for line in dict.fromkeys(lines):
        try:
            if earlier is None:
                yield splice.insert_before(target.page, (*above, next(iter(inside))), line)
            else:
                yield splice.insert_after(target.page, (*above, earlier), line)
        except EditError:
            continue
