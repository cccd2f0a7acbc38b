"""What every command shares: its errors and exit codes, reading and writing files, the common options.

Exit codes: 0 fine, 1 the pages or the answers are wrong, 2 misuse, 3 not found, 4 an optional back end is missing,
130 interrupted, 141 whoever read the output has closed it.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

import click

if TYPE_CHECKING:
    from engine.knowledge import KnowledgeBase
    from engine.model import Answers

INTERRUPTED = 130
SEEN_ENOUGH = 141
"""What the shell says of any program whose reader leaves early, such as `head`: 128 and the number of SIGPIPE."""
FORMATS = ("text", "json", "html", "pdf")


class Wrong(click.ClickException):
    """The pages or the answers are wrong; a message for the person at the keyboard, with its exit code."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """The message alone; it says itself what is wrong."""
        say(self.message)


class Misuse(Wrong):
    """An option cannot be followed."""

    exit_code = 2


class NotFound(Wrong):
    """A file or a name does not exist."""

    exit_code = 3


class NoBackEnd(Wrong):
    """An optional back end is missing."""

    exit_code = 4


class Command(click.Command):
    """A command that ends in a message, never in a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what went wrong becomes a message and an exit code, here and nowhere else."""
        check_installation()
        from engine.errors import BackEndMissing, LimiterError, OptionError

        try:
            return super().invoke(ctx)
        except BackEndMissing as error:
            raise NoBackEnd(str(error)) from error
        except OptionError as error:
            raise Misuse(str(error)) from error
        except LimiterError as error:
            raise Wrong(str(error)) from error
        except FileNotFoundError as error:
            raise NotFound(f"{error.filename}: there is no such file or directory") from error
        except BrokenPipeError:
            raise
        except OSError as error:
            raise Wrong(f"{error.filename or 'file'}: {error.strerror or error}") from error


class Group(click.Group):
    """A group whose commands are all of the kind above."""

    command_class = Command
    group_class = type

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the command line, and tell its help where that is asked for."""
        with _reader_may_leave():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        with _reader_may_leave():
            return super().invoke(ctx)


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """Whoever reads our output may stop early: no error of anybody, while click would end with the code of one."""
    try:
        yield
    except BrokenPipeError:
        raise click.exceptions.Exit(SEEN_ENOUGH) from None


class LazyGroup(Group):
    """A group that imports a command only when it is called; `homes` names the module and the command's name in it."""

    homes: ClassVar[dict[str, str]]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name, in the order of `homes`."""
        return list(self.homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        home = self.homes.get(cmd_name)
        if home is None:
            return None
        module, name = home.split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


def check_installation() -> None:
    """Another package with an `engine`, `knowledge` or `reports` of its own may have taken the place of ours."""
    from importlib.util import find_spec

    here = Path(__file__).resolve().parent.parent
    for name in ("engine", "reports"):
        spec = find_spec(name)
        if spec is None or spec.origin is None or Path(spec.origin).resolve().parent.parent != here:
            raise Wrong(f"'{name}' does not lie beside cli.py: another package stands in its way. "
                        "Install limiter in an environment of its own, with pipx for example.")  # fmt: skip


def say(text: str = "", *, newline: bool = True) -> None:
    """Tell the person at the keyboard something that is no result."""
    click.echo(text, err=True, nl=newline)


def write(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Replace a file at one stroke: whoever reads it sees the old or the new text, also after a power cut.

    Private files, such as saved answers about someone's health, are for their owner alone.
    """
    import tempfile

    target = path.resolve()
    data = content.encode("utf-8") if isinstance(content, str) else content
    if target.exists() and not target.is_file():  # a device or a pipe is written to, never replaced
        target.write_bytes(data)
        return
    if not target.parent.is_dir():
        raise NotFound(f"{path}: there is no directory {target.parent}")
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if not private:
            os.umask(mask := os.umask(0o022))
            Path(name).chmod(0o666 & ~mask)
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def output_of(result: str | bytes, target: Path | None) -> None:
    """Hand over a result: into a file, or to standard output."""
    if target is None:
        click.echo(result, nl=isinstance(result, str) and not result.endswith("\n"))
        return
    write(target, result)
    say(f"Written: {target}")


def slug(name: str) -> str:
    """A name as the name of a file.

    >>> slug("Anna-Lena Müller (2nd)"), slug("?")
    ('anna_lena_müller_2nd', 'athlete')
    """
    letters = "".join(letter if letter.isalnum() else "_" for letter in name.lower())
    return "_".join(part for part in letters.split("_") if part)[:60] or "athlete"


def bytes_of(file: str) -> bytes:
    """What an answers file holds, up to the size that is read; "-" is standard input."""
    from engine.yaml_positions import LARGEST

    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    with Path(file).open("rb") as stream:
        return stream.read(LARGEST + 1)


def called(file: str) -> str:
    """The name under which an answers file is spoken of."""
    return "<standard input>" if file == "-" else file


def today() -> date:
    """The date where the person at the keyboard is."""
    return datetime.now().astimezone().date()


def read_all(files: Sequence[str], knowledge: "KnowledgeBase") -> "list[Answers]":
    """Every athlete's answers; the mistakes of all files are told together."""
    from engine import answers
    from engine.errors import AnswersError, Fault

    found, faults = [], list[Fault]()
    for file in files:
        try:
            folder = None if file == "-" else Path(file).parent
            found.append(answers.read(bytes_of(file), called(file), knowledge, today=today(), folder=folder))
        except AnswersError as error:
            faults += error.faults
    if faults:
        raise AnswersError(faults)
    return found


def not_found(kind: str, name: str, near: str) -> NoReturn:
    """Say that a name does not exist, and which one was probably meant."""
    raise NotFound(f"There is no {kind} '{name}'." + (f" Did you mean '{near}'?" if near else ""))


knowledge_option = click.option(
    "--knowledge", "directory", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR",
    help="Use these pages instead of the ones that came with limiter.",
)  # fmt: skip
paper_option = click.option(
    "--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of the printed page."
)
