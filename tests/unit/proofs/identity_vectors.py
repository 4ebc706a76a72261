"""Makes `tests/vectors/identity.json`: did:web identifiers, and DID documents that list an account or do not.

What comes out is written here by hand from docs/spec/identity.md. Run this file to rewrite the vectors.
"""

import json
from pathlib import Path
from typing import Any

from vector_text import GONE, Case, bends, canonical, lines

FOLDER = Path(__file__).parents[2] / "vectors"
DID = "did:web:example.com"
ACCOUNT = "0x" + "ab" * 20
OTHER = "0x" + "cd" * 20
METHOD: Case = {
    "id": DID + "#registry",
    "type": "EcdsaSecp256k1RecoveryMethod2020",
    "controller": DID,
    "blockchainAccountId": f"eip155:31337:{ACCOUNT}",
}
BASE: Case = {"@context": "https://www.w3.org/ns/did/v1", "id": DID, "verificationMethod": [METHOD]}

IDENTIFIERS = {
    DID: "https://example.com/.well-known/did.json",
    "did:web:example.com%3A8443": "https://example.com:8443/.well-known/did.json",
    "did:web:example.com%3A1": "https://example.com:1/.well-known/did.json",
    "did:web:example.com%3A65535:a": "https://example.com:65535/a/did.json",
    "did:web:example.com:platforms:metro": "https://example.com/platforms/metro/did.json",
    "did:web:example.com:A-z_0.9": "https://example.com/A-z_0.9/did.json",
    "did:web:example.com:.well-known": "https://example.com/.well-known/did.json",
    "did:web:a.b": "https://a.b/.well-known/did.json",
    "did:web:xn--fiqs8s.xn--fiqs8s": "https://xn--fiqs8s.xn--fiqs8s/.well-known/did.json",
    "did:web:1.2.3.x4": "https://1.2.3.x4/.well-known/did.json",
    f"did:web:{'a' * 63}.example": f"https://{'a' * 63}.example/.well-known/did.json",
    "did:web:a.b:" + "s" * 244: "https://a.b/" + "s" * 244 + "/did.json",
}
NO_IDENTIFIERS = [
    *("", "did:web:", "did:web", "did:key:z6Mk", "DID:web:example.com", "did:WEB:example.com", " did:web:example.com"),
    *("did:web:example.com ", "did:web:Example.com", "did:web:example", "did:web:localhost", "did:web:.example.com"),
    *(
        "did:web:example.com.",
        "did:web:example..com",
        "did:web:-a.example",
        "did:web:a-.example",
        "did:web:a_b.example",
    ),
    *("did:web:münchen.example", "did:web:１.example", "did:web:127.0.0.1", "did:web:1.2", "did:web:[::1]"),
    *("did:web:example.com%3a8443", "did:web:example.com%3A", "did:web:example.com%3A0", "did:web:example.com%3A08443"),
    *("did:web:example.com%3A443", "did:web:example.com%3A65536", "did:web:example.com%3A8443x"),
    *("did:web:example.com%3A1%3A2", "did:web:example.com:8443:", "did:web:example.com:", "did:web:example.com::a"),
    *("did:web:example.com:.", "did:web:example.com:..", "did:web:example.com:a%2Fb", "did:web:example.com:a/b"),
    *("did:web:example.com/a", "did:web:example.com?a", "did:web:example.com#registry", "did:web:user@example.com"),
    *("did:web:example.com:a b", "did:web:example.com:ü", "did:web:example.com\n", "https://example.com"),
    f"did:web:{'a' * 64}.example",
    "did:web:" + "a." * 123 + "example",
    "did:web:a.b:" + "s" * 245,
]


def methods(*entries: Any) -> list[Any]:
    return list(entries)


def bent(**change: Any) -> Case:
    return {k: v for k, v in (METHOD | change).items() if v is not GONE}


def listing(*accounts: str) -> list[Any]:
    return [bent(blockchainAccountId=account) for account in accounts]


