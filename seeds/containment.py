"""Keeps what goes wrong with one file, record or page from stopping the others.

The one place where any exception is caught. Each becomes a `Problem`: a line that names what was
being worked on. An interrupt and the end of the program are no `Exception`, and go through.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TypeVar

from .articles import Problem
from .errors import SeedError

LONGEST_QUOTE = 80
_PACKAGE = __name__.partition(".")[0]
# What a mistake in a program raises. In a parser of ours they mean the same; a library may raise
# them for damaged files as well, so where they were raised decides.
_MISTAKES = (
    ArithmeticError, AssertionError, AttributeError, LookupError, NameError, TypeError,
)  # fmt: skip

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_Kinds = tuple[type[BaseException], ...]


def problem_of(error: BaseException, name: str, *, parsing: bool = False) -> Problem:
    """Say in one line what an exception means for whatever was being worked on.

    Parameters
    ----------
    error : exception
    name : str
        How messages call the file, record or page.
    parsing : bool, default False
        Whether bytes of strangers were being parsed, so that the file may be to blame.

    Returns
    -------
    Problem
        With the traceback where the fault is one of marsad.
    """
    if isinstance(error, SeedError):
        return Problem(str(error))
    if isinstance(error, MemoryError):
        return Problem(f"{name} needs more memory than there is and was left out. Split it.")
    if isinstance(error, RecursionError):
        return Problem(f"{name} cannot be read: it is nested too deep. Save it again, or as text.")
    if isinstance(error, OSError) and error.strerror:
        return Problem(f"{name} cannot be read: {error.strerror}. Check its permissions.")
    if parsing and not _is_mistake(error):
        return Problem(
            f"{name} cannot be read: {_reason(error)}. It may be damaged; open and save it again."
        )
    return Problem(
        f"{name} was left out by a fault of marsad: {_reason(error)}{_place(error.__traceback__)}; "
        "please report it (marsad -v shows the traceback)",
        trace="".join(traceback.format_exception(type(error), error, error.__traceback__)),
    )


@contextmanager
def contained(
    name: str, say: Callable[[Problem], object], *, passing: _Kinds = ()
) -> Iterator[None]:
    """Run a block; what is raised in it is said, and what follows the block goes on.

    Parameters
    ----------
    name : str
        How messages call what the block works on.
    say : callable
        Gets the `Problem`.
    passing : tuple of exception types
        Those that are about more than this one thing, such as a full disk: they go through.
    """
    try:
        yield
    except passing:
        raise
    except Exception as error:
        say(problem_of(error, name))


def all_of(
    items: Iterable[_Item], name: str, *, passing: _Kinds = (), parsing: bool = False
) -> Iterator[_Item | Problem]:
    """Yield what there is, and as its end a `Problem` where something is raised.

    The parameters are those of `contained` and `problem_of`.
    """
    try:
        yield from items
    except passing:
        raise
    except Exception as error:
        yield problem_of(error, name, parsing=parsing)


def one_by_one(
    items: Sequence[_Item],
    work: Callable[[Sequence[_Item]], Sequence[_Result]],
    say: Callable[[_Item, Exception], object],
    *,
    passing: _Kinds = (),
) -> list[_Result | None]:
    """Do something to all at once; where that raises, to each alone, so one costs only itself.

    Parameters
    ----------
    items : sequence
    work : callable
        Takes a sequence of items, and returns a result for each. It is called again for each
        item where it raises for all.
    say : callable
        Gets each item for which it raises, and what it raises.
    passing : tuple of exception types
        As for `contained`.

    Returns
    -------
    list
        In step with the items; None for those that were said.
    """
    try:
        return list(work(items))
    except passing:
        raise
    except Exception as error:
        if len(items) == 1:
            say(items[0], error)
            return [None]
    return [result for item in items for result in one_by_one([item], work, say, passing=passing)]


def quoted(value: object) -> str:
    """Return a value as messages quote it: on one line, of at most 80 characters."""
    said = " ".join(str(value).split())
    return said if len(said) <= LONGEST_QUOTE else said[: LONGEST_QUOTE - 1] + "…"


def _reason(error: BaseException) -> str:
    said = quoted(error).rstrip(". ")
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _is_mistake(error: BaseException) -> bool:
    """Tell a mistake in our own code from what a library raises for a damaged file."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return isinstance(error, _MISTAKES) and frame is not None and _is_ours(frame)


def _is_ours(frame: TracebackType) -> bool:
    return str(frame.tb_frame.f_globals.get("__name__", "")).startswith(f"{_PACKAGE}.")


def _place(frame: TracebackType | None) -> str:
    """Return where in marsad something was raised, innermost."""
    place = ""
    while frame is not None:
        if _is_ours(frame):
            place = f" ({frame.tb_frame.f_globals['__name__']}, line {frame.tb_lineno})"
        frame = frame.tb_next
    return place
