"""The registry file, `registry/1`: the pinned root of all trust. Nothing a bundle, page or API says replaces it.

Schema: `docs/spec/registry.schema.json`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from registry.domain.did_web import parse_did_web
from registry.domain.errors import InvalidInput
from registry.domain.hexes import ADDRESS_BYTES, HASH_BYTES, hex0x, parse_address, parse_hash, shorten
from registry.domain.members import (
    parse_decimal,
    require_bool,
    require_bytes,
    require_integer,
    require_object,
    require_string,
    require_text,
)
from registry.domain.strict_json import MAX_INTEGER, parse_strict
from registry.domain.units import MAX_U256

VERSION = "registry/1"
MAX_TEXT = 500
MAX_NAMES = 10_000
MAX_DEPTH_BLOCKS = 1_000_000

_MEMBERS = (
    "version",
    "name",
    "chainId",
    "genesisHash",
    "firstBlock",
    "contracts",
    "operator",
    "finality",
    "demo",
    "names",
)


@dataclass(frozen=True, slots=True)
class PinnedContract:
    """A contract's address (20 bytes) and keccak256 of its runtime code (32 bytes)."""

    address: bytes
    code_hash: bytes

    def __post_init__(self) -> None:
        require_bytes(self.address, "registry.contracts.address", ADDRESS_BYTES, ADDRESS_BYTES)
        require_bytes(self.code_hash, "registry.contracts.codeHash", HASH_BYTES, HASH_BYTES)

    def to_value(self) -> dict[str, object]:
        return {"address": hex0x(self.address), "codeHash": hex0x(self.code_hash)}


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the registry: its name and account (20 bytes)."""

    name: str
    account: bytes

    def __post_init__(self) -> None:
        require_text(self.name, "registry.operator.name", MAX_TEXT)
        require_bytes(self.account, "registry.operator.account", ADDRESS_BYTES, ADDRESS_BYTES)


@dataclass(frozen=True, slots=True)
class Finality:
    """When a block counts as final: the chain's own `finalized` tag, or `blocks` blocks below the head."""

    rule: str
    blocks: int | None = None

    def __post_init__(self) -> None:
        place = "registry.finality"
        if self.rule == "depth":
            require_integer(self.blocks, f"{place}.blocks", 0, MAX_DEPTH_BLOCKS)
        elif self.rule != "tag" or self.blocks is not None:
            raise InvalidInput(
                "unknown finality",
                expected='{"rule":"tag"} or {"rule":"depth","blocks":N}',
                found=shorten(self.rule),
                place=place,
            )

    def to_value(self) -> dict[str, object]:
        return {"rule": self.rule} if self.blocks is None else {"rule": self.rule, "blocks": self.blocks}


