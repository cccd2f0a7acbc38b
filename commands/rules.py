"""`limiter rules`: what coaches do with the pages of knowledge."""

from typing import ClassVar

import click

from commands.base import LazyGroup


class Rules(LazyGroup):
    """The commands about rules, in the order a coach meets them."""

    homes: ClassVar[dict[str, str]] = {
        "check": "commands.rules_check:check",
        "show": "commands.rules_show:show",
        "book": "commands.rules_book:book",
        "set": "commands.rules_set:set_",
        "new": "commands.rules_new:new",
        "fmt": "commands.rules_fmt:fmt",
        "rename": "commands.rules_rename:rename",
        "undo": "commands.rules_undo:undo",
        "init": "commands.rules_init:init",
        "test": "commands.rules_test:test",
        "impact": "commands.rules_impact:impact",
        "accept": "commands.rules_accept:accept",
        "why": "commands.rules_why:why",
        "diff": "commands.rules_diff:diff",
        "export": "commands.rules_export:export",
        "import": "commands.rules_import:import_",
        "schema": "commands.rules_schema:schema",
    }


@click.group(cls=Rules)
def rules() -> None:
    """Check, read and edit the pages of knowledge."""
