"""What the YAML parser complains of, in words a coach can act on. Serves `engine/yaml_positions.py`."""

from collections.abc import Callable
from typing import Literal

Where = Literal["here", "opened", "above"]
"""The sentence belongs where the parser stumbled, where the thing it was reading began, or to the line above."""

_BACKSLASH = "a backslash means something special between double quotes; use single quotes"
_UNCLOSED_QUOTE = "the quote opened here is never closed"

_SENTENCES: dict[str, tuple[str, Where]] = {
    "block sequence entries are not allowed":
        ("a list cannot begin on the line of its key; write [a, b], or '- a' on the next line", "here"),
    "did not find expected ',' or ']'":
        ("the list opened here is not closed: it needs ', ' between its items and ']' at its end", "opened"),
    "did not find expected ',' or '}'":
        ("the braces opened here are not closed: they need ', ' between the entries and '}' at the end", "opened"),
    "found unexpected end of stream": (_UNCLOSED_QUOTE, "opened"),
    "found unexpected document indicator": (_UNCLOSED_QUOTE, "opened"),
    "did not find expected comment or line break":
        ("after '>' or '|' the text begins on the next line, indented", "here"),
    "did not find expected '-' indicator":
        ("this line does not belong to the list above; indent it, or begin it with '- '", "here"),
    "found unknown escape character": (_BACKSLASH, "here"),
    "escape code": (_BACKSLASH, "here"),
    "hexdecimal number": (_BACKSLASH, "here"),
    "did not find expected alphabetic or numeric character":
        ("a text that begins with * or & needs quotes", "opened"),
    "did not find expected node content": ("a value is missing here", "here"),
    "could not find expected ':'": ("expected `key: value`, and there is no ': ' in this line", "opened"),
    "did not find expected <document start>":
        ("nothing can follow here; expected lines of the form `key: value`", "here"),
    "directive": ("a text that begins with % needs quotes", "opened"),
    "tag": ("a text that begins with ! needs quotes", "opened"),
}  # fmt: skip


def say(problem: str, context: str, line: Callable[[int], str], column: int) -> tuple[str, Where]:
    """A sentence for the parser's complaint, and where it belongs.

    Args: the parser's words and what it was doing; `line(n)` is the nth line above the one where it stumbled (0: that
    line itself); `column` counts from 1.
    """
    before, sign = line(0)[: column - 1], line(0)[column - 1 : column]
    if "cannot start any token" in problem:
        return f"a text that begins with {sign or 'this sign'} needs quotes", "here"
    if "mapping values are not allowed" in problem:
        return _second_colon(before, line)
    if "did not find expected key" in problem:
        if before.strip():
            return "the text goes on after its closing quote; put the whole text in the other kind of quotes", "here"
        return "this line is indented unlike the lines it belongs to", "here"
    for words, (sentence, where) in _SENTENCES.items():
        if words in problem or words in context:
            return sentence, where
    return f"this is not written as a page is ({problem})", "here"


def _second_colon(before: str, line: Callable[[int], str]) -> tuple[str, Where]:
    if ": " in before or before.rstrip().endswith(("'", '"')):
        return "': ' a second time in one line; put the text after the first ': ' in quotes", "here"
    above = line(1)
    if ":" not in above and above.strip() and _indent(line(0)) <= _indent(above):
        return "expected `key: value`, and there is no ': ' in this line", "above"
    return "this line is indented as if it went on with the text above, but it has a key of its own", "here"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
