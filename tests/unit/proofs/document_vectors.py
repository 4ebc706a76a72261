"""Makes `tests/vectors/document.json`: documents and disclosures, good ones and ones with one thing bent.

Each row of the table in docs/spec/certificate.md has its limits here. Run this file to rewrite the vectors.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from example_certificate import CERTIFICATE, DISCLOSURE
from vector_text import GONE, Case, bends, canonical, lines, refused_at, text_of

from registry.domain.certificates import Certificate
from registry.proofs.canonical import require_canonical
from registry.proofs.disclosure import parse_disclosure

FOLDER = Path(__file__).parents[2] / "vectors"
MOST = 2**53 - 1
BASE = CERTIFICATE.to_value()


def read_document(text: str) -> object:
    return Certificate.from_value(require_canonical(text, max_bytes=65_536, what="document"))


GOOD: dict[str, list[Any]] = {
    "registry.chainId": ["1", str(2**256 - 1)],
    "registry.creditRegistry": ["0x" + "0" * 40],
    "lot": ["0", str(2**96 - 1)],
    "issuer.name": ["x", "x" * 500, "🚇" * 500, " ",
                    "\u3000", "\u200b", "\u200e", "\u061c", "\ufdd0", "\uffff", "\U0010ffff"],
    "issuer.account": ["0x" + "0" * 40],
    "claimId": ["x" * 128, "文" * 128],
    "grams": [1, MOST],
    "beneficiary": ["x", {"digest": "0x" + "0" * 64}],
    "purpose": ["A\u030angstro\u0308m", "\U00011382\U000113c9", {"digest": "0x" + "f" * 64}],
    "activity": [GONE],
    "activity.factor": [GONE],
    "activity.quantity": ["0", "0.0", "12.50", "1" * 40, "0." + "9" * 38],
    "activity.grams": [1, MOST],
    "price": [GONE],
    "price.currency": ["CNY", "X00", "A" * 12],
    "price.exponent": [0, 18],
    "price.units": [0, MOST],
    "price.agencyFee": [GONE, 0, MOST],
    "price.serviceFee": [GONE],
    "platform": [GONE],
    "issuedAt": ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2028-02-29T00:00:00Z", "2000-02-29T00:00:00Z",
                 "1582-10-10T00:00:00Z"],
    "buyerNonce": [GONE, "0x" + "00" * 16, "0x" + "00" * 17, "0x" + "ff" * 32],
    "salt": ["0x" + "00" * 16],
}  # fmt: skip
REFUSED: dict[str, list[Any]] = {
    "version": ["certificate/2", "certificate/1 ", 1, GONE],
    "extra": [1],
    "registry": [GONE, None, []],
    "registry.extra": [1],
    "registry.chainId": ["0", "01", "-1", "+1", "1 ", "", "0x1", "１", str(2**256), 31337, GONE],
    "registry.creditRegistry": ["0x" + "AB" * 20, "0X" + "ab" * 20, "ab" * 20, "0x" + "ab" * 19,
                                "0x" + "ab" * 21, None],
    "lot": [str(2**96), "00", 0, GONE],
    "issuer": [GONE, "Platform"],
    "issuer.extra": [1],
    "issuer.name": ["", "x" * 501, "🚇" * 501,
                    "a\nb", "a\tb", "\x1f", "\x7f", "\x80", "\x9f", "\u2028", "\u2029", "\u202a",
                    "\u202e", "\u2066", "\u2069", "\ufeff", 5, None, GONE],
    "issuer.account": ["0x" + "aa" * 21, "0x" + "AA" * 20],
    "claimId": ["", "x" * 129, 7, GONE],
    "grams": [0, -1, "432", True, None, GONE],
    "beneficiary": ["", "x" * 501, None, [], {}, {"digest": "0x" + "0d" * 31}, {"digest": "0x" + "0D" * 32},
                    {"digest": "0x" + "0d" * 32, "salt": "0x"}, GONE],
    "purpose": ["", "\u0085", GONE],
    "activity": [None, {}, "metro"],
    "activity.extra": [1],
    "activity.kind": ["", "x" * 501, GONE],
    "activity.unit": ["", GONE],
    "activity.factor": ["", None],
    "activity.quantity": ["", "10.", ".5", "01", "00", "-1", "+1", "1e3", "1,000", "1.2.3", " 1", "１", "1" * 41,
                          "0." + "9" * 39, 10, GONE],
    "activity.grams": [0, "432", GONE],
    "price": [None, {}],
    "price.extra": [1],
    "price.currency": ["cny", "CN", "0CN", "CN-", "ÅÅÅ", "A" * 13, 5, GONE],
    "price.exponent": [-1, 19, "2", True, GONE],
    "price.units": [-1, "2", GONE],
    "price.agencyFee": [-1, None],
    "price.serviceFee": ["0"],
    "platform": ["Platform", None, {}, {"name": ""}, {"name": "x", "extra": 1}],
    "issuedAt": ["2026-11-22T08:00:00+00:00", "2026-11-22 08:00:00Z", "2026-11-22T08:00:00.0Z", "2026-11-22t08:00:00z",
                 "2026-02-30T08:00:00Z", "2026-02-29T08:00:00Z", "1900-02-29T08:00:00Z", "2026-04-31T08:00:00Z",
                 "2026-00-22T08:00:00Z", "2026-13-22T08:00:00Z", "2026-11-00T08:00:00Z", "0000-01-01T00:00:00Z",
                 "2026-11-22T24:00:00Z", "2026-11-22T08:60:00Z", "2026-11-22T08:00:60Z", "20261-11-22T08:00:00Z",
                 "２026-11-22T08:00:00Z", "", 1, GONE],
    "buyerNonce": ["0x" + "0b" * 15, "0x" + "0b" * 33, "0x" + "0b" * 16 + "0", "0x" + "0B" * 16, None],
    "salt": ["0x" + "0a" * 15, "0x" + "0a" * 17, "0x" + "0A" * 16, "0a" * 16, GONE],
}  # fmt: skip


def spoiled() -> dict[str, str]:
    """Texts of the good document that are not its canonical form, or no JSON."""
    good = canonical(BASE)
    value = json.loads(good)
    twice = good[:-1] + ',"lot":"1"}'
    return {
        "a space": good.replace(":", ": ", 1),
        "a line feed behind it": good + "\n",
        "members in another order": json.dumps(
            dict(reversed(value.items())), ensure_ascii=False, separators=(",", ":")
        ),
        "letters escaped that need no escape": good.replace("Metro", "\\u004detro"),
        "a slash escaped": good.replace("certificate/1", "certificate\\/1"),
        "a member twice": twice,
        "grams with a fraction": good.replace('"grams":432', '"grams":432.0'),
        "grams with an exponent": good.replace('"grams":432', '"grams":432e0'),
        "grams of 2^53": good.replace('"grams":432', '"grams":9007199254740992'),
        "a NUL, escaped": good.replace("Metro", "\\u0000Metro"),
        "a lone surrogate, escaped": good.replace("Metro", "\\ud83dMetro"),
        "a byte order mark": "\ufeff" + good,
        "without its end": good[:-1],
        "empty": "",
        "an array": "[]",
        "null": "null",
    }


def documents() -> Case:
    good = [{"why": "the example", "text": canonical(BASE)}, *bends(GOOD)]
    bad = [*bends(REFUSED), *({"why": why, "text": text} for why, text in spoiled().items())]
    for case in good:
        case["certificateHash"] = "0x" + hashlib.sha256(text_of(case, BASE).encode()).hexdigest()
    for case in bad:
        case["at"] = refused_at(text_of(case, BASE), read_document, must_be_canonical=True)
    return {"base": BASE, "good": good, "refuse": bad}


def disclosures() -> Case:
    salt = "0x" + "0f" * 16
    good = {
        "the example": DISCLOSURE,
        "a purpose": canonical([salt, "purpose", "Metro ride"]),
        "the longest text": canonical([salt, "beneficiary", "🚇" * 500]),
        "text in another normal form": canonical([salt, "beneficiary", "A\u030angstro\u0308m"]),
    }
    bad = {
        "another field": canonical([salt, "platform", "x"]),
        "two entries": canonical([salt, "purpose"]),
        "four entries": canonical([salt, "purpose", "x", "y"]),
        "an object": canonical({"salt": salt, "name": "purpose", "text": "x"}),
        "a salt of 15 bytes": canonical([salt[:-2], "purpose", "x"]),
        "a salt of 17 bytes": canonical([salt + "00", "purpose", "x"]),
        "a salt in capitals": canonical(["0x" + "0F" * 16, "purpose", "x"]),
        "an empty text": canonical([salt, "purpose", ""]),
        "a text of 501": canonical([salt, "purpose", "x" * 501]),
        "a control character": canonical([salt, "purpose", "a\nb"]),
        "a number": canonical([salt, "purpose", 1]),
        "a space": json.dumps([salt, "purpose", "x"]),
        "no JSON": "x",
        "empty": "",
    }
    return {
        "good": [
            {"why": why, "text": text, "digest": "0x" + hashlib.sha256(text.encode()).hexdigest()}
            for why, text in good.items()
        ],
        "refuse": [
            {"why": why, "text": text, "at": refused_at(text, parse_disclosure, must_be_canonical=True)}
            for why, text in bad.items()
        ],
    }


def written() -> str:
    about = (
        "Documents and disclosures by themselves, checks 1 and 10 (docs/spec/certificate.md). A case is a text, or the "
        "base with one member set or left out, in canonical form (README.md). refuse: at says where."
    )
    return lines({"about": about, **documents(), "disclosures": disclosures()})


if __name__ == "__main__":
    (FOLDER / "document.json").write_text(written(), encoding="utf-8")
