"""Which characters a font file has a glyph for: its `cmap` table (OpenType 1.9; formats 4 and 12)."""

import struct
from pathlib import Path

from registry.domain.errors import InvalidInput


def characters_of(path: Path, index: int = 0) -> frozenset[int]:
    """The code points that face `index` of a font file (or collection) shows. Raises InvalidInput for other files."""
    data = path.read_bytes()
    try:
        start = struct.unpack_from(">I", data, 12 + 4 * index)[0] if data[:4] == b"ttcf" else 0
        cmap = _table(data, start, b"cmap")
        (count,) = struct.unpack_from(">H", data, cmap + 2)
        found: set[int] = set()
        for entry in range(count):
            platform, _, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * entry)
            if platform in (0, 3):
                found |= _mapped(data, cmap + offset)
    except (struct.error, IndexError):
        raise InvalidInput(f"{path} is not a font that can be read", expected="TrueType or OpenType") from None
    return frozenset(found)


def _table(data: bytes, start: int, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", data, start + 4)
    for entry in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", data, start + 12 + 16 * entry)
        if name == tag:
            return int(offset)
    raise IndexError(tag)


def _mapped(data: bytes, at: int) -> set[int]:
    (form,) = struct.unpack_from(">H", data, at)
    if form == 4:
        return _segments(data, at)
    if form == 12:
        return _groups(data, at)
    return set()


def _groups(data: bytes, at: int) -> set[int]:
    (count,) = struct.unpack_from(">I", data, at + 12)
    found: set[int] = set()
    for group in range(count):
        first, last, glyph = struct.unpack_from(">III", data, at + 16 + 12 * group)
        found.update(range(first + (glyph == 0), min(last, 0x10FFFF) + 1))
    return found


def _segments(data: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">H", data, at + 6)[0] // 2
    ends, starts = at + 14, at + 16 + 2 * count
    deltas, offsets = starts + 2 * count, starts + 4 * count
    found: set[int] = set()
    for segment in range(count):
        first, last, delta, offset = (
            struct.unpack_from(">H", data, table + 2 * segment)[0] for table in (starts, ends, deltas, offsets)
        )
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                (glyph,) = struct.unpack_from(">H", data, offsets + 2 * segment + offset + 2 * (code - first))
            if (glyph and (glyph + delta) & 0xFFFF) or (not offset and (code + delta) & 0xFFFF):
                found.add(code)
    return found