LISTED = {
    "verificationMethod": [
        [METHOD],
        listing(f"eip155:31337:0x{'AB' * 20}"),
        listing(f"eip155:31337:0x{'aB' * 20}"),
        [bent(id="#registry")],
        [bent(id="#x", type="anything", extra=[1])],
        [None, "did", 1, [], {}, METHOD],
        [bent(blockchainAccountId=GONE, publicKeyJwk={"kty": "EC"}), METHOD],
        listing(f"eip155:1:{ACCOUNT}", f"eip155:31337:{OTHER}", f"eip155:31337:{ACCOUNT}"),
    ],
    "extra": [{"any": ["thing", None, True, 1]}],
    "@context": [GONE],
}
NOT_LISTED: dict[str, list[tuple[str, Any]]] = {
    "id": [
        ("other-did", value)
        for value in (GONE, None, DID + "/", DID + "#x", "did:web:example.org", "DID:web:example.com", [DID])
    ],
    "verificationMethod": [
        *(("no-account", value) for value in (GONE, None, [], {}, METHOD, "x", [METHOD["blockchainAccountId"]])),
        *(("no-account", [bent(controller=value)]) for value in (GONE, "did:web:example.org", [DID], None)),
        *(("no-account", [bent(id=value)]) for value in (GONE, DID, DID + "#", "#", "registry", 1)),
        ("no-account", [bent(id="did:web:example.org#a")]),
        *(("no-account", [bent(type=value)]) for value in (GONE, "", None, ["x"])),
        *(
            ("no-account", listing(value))
            for value in (
                "", ACCOUNT, f"eip155:31337:{ACCOUNT[:-1]}", f"eip155:31337:{ACCOUNT}0", f"eip155:031337:{ACCOUNT}",
                f"eip155:0x7a69:{ACCOUNT}", f"eip155::{ACCOUNT}", f"EIP155:31337:{ACCOUNT}", f"eip155:31337:{ACCOUNT} ",
                f"eip155:31337:0X{'ab' * 20}", f"eip155:31337:{'ab' * 20}", f"{ACCOUNT}@eip155:31337",
                f"eip155:{'1' * 33}:{ACCOUNT}", f"cosmos:31337:{ACCOUNT}", f"eip155:３１３３７:{ACCOUNT}",
            )
        ),
        ("no-account", [bent(blockchainAccountId=[METHOD["blockchainAccountId"]])]),
        ("other-account", listing(f"eip155:31337:{OTHER}")),
        ("other-account", listing(f"eip155:1:{OTHER}")),
        ("other-chain", listing(f"eip155:1:{ACCOUNT}")),
        ("other-chain", listing(f"eip155:{'9' * 32}:{ACCOUNT}")),
        ("other-chain", listing(f"eip155:31337:{OTHER}", f"eip155:313370:{ACCOUNT}")),
    ],
}  # fmt: skip


def documents() -> list[Case]:
    cases: list[Case] = [{"why": "the example", "text": canonical(BASE), "code": "listed"}]
    cases += [case | {"code": "listed"} for case in bends(LISTED)]
    for member, values in NOT_LISTED.items():
        for code, value in values:
            cases += [case | {"code": code} for case in bends({member: [value]})]
    good = canonical(BASE)
    elsewhere = BASE | {"verificationMethod": [], "authentication": [METHOD]}
    broken: dict[str, Any] = {
        "empty": "",
        "no JSON": "<!doctype html>",
        "an array": f"[{good}]",
        "a member twice": good[:-1] + ',"id":"did:web:example.org"}',
        "a number with a fraction": good[:-1] + ',"x":1.5}',
        "a byte order mark": "\ufeff" + good,
        "65,537 bytes": [good, [" ", 65_537 - len(good)]],
        "nested 33 deep": [good[:-1] + ',"x":', ["[", 32], ["]", 32], "}"],
    }
    cases += [{"why": why, "text": text, "code": "malformed"} for why, text in broken.items()]
    cases += [
        {"why": "65,536 bytes", "text": [good, [" ", 65_536 - len(good)]], "code": "listed"},
        {"why": "any layout", "text": json.dumps(BASE, indent=2), "code": "listed"},
        {"why": "the account under authentication alone", "text": canonical(elsewhere), "code": "no-account"},
    ]
    return cases


def written() -> str:
    about = (
        "Identity (docs/spec/identity.md). identifiers: a did:web and the address of its document. refuse: texts that "
        "are none. documents: what a document (a text, or the base with one member set or left out, README.md) says of "
        "the account on the chain; it matches exactly if code is listed."
    )
    return lines(
        {
            "about": about,
            "identifiers": [{"did": did, "url": url} for did, url in IDENTIFIERS.items()],
            "refuse": [{"did": did} for did in NO_IDENTIFIERS],
            "did": DID,
            "chainId": "31337",
            "account": ACCOUNT,
            "base": BASE,
            "documents": documents(),
        }
    )


if __name__ == "__main__":
    (FOLDER / "identity.json").write_text(written(), encoding="utf-8")
