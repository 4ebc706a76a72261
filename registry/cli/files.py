"""Files that commands write."""

from pathlib import Path

from registry.domain.errors import InvalidInput


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet. Raises InvalidInput if it is, or cannot be written."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise InvalidInput(f"{path} exists already", hint="another name, or remove it first") from None
    except OSError as error:
        raise InvalidInput(f"cannot write {path}", found=error.strerror or str(error)) from None