@dataclass(frozen=True, slots=True)
class RegistryFile:
    """A chain, its two contracts, who operates them, and names that the operator pins for attesting accounts.

    `identities` gives accounts their `did:web`, which their domain may confirm (`registry.proofs.identity`).
    """

    name: str
    chain_id: int
    genesis_hash: bytes
    first_block: int
    project_registry: PinnedContract
    credit_registry: PinnedContract
    operator: Operator
    finality: Finality
    demo: bool
    names: Mapping[bytes, str] = field(default_factory=dict)
    identities: Mapping[bytes, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_text(self.name, "registry.name", MAX_TEXT)
        require_integer(self.chain_id, "registry.chainId", 1, MAX_U256)
        require_bytes(self.genesis_hash, "registry.genesisHash", HASH_BYTES, HASH_BYTES)
        require_integer(self.first_block, "registry.firstBlock", 0, MAX_INTEGER)
        require_bool(self.demo, "registry.demo")
        for account, name in self.names.items():
            require_bytes(account, "registry.names", ADDRESS_BYTES, ADDRESS_BYTES)
            require_text(name, f"registry.names.{hex0x(account)}", MAX_TEXT)
        for account, did in self.identities.items():
            require_bytes(account, "registry.identities", ADDRESS_BYTES, ADDRESS_BYTES)
            parse_did_web(did, f"registry.identities.{hex0x(account)}")
        object.__setattr__(self, "names", MappingProxyType(dict(self.names)))
        object.__setattr__(self, "identities", MappingProxyType(dict(self.identities)))

    def name_of(self, account: bytes) -> str | None:
        """The pinned name of an account, the operator's own included; None if nobody named it."""
        return self.names.get(account, self.operator.name if account == self.operator.account else None)

    def to_value(self) -> dict[str, object]:
        """The file as a JSON value; its JCS bytes are the file's one form."""
        identities = {"identities": {hex0x(account): did for account, did in self.identities.items()}}
        return {
            "version": VERSION,
            "name": self.name,
            "chainId": str(self.chain_id),
            "genesisHash": hex0x(self.genesis_hash),
            "firstBlock": self.first_block,
            "contracts": {
                "projectRegistry": self.project_registry.to_value(),
                "creditRegistry": self.credit_registry.to_value(),
            },
            "operator": {"name": self.operator.name, "account": hex0x(self.operator.account)},
            "finality": self.finality.to_value(),
            "demo": self.demo,
            "names": {hex0x(account): name for account, name in self.names.items()},
            **(identities if self.identities else {}),
        }


def parse_registry_file(text: bytes | str) -> RegistryFile:
    """The registry file in `text` (any JSON layout, strict otherwise); raises InvalidInput with the member's place."""
    members = require_object(
        parse_strict(text, what="registry file"),
        "registry",
        _MEMBERS,
        ("identities",),
    )
    if members["version"] != VERSION:
        raise InvalidInput(
            "unknown version", expected=VERSION, found=shorten(members["version"]), place="registry.version"
        )
    contracts = require_object(members["contracts"], "registry.contracts", ("projectRegistry", "creditRegistry"))
    operator = require_object(members["operator"], "registry.operator", ("name", "account"))
    finality = require_object(members["finality"], "registry.finality", ("rule",), ("blocks",))
    names = members["names"]
    if not isinstance(names, dict) or len(names) > MAX_NAMES:
        raise InvalidInput("wrong names", expected=f"an object of at most {MAX_NAMES} accounts", place="registry.names")
    identities = members.get("identities", {})
    empty = "identities" in members and not identities
    if not isinstance(identities, dict) or empty or len(identities) > MAX_NAMES:
        raise InvalidInput(
            "wrong identities", expected=f"an object of 1 to {MAX_NAMES} accounts", place="registry.identities"
        )
    blocks = finality.get("blocks")
    if "blocks" in finality:
        blocks = require_integer(blocks, "registry.finality.blocks", 0, MAX_DEPTH_BLOCKS)
    return RegistryFile(
        name=require_string(members["name"], "registry.name", MAX_TEXT),
        chain_id=parse_decimal(members["chainId"], "registry.chainId", 1, MAX_U256),
        genesis_hash=parse_hash(_string(members["genesisHash"]), place="registry.genesisHash"),
        first_block=require_integer(members["firstBlock"], "registry.firstBlock", 0, MAX_INTEGER),
        project_registry=_contract(contracts["projectRegistry"], "registry.contracts.projectRegistry"),
        credit_registry=_contract(contracts["creditRegistry"], "registry.contracts.creditRegistry"),
        operator=Operator(
            name=require_string(operator["name"], "registry.operator.name", MAX_TEXT),
            account=parse_address(_string(operator["account"]), place="registry.operator.account"),
        ),
        finality=Finality(
            rule=require_string(finality["rule"], "registry.finality.rule", 10),
            blocks=blocks if isinstance(blocks, int) else None,
        ),
        demo=require_bool(members["demo"], "registry.demo"),
        names={
            parse_address(account, place="registry.names"): require_string(name, f"registry.names.{account}", MAX_TEXT)
            for account, name in names.items()
        },
        identities={
            parse_address(account, place="registry.identities"): str(
                parse_did_web(did, f"registry.identities.{account}")
            )
            for account, did in identities.items()
        },
    )


def _contract(value: object, place: str) -> PinnedContract:
    members = require_object(value, place, ("address", "codeHash"))
    return PinnedContract(
        address=parse_address(_string(members["address"]), place=f"{place}.address"),
        code_hash=parse_hash(_string(members["codeHash"]), place=f"{place}.codeHash"),
    )


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
