"""Files that are written: whole, or not at all.

What is written goes to a temporary file beside the target, which it replaces at the end. When
something goes wrong before that, the temporary file is removed and the target is as it was.
Standard output and devices cannot be replaced: they get everything at the end.
"""

from __future__ import annotations

import errno
import io
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, TextIO

from assignwork.errors import InputError

STDOUT = "-"
"""The path that means standard output."""


@contextmanager
def replacing(path: str | Path, *, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A text file that takes its place at `path` when the block ends without an error.

    Parameters
    ----------
    path : str or Path
        A name that ends in ``.gz`` is compressed, byte for byte the same for the same text;
        ``-`` is standard output.
    encoding : str

    Raises
    ------
    InputError
        When nothing can be written there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(Path(folder, "notes.txt")) as out:
    ...         _ = out.write("whole")
    ...         before = os.path.exists(Path(folder, "notes.txt"))
    ...     before, Path(folder, "notes.txt").read_text()
    (False, 'whole')
    """
    if str(path) == STDOUT or not _is_replaceable(Path(path)):
        with _copied(str(path), encoding) as out:
            yield out
        return
    target = Path(os.path.realpath(path))  # a link stays a link, to the new file
    raw, part = _part(target, str(path))
    try:
        with raw, _text(raw, target.name, encoding) as out:
            yield out
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    except BaseException:
        with suppress(FileNotFoundError):
            part.unlink()
        raise


def require_writable(path: str | Path) -> None:
    """Refuse early what `replacing` would refuse once everything is done.

    Raises
    ------
    InputError
        For a folder, and for a file in a folder that does not exist or may not be written to.

    Examples
    --------
    >>> require_writable("/none/plan.html")
    Traceback (most recent call last):
    ...
    assignwork.errors.InputError: /none/plan.html: cannot be written: no such file or directory; \
give a path in a folder that exists, in which you may write
    """
    target = Path(os.path.realpath(path))
    if str(path) == STDOUT or Path(path).is_relative_to("/dev"):
        return
    wrong = None
    if target.is_dir():
        wrong = errno.EISDIR
    elif not target.parent.exists():
        wrong = errno.ENOENT
    elif not target.parent.is_dir():
        wrong = errno.ENOTDIR
    elif not os.access(target.parent, os.W_OK | os.X_OK):
        wrong = errno.EACCES
    if wrong is not None:
        raise _cannot(str(path), OSError(wrong, os.strerror(wrong)))


def _is_replaceable(path: Path) -> bool:
    """Not so pipes and devices, nor /dev/stdout, though that may lead to a plain file."""
    return not path.is_relative_to("/dev") and (path.is_file() or not path.exists())


def _part(target: Path, given: str) -> tuple[BinaryIO, Path]:
    """A new temporary file beside the target, and its path."""
    for number in itertools.count():
        part = target.with_name(f".{target.name}.{os.getpid()}-{number}.part")
        try:
            return part.open("xb"), part
        except FileExistsError:
            continue
        except OSError as error:
            raise _cannot(given, error) from None
    raise AssertionError  # count() does not end


def _cannot(given: str, error: OSError) -> InputError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return InputError(
        f"cannot be written: {(error.strerror or str(error)).lower()}",
        file=given,
        value=given,
        remedy="make room there, or give another path"
        if full
        else "give a path in a folder that exists, in which you may write",
    )


@contextmanager
def _text(raw: BinaryIO, name: str, encoding: str) -> Iterator[TextIO]:
    if not name.endswith(".gz"):
        with io.TextIOWrapper(raw, encoding, newline="\n") as out:
            yield out
        return
    import gzip  # noqa: PLC0415  # only who writes such a file pays for it

    # no file name and no time of day in the header: same text, same bytes (rule N1)
    packed = gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0)
    with packed, io.TextIOWrapper(packed, encoding, newline="\n") as out:
        yield out


@contextmanager
def _copied(path: str, encoding: str) -> Iterator[TextIO]:
    """A text file whose content goes to standard output or a device when it is whole."""
    with tempfile.TemporaryFile("w+", encoding=encoding, newline="\n") as spool:
        yield spool
        spool.seek(0)
        if path == STDOUT:
            _copy(spool, sys.stdout)
            return
        try:
            with Path(path).open("a", encoding=encoding, newline="\n") as device:
                _copy(spool, device)
        except OSError as error:
            raise _cannot(path, error) from None


def _copy(spool: IO[str], out: IO[str]) -> None:
    shutil.copyfileobj(spool, out, 2**16)
    out.flush()
