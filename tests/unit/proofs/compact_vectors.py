"""Makes `tests/vectors/compact.json`: the bundles of `bundle.json` in CBOR, and compact forms that are none.

The good ones are written with cbor2 from docs/spec/compact.md, without the library's writer.
"""

import base64
import json
from pathlib import Path
from typing import Any

import cbor2
from vector_text import lines

from registry.domain.errors import InvalidInput
from registry.proofs.compact import parse_compact

FOLDER = Path(__file__).parents[2] / "vectors"
MAGIC = bytes.fromhex("d9d9f7")


def entries(bundle: dict[str, Any]) -> list[Any]:
    """The 15 entries of a bundle's JSON value, as the table of the specification lists them."""
    lot = int(bundle["anchor"]["lot"])
    return [
        1,
        bundle["document"],
        bundle["disclosures"],
        bundle["leaf"]["index"],
        bundle["leaf"]["grams"],
        bytes.fromhex("".join(node["hash"][2:] for node in bundle["path"])),
        [node["grams"] for node in bundle["path"]],
        bundle["tranche"]["start"],
        bundle["tranche"]["total"],
        bundle["tranche"]["leafCount"],
        bytes.fromhex(bundle["tranche"]["root"][2:]),
        lot >> 32,
        lot & 0xFFFFFFFF,
        bundle["anchor"]["tranche"],
        json.dumps(bundle["evidence"], separators=(",", ":"), sort_keys=True, ensure_ascii=False),
    ]


def write(members: Any) -> bytes:
    return MAGIC + cbor2.dumps(members)


def good() -> list[dict[str, str]]:
    cases = []
    for case in json.loads((FOLDER / "bundle.json").read_text())["good"]:
        data = write(entries(json.loads(case["text"])))
        cases.append(
            {
                "why": case["why"],
                "bundle": case["canonical"],
                "cbor": data.hex(),
                "text": "#bundle=" + base64.urlsafe_b64encode(data).rstrip(b"=").decode(),
            }
        )
    return cases


def bent(place: int, new: Any) -> bytes:
    members = entries(json.loads(json.loads((FOLDER / "bundle.json").read_text())["good"][0]["text"]))
    members[place] = new
    return write(members)


def refused() -> list[dict[str, str]]:
    first = entries(json.loads(json.loads((FOLDER / "bundle.json").read_text())["good"][0]["text"]))
    whole = write(first)
    body = whole[4:]
    document = first[1].encode()
    cases = {
        "without the tag": whole[3:],
        "the tag written twice": MAGIC + whole,
        "another tag": bytes.fromhex("d9d9f6") + whole[3:],
        "empty": b"",
        "the tag alone": MAGIC,
        "a map in place of the array": MAGIC + cbor2.dumps(dict(enumerate(first))),
        "one entry missing": write(first[:-1]),
        "one entry more": write([*first, 0]),
        "an array of indefinite length": MAGIC + b"\x9f" + body + b"\xff",
        "the array's head in two bytes": MAGIC + b"\x98\x0f" + body,
        "a byte left over": whole + b"\0",
        "the last byte missing": whole[:-1],
        "another form": bent(0, 2),
        "form 1 in two bytes": MAGIC + b"\x8f\x18\x01" + body[1:],
        "form 1 as a floating-point number": bent(0, 1.0),
        "the document as bytes": bent(1, document),
        "a document that is not UTF-8": MAGIC + b"\x8f\x01\x61\xff" + cbor2.dumps(first[2:])[1:],
        "a document in pieces": MAGIC + b"\x8f\x01\x7f" + cbor2.dumps(first[1]) + b"\xff" + cbor2.dumps(first[2:])[1:],
        "a text that claims 2^60 bytes": MAGIC + b"\x8f\x01\x7b\x10" + bytes(7),
        "nine disclosures": bent(2, ["x"] * 9),
        "a negative index": bent(3, -1),
        "an index of 2^53": bent(3, 2**53),
        "no grams": bent(4, 0),
        "grams as a big number": bent(4, 2**70),
        "a hash of 31 bytes": bent(5, first[5][:-1]),
        "fewer hashes than sums": bent(5, first[5][:-32]),
        "54 siblings": bent(6, [1] * 54),
        "a sibling without grams": bent(6, [0, *first[6][1:]]),
        "more leaves than grams": bent(9, first[8] + 1),
        "a root of 31 bytes": bent(10, first[10][:-1]),
        "an index of 2^32 in the lot": bent(12, 2**32),
        "a lot that carries over": bent(12, 2**32 + first[12]),
        "tranche 2^32": bent(13, 2**32),
        "evidence as null": bent(14, None),
        "evidence with a space": bent(14, "[ ]"),
        "evidence of no known kind": bent(14, '[{"kind":"trust me"}]'),
        "evidence that is an object": bent(14, "{}"),
        "an index in four bytes that fits two": with_head(3, b"\x1a\0\0\0\x02"),
        "an index in eight bytes that fits four": with_head(3, b"\x1b" + bytes(7) + b"\x02"),
        "grams in eight bytes that fit four": with_head(4, b"\x1b\0\0\0\0\xff\xff\xff\xff"),
        "a start in four bytes that fits two": with_head(7, b"\x1a\0\0\xff\xff"),
        "a start in two bytes that fits one": with_head(7, b"\x19\0\xff"),
        "a start in one byte that fits the head": with_head(7, b"\x18\x17"),
        "a head of 28": with_head(7, b"\x1c"),
        "a number of 2^64 - 1": with_head(7, b"\x1b" + b"\xff" * 8),
        "a text with an overlong character": with_head(1, b"\x62\xc0\x80"),
        "a batch of 2^64 - 1 and a bit": bent(11, 2**64),
    }
    return [{"why": why, "cbor": data.hex(), "at": refused_at(data)} for why, data in cases.items()]


