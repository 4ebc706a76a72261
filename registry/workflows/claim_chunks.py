"""A claims file in chunks that are read side by side: where each begins, and the digest of the whole."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from registry.domain.errors import InvalidInput
from registry.workflows.parted import parts_for

CHUNK = 1 << 21
_MOST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines of a file: bytes `[offset, offset + length)`, the first of them line `line` (from 1)."""

    offset: int
    length: int
    line: int

    def joined(self, other: "Chunk") -> "Chunk":
        """This chunk and the next as one."""
        return Chunk(self.offset, self.length + other.length, self.line)


@dataclass(frozen=True, slots=True)
class ClaimsFile:
    """A claims file as it stood when it was surveyed."""

    path: Path
    chunks: tuple[Chunk, ...]
    digest: bytes
    """SHA-256 of its bytes."""
    parts: int
    """In how many parts the records of its claims are sorted."""

    @property
    def size(self) -> int:
        return sum(chunk.length for chunk in self.chunks)

    @property
    def is_json(self) -> bool:
        """NDJSON by its ending, else CSV."""
        return self.path.suffix in (".ndjson", ".jsonl")


def survey(path: Path) -> ClaimsFile:
    """Read the file once. Raises InvalidInput if it cannot be read, or for a line of 1 MiB or more."""
    digest, chunks, offset, line = sha256(), [], 0, 1
    try:
        with path.open("rb") as file:
            rest = b""
            while data := file.read(CHUNK):
                digest.update(data)
                held = rest + data
                end = held.rfind(b"\n") + 1
                if len(held) - end >= _MOST_LINE:
                    at = line + held.count(b"\n")
                    raise InvalidInput("a line is too long", expected="below 1 MiB", place=f"{path.name} line {at}")
                if end:
                    chunks.append(Chunk(offset, end, line))
                    offset, line = offset + end, line + held.count(b"\n", 0, end)
                rest = held[end:]
            if rest:
                chunks.append(Chunk(offset, len(rest), line))
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read", found=type(error).__name__) from None
    return ClaimsFile(path, tuple(chunks), digest.digest(), parts_for(offset + len(rest)))
