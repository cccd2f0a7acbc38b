"""The two typefaces every report is set in: what they can draw and how wide a text is.

Part of *report*. The tables of the TrueType files are read directly (`cmap`, `hmtx`), so no font library is needed to
ask before printing whether a name can be drawn and whether a label fits its place.
"""

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.errors import UndrawableText

FAMILY = "DejaVu Sans Condensed"
FILES = {False: "DejaVuSansCondensed.ttf", True: "DejaVuSansCondensed-Bold.ttf"}
"""By boldness."""

_INVISIBLE = frozenset("\t\n\r\u00ad\u200b\u200c\u200d\u200e\u200f\ufeff")


@dataclass(frozen=True, slots=True)
class Typeface:
    """One font file: its bytes, the glyph of each letter, and the advance of each glyph in 1/1000 of the size."""

    data: bytes
    glyphs: dict[int, int]
    advances: tuple[float, ...]

    def draws(self, letter: str) -> bool:
        """Whether the font holds this letter."""
        return letter in _INVISIBLE or self.glyphs.get(ord(letter), 0) != 0

    def width(self, text: str, size: float) -> float:
        """Width of a line of text in the unit of `size`; kerning is left out and ligatures are off."""
        return sum(self.advances[self.glyphs.get(ord(letter), 0)] for letter in text) * size / 1000


@cache
def typeface(bold: bool = False) -> Typeface:
    """The regular or the bold typeface, read once."""
    data = (Path(__file__).parent / FILES[bold]).read_bytes()
    tables = _tables(data)
    return Typeface(data, _cmap(data, tables["cmap"]), _advances(data, tables))


def check_drawable(text: str, what: str) -> None:
    """Refuse a text with letters that would print as empty boxes.

    Raises: UndrawableText, naming each such letter once, in the order met.
    """
    missing = dict.fromkeys(letter for letter in text if not all(typeface(bold).draws(letter) for bold in FILES))
    if missing:
        letters = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in missing)
        raise UndrawableText(
            f"{what} '{text}' has letters the report's font cannot draw: {letters}. "
            "Write the name in Latin, Greek or Cyrillic letters, or use --format text or json."
        )


def fit(text: str, size: float, width: float, *, bold: bool = False) -> str:
    """The text, or as many whole words of it as fit into `width` (unit of `size`) with an ellipsis after them."""
    face = typeface(bold)
    if face.width(text, size) <= width:
        return text
    words = text.split()
    while words and face.width(" ".join(words) + " …", size) > width:
        words.pop()
    if words:
        return " ".join(words).rstrip(",;:·") + " …"
    kept = text
    while kept and face.width(kept + "…", size) > width:
        kept = kept[:-1]
    return kept + "…"


def wrap(text: str, size: float, width: float, *, bold: bool = False, most: int = 2) -> tuple[str, ...]:
    """The text in at most `most` lines no wider than `width`; the last one ends in an ellipsis when words are left."""
    face = typeface(bold)
    words, lines = text.split(), list[str]()
    while words and len(lines) < most - 1:
        line = [words.pop(0)]
        while words and face.width(" ".join([*line, words[0]]), size) <= width:
            line.append(words.pop(0))
        lines.append(fit(" ".join(line), size, width, bold=bold))
    return (*lines, fit(" ".join(words), size, width, bold=bold)) if words else tuple(lines)


def _tables(data: bytes) -> dict[str, int]:
    (count,) = struct.unpack_from(">H", data, 4)
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * number) for number in range(count))
    return {tag.decode("ascii"): offset for tag, _, offset, _ in records}


def _cmap(data: bytes, start: int) -> dict[int, int]:
    (count,) = struct.unpack_from(">H", data, start + 2)
    offsets = (struct.unpack_from(">I", data, start + 8 + 8 * number)[0] for number in range(count))
    for offset in offsets:
        if struct.unpack_from(">H", data, start + offset)[0] == 12:
            return _format_12(data, start + offset)
    raise ValueError("the font has no full character map")


def _format_12(data: bytes, start: int) -> dict[int, int]:
    (count,) = struct.unpack_from(">I", data, start + 12)
    glyphs: dict[int, int] = {}
    for number in range(count):
        first, last, glyph = struct.unpack_from(">III", data, start + 16 + 12 * number)
        glyphs.update(zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True))
    return glyphs


def _advances(data: bytes, tables: dict[str, int]) -> tuple[float, ...]:
    (per_em,) = struct.unpack_from(">H", data, tables["head"] + 18)
    (long_metrics,) = struct.unpack_from(">H", data, tables["hhea"] + 34)
    (glyph_count,) = struct.unpack_from(">H", data, tables["maxp"] + 4)
    found = [
        struct.unpack_from(">H", data, tables["hmtx"] + 4 * number)[0] * 1000 / per_em for number in range(long_metrics)
    ]
    return (*found, *[found[-1]] * (glyph_count - long_metrics))
