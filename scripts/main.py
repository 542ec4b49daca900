"""The command `marsad`: finds the command asked for, runs it, and turns errors into one line.

To add a command, write its file and name it in `COMMANDS`; nothing of it is imported
before it is asked for, so that `marsad --help` and a search from cold stay fast.
"""

from __future__ import annotations

import importlib
import keyword
import logging
import os
import sys
from pathlib import Path

import click

from .. import __version__

# 2 is click's, for wrong usage.
DONE, FAILED, NOTHING, DAMAGED = 0, 1, 3, 5

COMMANDS = {
    "add": "Read articles, and keep their passages and vectors.",
    "search": "Find the passages that say what QUERY says, in any language.",
    "similar": "Find passages like one passage, or like the text of a file.",
    "duplicates": "List repeated paragraphs by kind, with the evidence.",
    "dedup": "Write the corpus without its copies, and what was removed and why.",
    "boilerplate": "Show and correct what is taken for furniture of an outlet's pages.",
    "stories": "Group the articles that tell the same event.",
    "themes": "Show what the collection is about.",
    "report": "Write the cluster report as one page.",
    "info": "Say what is in the collection.",
    "check": "Verify every part of the collection against the others.",
    "remove": "Take documents out of the collection.",
    "compact": "Give back the room of what was removed.",
    "export": "Write everything in the collection to files that other tools read.",
    "import": "Make the collection from an export.",
    "models": "Prepare models other than the bundled one.",
    "demo": "Take the tour on the sample corpus.",
}


class CommandFiles(click.Group):
    """A group whose commands lie in files of their own, imported when asked for."""

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the commands in the order in which they are used."""
        return list(COMMANDS)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        """Import the command's file."""
        if name not in COMMANDS:
            return None
        # A file cannot have the name of a Python keyword: `import` lies in import_.py.
        module = f".{name}_" if keyword.iskeyword(name) else f".{name}"
        command = importlib.import_module(module, __package__).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=CommandFiles, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--collection",
    "folder",
    type=click.Path(path_type=Path),
    envvar="MARSAD_COLLECTION",
    default=Path("marsad-collection"),
    show_default=True,
    help="The directory of the collection; also from MARSAD_COLLECTION.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say more on stderr.")
@click.version_option(__version__, prog_name="marsad")
@click.pass_context
def group(context: click.Context, folder: Path, verbose: bool) -> None:
    """Semantic similarity and clustering for news in any language.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 nothing found or not there,
    5 damaged or invalid data.
    """
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    logging.getLogger("marsad").setLevel(logging.DEBUG if verbose else logging.INFO)
    context.obj = folder


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    try:
        code = group.main(args=arguments, prog_name="marsad", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        code = leaving.exit_code
    except click.Abort:
        print("Stopped. What was done is kept; the same command goes on from there.",
              file=sys.stderr)  # fmt: skip
        code = FAILED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FAILED
    except _errors_people_can_mend() as error:
        print(f"marsad: {error}", file=sys.stderr)
        code = _code_of(error)
    return code if isinstance(code, int) else DONE


def _errors_people_can_mend() -> tuple[type[Exception], ...]:
    from ..embeddings import EmbeddingError
    from ..index import CollectionError
    from ..seeds import SeedError

    return SeedError, EmbeddingError, CollectionError


def _code_of(error: Exception) -> int:
    from ..index import CollectionDamaged, CollectionMissing

    if isinstance(error, CollectionMissing):
        return NOTHING
    return DAMAGED if isinstance(error, CollectionDamaged) else FAILED


def run() -> None:
    """Run the command line as a program."""
    sys.exit(main())
