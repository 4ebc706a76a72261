"""Claims on disk between reading and certifying: checked for ids that stand twice, and put in order, in bounded memory.

Each claim gets a key, the BLAKE2b of its id under the plan's seed, and its line goes to the bucket of its key's first
bits. Buckets one after the other, each sorted by key, are a shuffle that the seed alone determines; equal keys in a
bucket are equal ids. Without shuffling, the claims go to the buckets in turn and the keys are checked by themselves.
"""

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from registry.domain.errors import InvalidInput

KEY_BYTES = 16
_LEAST_BUCKET = 1 << 21
_MOST_BUCKETS = 1024
_BUFFERS = 1 << 24
_CHUNK = 1 << 22
_MOST_TWICE = 1_000_000


class ClaimSort:
    """Rows in (`add`), rows out in their order (`buckets`), when `twice` has said which to leave out.

    A row is one line of bytes without line feed; it comes out as `key hex TAB line TAB row`.
    """

    def __init__(self, folder: Path, seed: bytes, file_bytes: int, *, shuffled: bool) -> None:
        folder.mkdir(parents=True)
        self._folder, self._seed, self._shuffled = folder, seed, shuffled
        wanted = max(1, min(_MOST_BUCKETS, file_bytes // _LEAST_BUCKET))
        self._bits = (wanted - 1).bit_length()
        self._buffers = [bytearray() for _ in range(1 << self._bits)]
        self._keys = [bytearray() for _ in range(1 << self._bits)]
        self._full = _BUFFERS >> self._bits
        self._chunk, self._chunks = bytearray(), 0
        self._left_out: set[int] = set()

    def add(self, line: int, claim_id: bytes, row: bytes) -> None:
        """Take the claim that ends on `line` of its file."""
        key = blake2b(claim_id, digest_size=KEY_BYTES, key=self._seed).hexdigest()
        bucket = int(key[:4], 16) >> (16 - self._bits)
        entry = b"%s\t%012d\t" % (key.encode("ascii"), line)
        if self._shuffled:
            self._put("rows", bucket, self._buffers[bucket], entry + row + b"\n")
        else:
            self._put("keys", bucket, self._keys[bucket], entry + b"\n")
            if self._put("kept", self._chunks, self._chunk, entry + row + b"\n"):
                self._chunks += 1

    def twice(self) -> Iterator[tuple[int, int]]:
        """(line, first line) of each claim whose id stood before; these rows will be left out of `buckets`.

        Raises InvalidInput if they are a million.
        """
        for bucket in range(len(self._buffers)):
            name = "rows" if self._shuffled else "keys"
            buffer = (self._buffers if self._shuffled else self._keys)[bucket]
            heads = [row[:45] for row in self._rows(name, bucket, buffer)]
            if len({head[:32] for head in heads}) == len(heads):
                continue
            heads.sort()
            first = b""
            for head in heads:
                if head[:32] != first[:32]:
                    first = head
                    continue
                line = int(head[33:])
                self._left_out.add(line)
                if len(self._left_out) >= _MOST_TWICE:
                    raise InvalidInput("a million claim ids stand twice", hint="is this the right file?")
                yield line, int(first[33:])

    def buckets(self) -> Iterator[list[bytes]]:
        """All rows that stay, in their order, some thousands at a time."""
        if self._shuffled:
            parts = (sorted(self._rows("rows", bucket, buffer)) for bucket, buffer in enumerate(self._buffers))
        else:
            parts = (self._rows("kept", chunk, self._chunk) for chunk in range(self._chunks + 1))
        for rows in parts:
            yield [row for row in rows if int(row[33:45]) not in self._left_out] if self._left_out else rows

    def _put(self, name: str, bucket: int, buffer: bytearray, entry: bytes) -> bool:
        buffer += entry
        if len(buffer) < (_CHUNK if name == "kept" else self._full):
            return False
        with self._path(name, bucket).open("ab") as file:
            file.write(buffer)
        buffer.clear()
        return True

    def _rows(self, name: str, bucket: int, buffer: bytearray) -> list[bytes]:
        path = self._path(name, bucket)
        data = path.read_bytes() if path.exists() else b""
        if name != "kept" or not data:
            data += buffer
        rows = data.split(b"\n")
        rows.pop()
        return rows

    def _path(self, name: str, bucket: int) -> Path:
        return self._folder / f"{name}-{bucket:04d}"
