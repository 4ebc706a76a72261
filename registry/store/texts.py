"""Texts of the chain as every database can hold them.

A Solidity `string` is any bytes. PostgreSQL stores no NUL and nothing but UTF-8, JSON carries no lone surrogates; a
mirror that dropped or replaced such bytes would no longer fold into the history. So each byte that is a NUL or not
part of valid UTF-8 becomes one character of U+10FF00 … U+10FFFF, a private range that nobody writes; a character
that does come from that range goes byte by byte as well. Every text so has one spelling here, the same in SQLite,
PostgreSQL and Python, and `bytes_of` gives the chain's bytes back. The contracts accept printable ASCII only, which
stays as it is.
"""

import re

_FIRST = 0x10FF00
_AFTER = 0x110000
_SURROGATE = 0xDC00  # "surrogateescape" puts the byte b at 0xDC00 + b
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def text_of(raw: bytes) -> str:
    """The bytes of a Solidity string as a text without NUL and surrogates."""
    text = raw.decode("utf-8", "surrogateescape")
    if text.isascii() and "\0" not in text:
        return text
    return "".join(map(_spelled, text))


def bytes_of(text: str) -> bytes:
    """The bytes that `text_of` spelled as `text`."""
    if text.isascii():
        return text.encode("ascii")
    return b"".join(_bytes(character) for character in text)


def is_storable(text: str) -> bool:
    """Whether every database can hold `text` as it is: no NUL, no lone surrogate."""
    return not _UNSTORABLE.search(text)


def _spelled(character: str) -> str:
    code = ord(character)
    if code == 0:
        return chr(_FIRST)
    if 0xDC80 <= code <= 0xDCFF:
        return chr(_FIRST + code - _SURROGATE)
    if code >= _FIRST:
        return "".join(chr(_FIRST + byte) for byte in character.encode())
    return character


def _bytes(character: str) -> bytes:
    code = ord(character)
    return bytes([code - _FIRST]) if _FIRST <= code < _AFTER else character.encode("utf-8", "surrogatepass")
