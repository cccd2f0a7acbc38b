"""`limiter rules test`: do the rules still do what the cases say, and which rules has no case tried?"""

from pathlib import Path

import click

from commands.base import Command, knowledge_option, say, write


@click.command(cls=Command)
@click.option("--generate", "make", is_flag=True, help="Print cases for what no case shows yet.")
@click.option("-o", "--output", metavar="DIR", type=click.Path(file_okay=False, path_type=Path),
              help="With --generate: write the cases here, a file for each deficit or limiter.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Show the result as JSON.")
@knowledge_option
@click.pass_context
def test(ctx: click.Context, make: bool, output: Path | None, as_json: bool, directory: Path | None) -> None:
    """Try the rules on the cornerstone athletes and on the cases about single rules.

    Cornerstones are the pages in cases/, cases about rules the files in rule_cases/. Also tells how many rules some
    case makes fire, leaves silent, puts on the boundary or leaves open. Ends with exit code 1 when a case fails.

    Example: limiter rules test --generate -o my_pages/rule_cases --knowledge my_pages
    """
    from engine.casework.cornerstones import disagreements
    from engine.casework.coverage import cover
    from engine.casework.rule_cases import read_all, run
    from engine.compile import compile_knowledge
    from engine.loader import load
    from reports.rule_tests import tests_json, tests_text

    if output and not make:
        raise click.UsageError("-o goes with --generate")
    compiled = compile_knowledge(load(directory))
    cases = read_all(directory, compiled.knowledge)
    covered = cover(compiled, [case.values for case in cases])
    if make:
        from engine.casework.generate import generate, pages

        made, without = generate(compiled, covered)
        _hand_over(pages(made), output)
        if without:
            say(f"No answers found that make these rules fire: {', '.join(without)}")
        return
    wrong = disagreements(compiled)
    misses = [miss for case in cases for miss in run(compiled, case)]
    told = tests_json if as_json else tests_text
    click.echo(told(compiled.knowledge, wrong, cases, misses, covered), nl=False)
    if wrong or misses:
        ctx.exit(1)


def _hand_over(pages: dict[str, str], output: Path | None) -> None:
    """Print the pages, or write each to a file of its own; what is there already stays."""
    if output is None:
        for id, text in pages.items():
            click.echo(f"# rule_cases/{id}.yaml\n{text}")
        return
    output.mkdir(parents=True, exist_ok=True)
    for id, text in pages.items():
        path = output / f"{id}.yaml"
        if path.exists():
            path = output / f"{id}.more.yaml.txt"
            say(f"{output / id}.yaml is there already; the new cases are in {path.name}, to be copied from.")
        write(path, text)
    say(f"{len(pages)} files written.")
