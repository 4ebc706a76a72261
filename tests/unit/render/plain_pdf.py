"""A PDF written by hand, object by object, so that a test can bend one thing and keep the rest right."""

import zlib
from collections.abc import Callable

NAME = "offsetproof-bundle.json"
Objects = dict[int, bytes]


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), more, content)


def deflated(content: bytes, more: bytes = b"/Type/EmbeddedFile") -> bytes:
    return stream(zlib.compress(content), b"/Filter/FlateDecode" + more)


def objects(content: bytes, name: str = NAME) -> Objects:
    """Catalogue, pages, one empty page, file specification, embedded file."""
    label = name.encode("latin-1")
    return {
        1: b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(%s)4 0 R]>>>>/AF[4 0 R]>>" % label,
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.2 841.8]>>",
        4: b"<</Type/Filespec/F(%s)/UF(%s)/EF<</F 5 0 R/UF 5 0 R>>/AFRelationship/Source>>" % (label, label),
        5: deflated(content),
    }


def written(parts: Objects, trailer: bytes = b"", bend: Callable[[list[int]], list[int]] = list) -> bytes:
    """The file of these objects; `bend` changes the places that the cross-reference table states."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in parts.items():
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % place for place in bend(places))
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(parts) + 1, table)
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, trailer, start)
    return bytes(out)