def with_head(place: int, raw: bytes) -> bytes:
    """The first good bundle with the bytes of one entry replaced."""
    members = entries(json.loads(json.loads((FOLDER / "bundle.json").read_text())["good"][0]["text"]))
    pieces = [cbor2.dumps(member) for member in members]
    return MAGIC + b"\x8f" + b"".join([*pieces[:place], raw, *pieces[place + 1 :]])


def refused_at(data: bytes) -> str:
    """`cbor` if the form is none, `json` above 2^53 - 1, else the member of the bundle; empty if read."""
    try:
        parse_compact(data)
    except InvalidInput as error:
        # An integer that JSON cannot hold has no member's name.
        return "cbor" if error.place.startswith("compact bundle") else error.place or "json"
    return ""


def texts() -> list[dict[str, str]]:
    """Texts that read as the first good bundle."""
    text = good()[0]["text"]
    cases = {
        "nothing before it": text,
        "an address before it": "https://verifier.example/verify" + text,
        "anything before it": "javascript:alert(1)//\n " + text,
        "another bundle before it": good()[-1]["text"] + text,
        "white space behind it": text + " \t\r\n\n ",
        "white space before it": " \n" + text,
    }
    return [{"why": why, "text": spelled} for why, spelled in cases.items()]


def refused_texts() -> list[dict[str, str]]:
    text = good()[0]["text"]
    cases = {
        "no fragment": "https://verifier.example/verify",
        "another fragment": text.replace("#bundle=", "#b="),
        "padded": text + "=",
        "the alphabet of base64": text[:40] + "+/" + text[42:],
        "text after it": text + "&lang=zh",
        "nothing after it": "#bundle=",
        "a length that base64 never has": text[: 8 + 4 * 20 + 1],
        "unused bits that are not zero": "#bundle=2dn3jx",
        "a space inside": text[:60] + " " + text[60:],
        "a space after the mark": text.replace("=", "= ", 1),
        "a form feed behind it": text + "\f",
        "a no-break space behind it": text + "\u00a0",
        "a NUL behind it": text + "\0",
        "the mark in capitals": text.replace("#bundle", "#BUNDLE"),
    }
    return [{"why": why, "text": text} for why, text in cases.items()]


def vectors() -> dict[str, Any]:
    return {
        "about": "Compact bundles (docs/spec/compact.md). good: a bundle's canonical JSON, its CBOR and its text. "
        "texts: what reads as the first good one. refuse and refuseTexts: what no reader accepts; at says where.",
        "good": good(),
        "texts": texts(),
        "refuse": refused(),
        "refuseTexts": refused_texts(),
    }


def written() -> str:
    return lines(vectors())


if __name__ == "__main__":
    (FOLDER / "compact.json").write_text(written(), encoding="utf-8")
