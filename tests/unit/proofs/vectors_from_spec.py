"""The specification once more, as plainly as it can be written, to make and check `tests/vectors/*.json`.

Nothing is imported from the library for trees, anchors and history: two implementations must agree on each vector.
Run this file to print nothing and rewrite the vectors; a test fails when a file differs from what it makes.
"""

import hashlib
from pathlib import Path
from typing import Any

from vector_text import lines

FOLDER = Path(__file__).parents[2] / "vectors"
Case = dict[str, Any]


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def be(value: int, size: int) -> bytes:
    return value.to_bytes(size, "big")


def hx(raw: bytes) -> str:
    return "0x" + raw.hex()


def tree_head(leaves: list[tuple[int, int, bytes]]) -> tuple[bytes, int]:
    """RFC 6962, recursively: leaves are (index, grams, certificate hash)."""
    if len(leaves) == 1:
        index, grams, cert = leaves[0]
        return sha(b"\0", be(index, 8), be(grams, 8), cert), grams
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    left, right = tree_head(leaves[:cut]), tree_head(leaves[cut:])
    return sha(b"\1", left[0], be(left[1], 8), right[0], be(right[1], 8)), left[1] + right[1]


def tree_path(at: int, leaves: list[tuple[int, int, bytes]]) -> list[tuple[bytes, int]]:
    if len(leaves) == 1:
        return []
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    if at < cut:
        return [*tree_path(at, leaves[:cut]), tree_head(leaves[cut:])]
    return [*tree_path(at - cut, leaves[cut:]), tree_head(leaves[:cut])]


def tree_sides(at: int, count: int) -> str:
    """Where the siblings of leaf `at` stand, from leaf to root: RFC 6962 once more, without hashes."""
    sides = ""
    first = 0
    while count > 1:
        cut = 1 << (count - 1).bit_length() - 1
        sides = ("R" if at < first + cut else "L") + sides
        first, count = (first, cut) if at < first + cut else (first + cut, count - cut)
    return sides


class Refused(Exception):
    """Folding refuses."""


def fold(case: Case) -> Case:
    """Root and total where a path leads, step by step as docs/spec/tranche.md has it."""
    most, index, size, grams = 2**53 - 1, case["index"], case["leafCount"], case["grams"]
    path = [(bytes.fromhex(h[2:]), g) for h, g in zip(case["pathHashes"], case["pathGrams"], strict=True)]
    if not (1 <= size <= most and 0 <= index < size and 1 <= grams <= most and all(g >= 1 for _, g in path)):
        raise Refused
    node, total, i = sha(b"\0", be(index, 8), be(grams, 8), bytes.fromhex(case["certHash"][2:])), grams, index
    while size > 1:
        if i % 2 or i + 1 < size:
            if not path or total + path[0][1] > most:
                raise Refused
            sibling, weight = path.pop(0)
            left, right = (sibling, be(weight, 8)), (node, be(total, 8))
            node = sha(b"\1", *left, *right) if i % 2 else sha(b"\1", *right, *left)
            total += weight
        i, size = i // 2, (size + 1) // 2
    if path:
        raise Refused
    return {"root": hx(node), "total": total}


def some_leaves(count: int) -> list[tuple[int, int, bytes]]:
    return [(i, (i * i * 7919 + 13) % 5000 + 1, sha(b"certificate", be(i, 8))) for i in range(count)]


