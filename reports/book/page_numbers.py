"""On which page of a PDF each place stands, for the contents of the rule book.

The PDF engine knows no page numbers of links, but it writes every place into the file; so the book is set once, its
places are read, and it is set again with the numbers in the contents.
"""

import re
import zlib

_PACKED = re.compile(rb"/Type /ObjStm.*?>>\s*stream\r?\n(.*?)endstream", re.DOTALL)
_PAGES = re.compile(rb"/Kids \[([^\]]*)\]")
_PLACE = re.compile(rb"\(([a-z0-9_-]+)\) \[(\d+) 0 R /XYZ")
_LARGEST = 100_000_000


def pages_of(document: bytes) -> dict[str, str]:
    """Page number, counted from 1, by the place's name; empty when the file is written in another way."""
    text = document + b"".join(_unpacked(packed[1]) for packed in _PACKED.finditer(document))
    order = max((found[1].split(b" 0 R") for found in _PAGES.finditer(text)), key=len, default=[])
    number = {int(page): at for at, page in enumerate(order, 1) if page.strip()}
    found: dict[str, str] = {}
    for place in _PLACE.finditer(text):
        if int(place[2]) in number:
            found.setdefault(place[1].decode("ascii"), str(number[int(place[2])]))
    return found


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _LARGEST)
    except zlib.error:
        return b""
