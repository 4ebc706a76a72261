"""New folders, whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.domain.errors import InvalidInput


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """A folder to write in, which becomes `out` when all went well and is gone otherwise.

    Raises InvalidInput if `out` is there already, or cannot be written.
    """
    if out.exists():
        raise InvalidInput(f"{out} exists already", hint="another --out, or remove it first")
    work = out.with_name(f".{out.name}.part")
    try:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        yield work
        os.replace(work, out)
    except OSError as error:
        raise InvalidInput(f"cannot write {out}", found=error.strerror or str(error)) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