def sumtree() -> Case:
    trees, paths = [], []
    for count in (1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 31, 33):
        leaves = some_leaves(count)
        root, total = tree_head(leaves)
        trees.append(
            {
                "why": f"{count} leaves",
                "grams": [g for _, g, _ in leaves],
                "certHashes": [hx(c) for _, _, c in leaves],
                "root": hx(root),
                "total": total,
            }
        )
        for at in sorted({0, count // 2, count - 1}):
            paths.append(_path_case(f"leaf {at} of {count}", at, leaves))
    most = 2**53 - 1
    wide = [(0, most - 2, sha(b"wide")), (1, 1, sha(b"one")), (2, 1, sha(b"two"))]
    paths.append(_path_case("the greatest total there is, 2^53 - 1", 2, wide))
    return {
        "about": "Merkle-sum trees (docs/spec/tranche.md). trees: grams and certificate hashes of the leaves in order, "
        "the root and the total. paths: siblings from leaf to root; leftGrams is the sum of the left siblings. "
        "refuse: folding must fail (how: refused), or lead to another root or total than the one given (other-root). "
        "shapes: for each index of so many leaves, wide: for one index of many, on which side its siblings stand.",
        "trees": trees,
        "paths": paths,
        "refuse": _refused_paths(),
        "shapes": [
            {"why": f"{count} leaves", "leafCount": count, "sides": [tree_sides(i, count) for i in range(count)]}
            for count in range(1, 34)
        ],
        "wide": [
            {"why": f"leaf {i} of {count}", "leafCount": count, "index": i, "sides": tree_sides(i, count)}
            for count in (2**31 + 1, 2**32 - 1, 2**32, 2**32 + 1, 2**52, 2**52 + 1, most - 1, most)
            for i in sorted({0, 1, 2**31 - 1, 2**31, count // 2, count - 2, count - 1})
        ],
    }


def _path_case(why: str, at: int, leaves: list[tuple[int, int, bytes]]) -> Case:
    root, total = tree_head(leaves)
    path = tree_path(at, leaves)
    return {
        "why": why,
        "index": at,
        "leafCount": len(leaves),
        "grams": leaves[at][1],
        "certHash": hx(leaves[at][2]),
        "pathHashes": [hx(h) for h, _ in path],
        "pathGrams": [g for _, g in path],
        "root": hx(root),
        "total": total,
        "leftGrams": sum(g for _, g, _ in leaves[:at]),
    }


def _refused_paths() -> list[Case]:
    good = _path_case("", 3, some_leaves(7))
    hashes, grams = good["pathHashes"], good["pathGrams"]
    inner, inner_grams = tree_head(some_leaves(8)[:2])
    bent = [
        ("a sibling's sum was raised by one gram", {"pathGrams": [grams[0] + 1, *grams[1:]]}),
        ("sums moved between siblings, total kept", {"pathGrams": [grams[0] + 1, grams[1] - 1, *grams[2:]]}),
        ("the leaf's grams were raised", {"grams": good["grams"] + 1}),
        ("a sum overflows 2^53 - 1", {"pathGrams": [*grams[:-1], 2**53 - 1]}),
        ("another index of the same side", {"index": 1}),
        ("another index of the other side", {"index": 2}),
        ("an index beyond the leaves", {"index": 7}),
        ("a leaf count that gives a shorter path", {"leafCount": 4}),
        ("a leaf count that gives a longer path", {"leafCount": 9}),
        ("a short path", {"pathHashes": hashes[:-1], "pathGrams": grams[:-1]}),
        ("a long path", {"pathHashes": [*hashes, hashes[0]], "pathGrams": [*grams, 1]}),
        ("an inner node shown as a leaf", {"leafCount": 4, "index": 0, "grams": inner_grams, "certHash": hx(inner)}),
        ("siblings in the wrong order", {"pathHashes": hashes[::-1], "pathGrams": grams[::-1]}),
        ("a sibling without grams", {"pathGrams": [0, *grams[1:]]}),
        ("another certificate", {"certHash": hx(sha(b"another"))}),
        ("another root, the right total", {"root": hx(sha(b"another"))}),
        ("another total, the right root", {"total": good["total"] + 1}),
        *_refused_though_consistent(),
    ]
    cases = []
    for why, change in bent:
        case = {**good, "why": why, **change}
        del case["leftGrams"]
        try:
            led = fold(case)
            assert led != {"root": case["root"], "total": case["total"]}, why
            cases.append({**case, "how": "other-root"})
        except Refused:
            cases.append({**case, "how": "refused"})
    return cases


def _refused_though_consistent() -> list[tuple[str, Case]]:
    """Paths whose root and total are what their own numbers give: only a limit refuses them."""
    cert, other, most = sha(b"certificate"), sha(b"sibling"), 2**53 - 1

    def alone(index: int, count: int, grams: int) -> Case:
        root = sha(b"\0", be(index, 8), be(grams, 8), cert)
        return {"index": index, "leafCount": count, "grams": grams, "certHash": hx(cert), "pathHashes": [],
                "pathGrams": [], "root": hx(root), "total": grams}  # fmt: skip

    def pair(grams: int, weight: int) -> Case:
        one = alone(0, 2, grams)
        root = sha(b"\1", bytes.fromhex(one["root"][2:]), be(grams, 8), other, be(weight, 8))
        return {**one, "pathHashes": [hx(other)], "pathGrams": [weight], "root": hx(root), "total": grams + weight}

    return [
        ("a sum of 2^53, to which root and total agree", pair(most, 1)),
        ("a sibling of 2^53 - 1 grams, to which root and total agree", pair(1, most)),
        ("a sibling without grams, to which root and total agree", pair(1, 0)),
        ("a leaf without grams, to which root and total agree", pair(0, 1)),
        ("a leaf of 2^53 grams alone", alone(0, 1, 2**53)),
        ("leaf 1 of 1", alone(1, 1, 5)),
        ("leaf 0 of none", alone(0, 0, 5)),
    ]


def anchor_of(case: Case) -> bytes:
    return sha(
        b"\2",
        sha(b"tranche/1"),
        be(int(case["chainId"]), 32),
        bytes.fromhex(case["contract"][2:]),
        be(int(case["lot"]), 32),
        be(case["tranche"], 4),
        be(case["start"], 8),
        be(case["total"], 8),
        be(case["leafCount"], 8),
        bytes.fromhex(case["root"][2:]),
    )


def anchor() -> Case:
    base = {
        "why": "a tranche of three certificates",
        "chainId": "31337",
        "contract": "0x" + "22" * 20,
        "lot": "12884901888",
        "tranche": 0,
        "start": 0,
        "total": 1000,
        "leafCount": 3,
        "root": hx(sha(b"root")),
    }
    changes: list[Case] = [
        {},
        {"why": "another chain: another anchor", "chainId": "1"},
        {"why": "another contract", "contract": "0x" + "23" * 20},
        {"why": "another lot", "lot": "12884901889"},
        {"why": "another tranche", "tranche": 1},
        {"why": "another start", "start": 1},
        {"why": "another total", "total": 1001},
        {"why": "another leaf count", "leafCount": 4},
        {"why": "another root", "root": hx(sha(b"another root"))},
        {
            "why": "the widest values of each width",
            "chainId": str(2**256 - 1),
            "lot": str(2**96 - 1),
            "tranche": 2**32 - 1,
            "start": 2**53 - 2,
            "total": 1,
            "leafCount": 1,
        },
    ]
    cases = [{**base, **change} for change in changes]
    return {
        "about": "The 32 bytes on chain that bind a tranche (docs/spec/tranche.md). Wide integers are decimal strings.",
        "anchors": [{**case, "anchor": hx(anchor_of(case))} for case in cases],
    }


def history() -> Case:
    chain, contract = 31337, bytes.fromhex("22" * 20)
    h = sha(b"history/1", be(chain, 32), contract)
    start = hx(h)
    steps = []
    for n, (topics, data, why) in enumerate(
        [
            ([sha(b"Issued")], b"", "one topic, no data"),
            ([sha(b"Retired"), be(7, 32)], be(1, 32) + h, "the data end with the prior hash, as our events do"),
            ([sha(b"Transfer"), be(1, 32), be(2, 32), be(3, 32)], b"", "a base-class event with four topics"),
            ([sha(b"Odd")], b"\1\2\3", "data of three bytes"),
        ]
    ):
        number, timestamp, parent = 10 + n // 2, 1_795_000_000 + 12 * (n // 2), sha(b"block", be(9 + n // 2, 8))
        digest = sha(*topics, data)
        prior, h = h, sha(b"\3", h, digest, be(number, 8), be(timestamp, 8), parent)
        steps.append(
            {
                "why": why,
                "prior": hx(prior),
                "topics": [hx(t) for t in topics],
                "data": hx(data),
                "digest": hx(digest),
                "blockNumber": number,
                "blockTimestamp": timestamp,
                "parentHash": hx(parent),
                "folded": hx(h),
            }
        )
    return {
        "about": "A contract's history hash (docs/spec/history.md): each step's prior is the step before's folded.",
        "chainId": str(chain),
        "contract": hx(contract),
        "genesis": start,
        "steps": steps,
    }


WHITE = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def number() -> Case:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

    def times(a: int, b: int) -> int:
        product = 0
        for bit in range(5):
            if b >> bit & 1:
                product ^= a << bit
        for bit in range(9, 4, -1):
            if product >> bit & 1:
                product ^= 0b100101 << bit - 5
        return product

    def written(raw: bytes) -> str:
        bits = int.from_bytes(raw, "big") >> 196
        digits = [bits >> 5 * (11 - i) & 31 for i in range(12)]
        check, weight = 0, 1
        for digit in reversed(digits):
            weight = times(weight, 2)
            check ^= times(weight, digit)
        text = "".join(alphabet[d] for d in [*digits, check])
        return f"{text[:4]}-{text[4:8]}-{text[8:12]}-{text[12]}"

    hashes = [bytes(32), b"\xff" * 32, sha(b"a"), sha(b"b"), sha(b"certificate"), b"\x08\x42" * 16]
    good = written(hashes[2])
    flat = good.replace("-", "")
    one = next(text for text in map(written, hashes) if text.count("1") > 1)
    same = {"0": "O", "1": "IL"}.get(flat[-1], "")
    swapped = next(flat[:i] + flat[i + 1] + flat[i] + flat[i + 2 :] for i in range(12) if flat[i] != flat[i + 1])
    return {
        "about": "Short certificate numbers (docs/spec/certificate.md). parse: what people type, and the number meant.",
        "numbers": [{"why": f"hash {i}", "certificateHash": hx(h), "number": written(h)} for i, h in enumerate(hashes)],
        "parse": [
            {"why": "lower case", "input": good.lower(), "number": good},
            {"why": "no hyphens", "input": flat, "number": good},
            {"why": "spaces", "input": f"  {' '.join(flat)} ", "number": good},
            {"why": "O for 0", "input": written(hashes[0]).replace("0", "O"), "number": written(hashes[0])},
            {
                "why": "letter o in lower case",
                "input": written(hashes[0]).replace("0", "o"),
                "number": written(hashes[0]),
            },
            {"why": "typographic hyphens", "input": good.replace("-", "\u2011"), "number": good},
            *(
                {"why": f"U+{ord(c):04X} inside", "input": flat[:3] + c + flat[3:], "number": good}
                for c in WHITE + "\u2010\u2012\u2013\u2014\u2212"
            ),
            {"why": "i and l for 1", "input": one.replace("1", "i", 1).replace("1", "L"), "number": one},
            {"why": "64 characters, most of them left out", "input": flat + "-" * 51, "number": good},
        ],
        "refuse": [
            {"why": "empty", "input": ""},
            {"why": "a character short", "input": flat[:-1]},
            {"why": "a character long", "input": flat + "0"},
            {"why": "U is no character of the alphabet", "input": "U" + flat[1:]},
            {"why": "the last character is another", "input": flat[:-1] + ("0" if flat[-1] != "0" else "1")},
            {"why": "two neighbours exchanged", "input": swapped},
            {"why": "a full-width digit", "input": "\uff10" + flat[1:]},
            {"why": "far too long", "input": flat * 10},
            {"why": "65 characters, most of which would be left out", "input": flat + "-" * 52},
            *(
                {"why": f"U+{ord(c):04X} inside", "input": flat[:3] + c + flat[3:]}
                for c in "\u180e\u200b\u200e\u2015\ufeff\u00ad_.\0"
            ),
            {"why": "a dotless i", "input": one.replace("1", "\u0131", 1)},
            {"why": "a long s", "input": flat[:3] + "\u017f" + flat[4:]},
            {"why": "a Kelvin sign", "input": flat[:3] + "\u212a" + flat[4:]},
            *({"why": f"{c} in place of the check character", "input": flat[:-1] + c} for c in "ILOU" if c not in same),
        ],
    }


FILES = {"sumtree": sumtree, "anchor": anchor, "history": history, "number": number}


def text_of(value: Case) -> str:
    return lines(value)


if __name__ == "__main__":
    for name, make in FILES.items():
        (FOLDER / f"{name}.json").write_text(text_of(make()), encoding="utf-8")
