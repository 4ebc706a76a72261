"""`offsetproof prove`: put into a certificate's file what proves it without asking anybody."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli import settings
from registry.cli.files import write_new
from registry.cli.output import out, plain, print_json, reporting
from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x, parse_hash
from registry.domain.registry_file import RegistryFile
from registry.proofs.bundle import MAX_BUNDLE, Bundle
from registry.proofs.evidence import MAX_ENTRIES, Evidence
from registry.workflows.reading import read_certificate_file

if TYPE_CHECKING:
    from registry.chain.node import Node


def prove(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The certificate's file.")],
    out_file: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where to write the file with evidence (never over another).")
    ],
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    block: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER|HASH", help="The block to prove under (default: the final one).", show_default=False
        ),
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Keep the evidence of other blocks that is there already.")
    ] = False,
    as_json: settings.JsonOption = False,
) -> None:
    """Add storage proofs under a block to a certificate's file, for whoever trusts that block's hash.

    The node is asked for a header and for eth_getProof, and believed nothing: all is verified before it is written.
    """
    with reporting(as_json):
        pinned = settings.registry_file(registry)
        given = read_certificate_file(bundle)
        entry = _fetch(given, pinned, settings.one_rpc_url(rpc), block)
        proven = _with(given, entry, add)
        data = proven.to_json()
        if len(data) > MAX_BUNDLE:
            raise InvalidInput("the file with its evidence is too large", expected=f"at most {MAX_BUNDLE} bytes")
        write_new(out_file, data)
    header = entry.header
    if as_json:
        print_json(
            {
                "file": str(out_file),
                "block": header.block.to_value(),
                "nodes": len(entry.nodes),
                "evidence_bytes": len(entry.header_rlp) + sum(map(len, entry.nodes)),
                "file_bytes": len(data),
            }
        )
        return
    out.print(f"wrote {plain(str(out_file))}: {len(data):,} bytes, {len(entry.nodes)} trie nodes")
    out.print(
        f"it proves checks 4 to 9 as of block {header.number}, time {header.timestamp}, for whoever trusts its hash"
    )
    out.print(
        f"  next     offsetproof verify {plain(str(out_file))} --trusted-block {header.number}:{hex0x(header.hash)}"
    )
    out.print("           after you have compared this hash with a source that you trust")


def _fetch(bundle: Bundle, registry: RegistryFile, url: str, block: str | None) -> Evidence:
    from registry.chain.node import Node
    from registry.chain.pinned import check_registry_file
    from registry.chain.rpc import HttpRpc
    from registry.workflows.proving import fetch_evidence

    with HttpRpc(url) as connection:
        node = Node(connection)
        check_registry_file(node, registry)
        name = _block_hash(node, registry, block)
        return fetch_evidence(node, registry, bundle.anchor.lot, bundle.anchor.tranche, name)


def _block_hash(node: "Node", registry: RegistryFile, block: str | None) -> bytes:
    if block is None:
        return node.finalized_header(registry.finality.blocks).hash
    if block.isascii() and block.isdigit() and len(block) <= 16:
        return node.header(int(block)).hash
    return parse_hash(block, any_case=True, place="--block")


def _with(bundle: Bundle, entry: Evidence, add: bool) -> Bundle:
    others = [old for old in bundle.evidence if old.header.hash != entry.header.hash] if add else []
    if len(others) >= MAX_ENTRIES:
        raise InvalidInput(
            "the file has evidence of too many blocks",
            expected=f"at most {MAX_ENTRIES} with the new one",
            hint="without --add the new evidence takes the place of the old",
        )
    return replace(bundle, evidence=(*others, entry))
