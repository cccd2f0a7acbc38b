"""Aligned tables for the terminal. Serves the reports about rules."""

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, indent: int = 0) -> list[str]:
    """Lines of a table, columns as wide as their longest cell, with a rule below the head.

    >>> table(["Athlete", "Now"], [["Ana", "synergy"]])
    ['Athlete  Now', '-------  -------', 'Ana      synergy']
    """
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [head, ["-" * width for width in widths], *rows]
    margin = " " * indent
    return [margin + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in lines]  # fmt: skip
