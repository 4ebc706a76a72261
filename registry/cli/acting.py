"""What every command that signs shares: who acts, on which contracts, and how the outcome is told."""

from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli import settings
from registry.cli.output import out, plain, print_json
from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x, parse_address, parse_hash

if TYPE_CHECKING:
    from registry.chain.contracts import CreditRegistry, ProjectRegistry
    from registry.chain.receipts import Receipt
    from registry.chain.send import Sender

EvidenceOption = Annotated[
    str, typer.Option("--evidence", help="The document behind this: a file (hashed here), or its SHA-256 as 0x….")
]
MOST_DOCUMENT = 1 << 30


def sender(rpc: list[str] | None, keystore: Path | None, account: str | None) -> "Sender":
    """Who signs, by keystore, by the node's own account, or by the environment; raises InvalidInput if nobody."""
    from registry.chain.keys import load_signer
    from registry.chain.rpc import HttpRpc
    from registry.chain.send import Sender

    node = HttpRpc(settings.one_rpc_url(rpc))
    file = settings.keystore(keystore)
    if account is not None:
        signer = load_signer(remote=node, account=parse_address(account, any_case=True))
    else:
        signer = load_signer(keystore=file, password=lambda: getpass("Password of the keystore: "))
    return Sender(node, signer)


def credit_registry(
    registry: Path | None, rpc: list[str] | None, keystore: Path | None, account: str | None
) -> "CreditRegistry":
    from registry.chain.contracts import CreditRegistry
    from registry.chain.pinned import check_registry_file

    pinned = settings.registry_file(registry)
    acting = sender(rpc, keystore, account)
    check_registry_file(acting.node, pinned)
    return CreditRegistry(acting, pinned.credit_registry.address)


def project_registry(
    registry: Path | None, rpc: list[str] | None, keystore: Path | None, account: str | None
) -> "ProjectRegistry":
    from registry.chain.contracts import ProjectRegistry
    from registry.chain.pinned import check_registry_file

    pinned = settings.registry_file(registry)
    acting = sender(rpc, keystore, account)
    check_registry_file(acting.node, pinned)
    return ProjectRegistry(acting, pinned.project_registry.address)


def evidence_hash(text: str) -> bytes:
    """SHA-256 of the file that `text` names, or the hash that it spells."""
    import hashlib

    path = Path(text)
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    try:
        return parse_hash(text, any_case=True)
    except InvalidInput:
        raise InvalidInput(
            "no such evidence", expected="a file, or 0x and 64 hex digits", found=text[:80], place="--evidence"
        ) from None


def account_of(text: str, place: str) -> bytes:
    return parse_address(text, any_case=True, place=place)


def told(receipt: "Receipt", what: str, as_json: bool, **facts: object) -> None:
    """Say what a transaction did: its events as facts, then what the caller adds."""
    if as_json:
        events = [{"event": type(event).__name__, **_fields(event)} for event in receipt.events()]
        print_json(
            {
                "transaction": hex0x(receipt.tx_hash),
                "block": receipt.block_number,
                "gas_used": receipt.gas_used,
                "events": events,
                **facts,
            }
        )
        return
    out.print(f"[bold]{plain(what)}[/]")
    for name, value in facts.items():
        out.print(f"  {name.replace('_', ' '):<12}{plain(str(value))}")
    out.print(
        f"  {'transaction':<12}{hex0x(receipt.tx_hash)} in block {receipt.block_number}, {receipt.gas_used:,} gas"
    )


def _fields(event: object) -> dict[str, object]:
    """An event's own members for machines: bytes as 0x…, wide integers as decimal strings."""
    import dataclasses

    shown: dict[str, object] = {}
    for field in dataclasses.fields(event):  # type: ignore[arg-type]
        value = getattr(event, field.name)
        if isinstance(value, bytes):
            shown[field.name] = hex0x(value)
        elif isinstance(value, int) and not isinstance(value, bool) and value >= 2**53:
            shown[field.name] = str(value)
        else:
            shown[field.name] = value
    return shown
