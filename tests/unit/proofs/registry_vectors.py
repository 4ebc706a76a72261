"""Makes `tests/vectors/registry.json`: registry files, checkpoints files and trusted blocks, good and refused.

Run this file to rewrite the vectors.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from example_certificate import REGISTRY
from vector_text import GONE, Case, bends, canonical, lines, refused_at, text_of

from registry.domain.registry_file import parse_registry_file
from registry.proofs.header_trust import parse_checkpoints

FOLDER = Path(__file__).parents[2] / "vectors"
MOST = 2**53 - 1
ACCOUNT = "0x" + "ab" * 20
HASH = "0x" + "11" * 32
BASE = replace(REGISTRY, identities={bytes.fromhex("bb" * 20): "did:web:example.com"}).to_value()
TAG = {"rule": "tag"}

GOOD: dict[str, list[Any]] = {
    "name": ["x" * 500],
    "chainId": ["1", str(2**256 - 1)],
    "firstBlock": [0, MOST],
    "contracts.creditRegistry.address": ["0x" + "0" * 40],
    "finality": [TAG, {"rule": "depth", "blocks": 0}, {"rule": "depth", "blocks": 1_000_000}],
    "demo": [True],
    "names": [{}, {ACCOUNT: "x" * 500}, {ACCOUNT: "One Ltd", HASH[:42]: "One Ltd"}],
    "identities": [GONE, {ACCOUNT: "did:web:example.com%3A8443:a"}],
}
REFUSED: dict[str, list[Any]] = {
    "version": ["registry/2", GONE],
    "extra": [1],
    "name": ["", "x" * 501, "a\nb", 1, GONE],
    "chainId": ["0", "01", str(2**256), 31337, GONE],
    "genesisHash": ["0x" + "AB" * 32, "0x" + "ab" * 31, GONE],
    "firstBlock": [-1, "1", True, GONE],
    "contracts": [GONE, {}],
    "contracts.extra": [1],
    "contracts.creditRegistry": [GONE, ACCOUNT],
    "contracts.creditRegistry.address": ["0x" + "AB" * 20, GONE],
    "contracts.projectRegistry.codeHash": ["0x" + "ab" * 20, GONE],
    "contracts.projectRegistry.extra": [1],
    "operator": [GONE, "Operator"],
    "operator.name": ["", GONE],
    "operator.account": [HASH, GONE],
    "operator.extra": [1],
    "finality": [
        GONE, None, {}, "tag", {"rule": "head"}, {"rule": "depth"}, {"rule": "tag", "blocks": 1}, {"blocks": 1},
        {"rule": "depth", "blocks": -1}, {"rule": "depth", "blocks": 1_000_001}, {"rule": "depth", "blocks": "1"},
        {"rule": "depth", "blocks": None}, {"rule": "tag", "extra": 1},
    ],
    "demo": [0, "false", None, GONE],
    "names": [GONE, None, [], {ACCOUNT: ""}, {ACCOUNT: None}, {"0x" + "AB" * 20: "x"}, {"Registrar": "x"}],
    "identities": [{}, None, [], {ACCOUNT: "example.com"}, {ACCOUNT: "did:web:example"}, {"x": "did:web:example.com"}],
}  # fmt: skip

CHECKPOINTS: Case = {
    "version": "checkpoints/1",
    "chainId": BASE["chainId"],
    "genesisHash": BASE["genesisHash"],
    "blocks": [{"number": 100, "hash": HASH}, {"number": 7, "hash": "0x" + "22" * 32}],
}
ONE = {"number": 100, "hash": HASH}
GOOD_CHECKPOINTS = {
    "blocks": [[], [{"number": 0, "hash": HASH}, {"number": MOST, "hash": HASH}], [ONE, ONE],
               [ONE, {"number": 100, "hash": "0x" + "33" * 32}]],
}  # fmt: skip
REFUSED_CHECKPOINTS: dict[str, list[Any]] = {
    "version": ["checkpoints/2", GONE],
    "extra": [1],
    "chainId": ["1", "031337", 31337, GONE],
    "genesisHash": ["0x" + "09" * 32, "0x01", GONE],
    "blocks": [
        GONE, {}, None, [HASH], [{"number": 1}], [{"hash": HASH}], [{"number": None, "hash": HASH}],
        [{"number": "1", "hash": HASH}], [{"number": -1, "hash": HASH}], [{"number": 1, "hash": "0x" + "AA" * 32}],
        [{"number": 1, "hash": HASH, "trusted": True}],
    ],
}  # fmt: skip

TRUSTED: list[tuple[str, int | None, str]] = [
    (HASH, None, HASH),
    (f"100:{HASH}", 100, HASH),
    (f"0:{HASH}", 0, HASH),
    (f"{MOST}:{HASH}", MOST, HASH),
    ("0x" + "AbCd" * 16, None, "0x" + "abcd" * 16),
    ("7:0x" + "AB" * 32, 7, "0x" + "ab" * 32),
]
NO_TRUSTED = [
    *("", "100", "0x12", f":{HASH}", f"-1:{HASH}", f"+1:{HASH}", f"0x64:{HASH}", f"01:{HASH}", f"1:2:{HASH}"),
    f"{HASH}:100",
    *(f"{MOST + 1}:{HASH}", f" {HASH}", f"{HASH} ", f"1: {HASH}", HASH[2:], "0X" + HASH[2:], HASH + "00", HASH[:-2]),
    *(f"１:{HASH}", HASH + "\n"),
]  # fmt: skip


def read_checkpoints(text: str) -> object:
    return parse_checkpoints(text, parse_registry_file(json.dumps(BASE)))


def judged(cases: list[Case], base: Case, read: Any) -> list[Case]:
    for case in cases:
        case["at"] = refused_at(text_of(case, base), read)
    return cases


def files(base: Case, good: dict[str, list[Any]], refused: dict[str, list[Any]], read: Any) -> Case:
    text = canonical(base)
    broken = {
        "a member twice": text[:-1] + ',"version":"x"}',
        "a comma too many": text[:-1] + ",}",
        "a byte order mark": "\ufeff" + text,
        "1 MiB and a byte": [text, [" ", 1_048_577 - len(text)]],
        "an array": "[]",
    }
    bad = bends(refused) + [{"why": why, "text": told} for why, told in broken.items()]
    return {
        "base": base,
        "good": [
            {"why": "the base", "text": text},
            {"why": "another layout", "text": json.dumps(base, indent=1)},
            {"why": "1 MiB", "text": [text, [" ", 1_048_576 - len(text)]]},
            *bends(good),
        ],
        "refuse": judged(bad, base, read),
    }


def written() -> str:
    about = (
        "What a verifier pins: registry files (docs/spec/certificate.md), checkpoints files of the base registry file, "
        "trusted blocks as typed (docs/spec/evidence.md). A case is a text, or the base with one member set or left "
        "out, in canonical form (README.md). refuse: at says where."
    )
    return lines(
        {
            "about": about,
            "registry": files(BASE, GOOD, REFUSED, parse_registry_file),
            "checkpoints": files(CHECKPOINTS, GOOD_CHECKPOINTS, REFUSED_CHECKPOINTS, read_checkpoints),
            "trustedBlocks": {
                "good": [{"text": text, "number": number, "hash": name} for text, number, name in TRUSTED],
                "refuse": [{"text": text} for text in NO_TRUSTED],
            },
        }
    )


if __name__ == "__main__":
    (FOLDER / "registry.json").write_text(written(), encoding="utf-8")
