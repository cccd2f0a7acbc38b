"""Where a coach points: `knee_to_wall.typical_error.value`, `overstriding/foot_ahead_on_video.when.video_overstride`.

An address begins with a page (its id or its place), a rule (`deficit/rule`) or a source, and goes on with the keys on
the way to the value. An item of a list is named by its number, counted from 1, or by its own name. Only pages that can
be read are looked at, so that an address also leads into pages that do not fit together yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from engine.errors import EditError, nearest
from engine.faults import fields_at
from engine.knowledge import Page, Path
from engine.loader import shape_of
from engine.tree import SHIPPED_NAME, tree
from engine.yaml_positions import Unreadable, decode, read

NAMES = ("id", "measure", "deficit", "population", "safety", "intervention", "block", "code", "name", "label")
"""Keys by which an item of a list is named."""

LONGEST = 500


class UnknownAddress(EditError):
    """Nothing stands at an address; the message names what was probably meant."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an address leads: the page's place below the folder, the page, its data, the path in it.

    `missing`: the last step is a key that the page may have and does not have yet.
    """

    place: str
    page: Page
    data: Any
    path: Path
    missing: bool = False


def resolve(directory: FilePath | None, folder: FilePath, address: str) -> Target:
    """Where an address leads.

    Args: the folder as given, and the folder itself.
    Raises: UnknownAddress, with the nearest name; EditError, when a page cannot be read or a name is not unique.
    """
    if len(address) > LONGEST:
        raise UnknownAddress(f"An address has at most {LONGEST} letters.")
    name = SHIPPED_NAME if directory is None else directory.as_posix()
    files = tree(folder, name)
    head, _, rest = address.strip().replace(".yaml", "").partition(".")
    place, start = _page_of(head, files, name)
    data, page = _opened(files[place].read(), f"{name}/{place}")
    path = _rule_path(data, start, head) if start else ()
    path, missing = _walk(data, path, [step for step in rest.split(".") if step], place)
    return Target(place, page, data, path, missing)


def _opened(content: bytes, file: str) -> tuple[Any, Page]:
    try:
        return read(decode(content, file), file)
    except Unreadable as error:
        raise EditError(str(error)) from error


def _page_of(head: str, files: Mapping[str, Any], name: str) -> tuple[str, str]:
    """The place of the page an address begins with; and, where it is a rule or a source, its own name."""
    head = head.removeprefix(f"{name}/")
    if f"{head}.yaml" in files:
        return f"{head}.yaml", ""
    stems: dict[str, list[str]] = {}
    for place in files:
        stems.setdefault(place.rpartition("/")[2].removesuffix(".yaml"), []).append(place)
    if found := stems.get(head):
        if len(found) > 1:
            both = " and ".join(place.removesuffix(".yaml") for place in found)
            raise EditError(f"'{head}' is the name of several pages: {both}. Write the whole place.")
        return found[0], ""
    names = dict.fromkeys(stems)
    if "/" in head or head not in names:
        for place, rule in _things(files):
            if rule == head:
                return place, rule
            names[rule] = None
    near = nearest(head, names)
    raise UnknownAddress(f"There is no page, rule or source '{head}'." + (f" Did you mean '{near}'?" if near else ""))


def _things(files: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every rule and source, with the place of its page."""
    found: list[tuple[str, str]] = []
    for place, file in files.items():
        if place == "sources.yaml" or place.startswith(("rules/", "deficits/")):
            try:
                data = read(decode(file.read(), file.name), file.name)[0]
            except Unreadable:
                continue
            if place == "sources.yaml":
                found += [(place, id) for id in data.get("sources") or ()]
            else:
                rules = data.get("rules")
                found += [(place, _full_id(data, rule)) for rule in rules if isinstance(rule, dict)] if rules else []
    return found


def _full_id(data: Mapping[str, Any], rule: Mapping[str, Any]) -> str:
    return f"{data.get('deficit') or rule.get('limiter')}/{rule.get('id')}"


def _rule_path(data: Any, name: str, head: str) -> Path:
    if "/" not in name:
        return ("sources", head)
    return ("rules", next(number for number, rule in enumerate(data["rules"]) if _full_id(data, rule) == name))


def _walk(data: Any, path: Path, steps: list[str], place: str) -> tuple[Path, bool]:
    inside = data
    step: str | int
    for step in path:
        inside = inside[step]
    for number, word in enumerate(steps):
        if isinstance(inside, list):
            step = _item(inside, word, path)
        elif not isinstance(inside, dict):
            raise UnknownAddress(f"'{_said(path)}' is a single value; nothing called '{word}' stands below it.")
        elif word in inside:
            step = word
        elif number + 1 == len(steps) and word in fields_at(shape_of(place), path):
            return (*path, word), True
        elif word in fields_at(shape_of(place), path):
            raise UnknownAddress(f"There is no '{word}' in {_said(path)} yet; write it on the page first.")
        else:
            near = nearest(word, [*inside, *fields_at(shape_of(place), path)])
            hint = f"Did you mean '{near}'?" if near else f"There are: {', '.join(list(inside)[:12])}."
            raise UnknownAddress(f"There is no '{word}' in {_said(path)}. {hint}")
        path, inside = (*path, step), inside[step]
    return path, False


def _item(items: list[Any], word: str, path: Path) -> int:
    if word.isdecimal():
        if 1 <= int(word) <= len(items):
            return int(word) - 1
        raise UnknownAddress(f"There is no item {word} in {_said(path)}; they are counted from 1 to {len(items)}.")
    found = [number for number, item in enumerate(items) if word in _names(item)]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = " or ".join(str(number + 1) for number in found)
        raise UnknownAddress(f"'{word}' is the name of several items in {_said(path)}; write its number: {numbers}.")
    near = nearest(word, [name for item in items for name in _names(item)])
    hint = f"Did you mean '{near}'?" if near else f"Its items are counted from 1 to {len(items)}."
    raise UnknownAddress(f"There is no '{word}' in {_said(path)}. {hint}")


def _names(item: Any) -> list[str]:
    if isinstance(item, dict):
        return [str(item[key]) for key in NAMES if isinstance(item.get(key), str)]
    return [] if isinstance(item, list) else [str(item)]


def _said(path: Path) -> str:
    words = [str(step + 1) if isinstance(step, int) else step for step in path]
    return f"'{'.'.join(words)}'" if words else "the page"
