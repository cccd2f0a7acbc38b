"""`limiter rules schema`: JSON Schemas of the pages, for editors that complete, explain and mark while one types."""

from pathlib import Path

import click

from commands.base import Command, Misuse, knowledge_option, not_found, say, write


@click.command(cls=Command)
@click.argument("kind", metavar="[KIND]", required=False)
@click.option("-o", "--output", "into", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Write a file for each kind here; with --vscode: the folder opened in the editor.")  # fmt: skip
@click.option("--vscode", is_flag=True, help="Write the schemas and the settings for VS Code into DIR/.vscode.")
@knowledge_option
def schema(kind: str | None, into: Path | None, vscode: bool, directory: Path | None) -> None:
    """Give an editor what it needs to complete, explain and mark the pages.

    KIND is a kind of page; its JSON Schema goes to standard output. Without one, the kinds are listed, or all schemas
    are written into DIR. Names of measures, deficits, sources … are those of the pages: write the schemas again after
    adding one.

    Example: limiter rules schema --vscode -o my_pages --knowledge my_pages
    """
    from engine import editor_schemas
    from engine.errors import nearest
    from engine.loader import SHIPPED, load

    if kind is not None and kind not in editor_schemas.KINDS:
        not_found("kind of page", kind, nearest(kind, editor_schemas.KINDS))
    if kind is not None and vscode:
        raise Misuse("--vscode writes the schemas of all kinds; leave out KIND.")
    if kind is None and into is None and not vscode:
        for one in editor_schemas.KINDS.values():
            click.echo(f"{one.name:28}{'  '.join(pattern for pattern in one.files if pattern[0] != '!')}")
        say("To print one: limiter rules schema KIND. To write them all: limiter rules schema -o DIR.")
        return
    made = editor_schemas.schemas(load(directory)) if kind is None else {
        kind: editor_schemas.schema(load(directory), kind)
    }  # fmt: skip
    if kind is not None and into is None:
        click.echo(editor_schemas.written(made[kind]), nl=False)
        return
    opened = into or Path()
    folder = opened / ".vscode" / "schemas" if vscode else opened
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        write(folder / f"{name}.json", editor_schemas.written(content))
    say(f"Wrote {len(made)} {'schema' if len(made) == 1 else 'schemas'} into {folder}.")
    if vscode:
        _settings(opened, directory or SHIPPED)


def _settings(opened: Path, pages: Path) -> None:
    """Write the settings of VS Code, or add ours to those that are there."""
    import json

    from engine import editor_schemas

    if not pages.resolve().is_relative_to(opened.resolve()):
        raise Misuse(f"The pages in {pages} do not lie in {opened}: name the folder you open in the editor with -o.")
    wanted = editor_schemas.vscode_settings(".vscode/schemas", pages.resolve().relative_to(opened.resolve()).as_posix())
    file = opened / ".vscode" / "settings.json"
    known = {}
    if file.exists():
        try:
            known = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise Misuse(f"{file} has comments or is no JSON, so nothing is added to it. Put this into it yourself:\n"
                         + editor_schemas.written(wanted)) from error  # fmt: skip
    others = {name: files for name, files in known.get("yaml.schemas", {}).items() if ".vscode/schemas/" not in name}
    wanted["yaml.schemas"] = others | wanted["yaml.schemas"]
    write(file, editor_schemas.written({**known, **wanted}))
    say(f"Wrote {file}. VS Code needs the extension YAML by Red Hat (redhat.vscode-yaml).")
