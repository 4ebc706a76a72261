"""Level 3 on a real chain: evidence fetched, carried in the file, and judged by who trusts which block."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from registry.chain.contracts import CreditRegistry
from registry.chain.embedded import Embedded
from registry.chain.keys import RemoteSigner
from registry.chain.node import Node
from registry.chain.rpc import RpcError
from registry.chain.send import Patience, Sender
from registry.domain.errors import Refused, Unavailable
from registry.domain.hexes import hex0x, parse_address
from registry.proofs.bundle import Bundle, parse_bundle
from registry.proofs.evidence import Evidence
from registry.proofs.header import parse_header
from registry.proofs.keccak import keccak256
from registry.workflows.proving import fetch_evidence, fetch_header
from registry.workflows.witness import connect

from .conftest import Demo, offsetproof
from .test_platform import serving


def first(demo: Demo) -> Path:
    return demo.bundles[0]


@pytest.fixture
def proven(demo: Demo, tmp_path: Path) -> Path:
    """The first certificate with evidence under the newest final block."""
    demo.rpc.request("anvil_mine", [hex(70)])
    path = tmp_path / "proven.json"
    ran = offsetproof(
        "prove", first(demo), "--rpc", demo.url, "--registry", demo.registry_path, "--out", path, "--json"
    )
    assert ran.code == 0, ran.err
    assert ran.json["file_bytes"] == path.stat().st_size
    return path


def entry_of(path: Path) -> Evidence:
    (entry,) = parse_bundle(path.read_bytes()).evidence
    return entry


def verdict(demo: Demo, path: Path, *options: object) -> Any:
    ran = offsetproof("verify", path, "--registry", demo.registry_path, "--json", *options)
    assert ran.code in (0, 1, 3), ran.err
    return ran.json


def trusting(entry: Evidence) -> tuple[str, str]:
    return "--trusted-block", f"{entry.header.number}:{hex0x(entry.header.hash)}"


def test_a_file_with_evidence_is_proven_offline_to_whoever_trusts_its_block(demo: Demo, proven: Path) -> None:
    entry = entry_of(proven)
    told = verdict(demo, proven, *trusting(entry))
    assert (told["verdict"], told["level"], told["levelName"]) == ("retired", 3, "proven")
    assert told["block"]["hash"] == hex0x(entry.header.hash)
    assert {check["level"] for check in told["checks"] if 4 <= check["n"] <= 9} == {3}
    assert verdict(demo, proven, "--trusted-block", hex0x(entry.header.hash))["level"] == 3


def test_the_header_in_the_file_raises_nothing_by_itself(demo: Demo, proven: Path) -> None:
    told = verdict(demo, proven)
    assert (told["verdict"], told["level"]) == ("unavailable", 0)
    other = verdict(demo, proven, "--trusted-block", "0x" + "11" * 32)
    assert (other["verdict"], other["level"]) == ("unavailable", 0)
    asked = verdict(demo, proven, "--rpc", demo.url)
    assert (asked["verdict"], asked["level"]) == ("retired", 1)


def test_a_node_that_nobody_trusts_proves_a_file_without_evidence(demo: Demo) -> None:
    name = demo.rpc.request("eth_getBlockByNumber", ["latest", False])["hash"]
    told = verdict(demo, first(demo), "--rpc", demo.url, "--trusted-block", name)
    assert (told["verdict"], told["level"], told["block"]["hash"]) == ("retired", 3, name)
    unknown = verdict(demo, first(demo), "--rpc", demo.url, "--trusted-block", "0x" + "11" * 32)
    assert (unknown["verdict"], unknown["level"]) == ("retired", 1)
    assert any("trusted block" in note for note in unknown["notes"])


def test_nodes_vouch_for_a_final_header_of_theirs_and_for_no_other(demo: Demo, proven: Path) -> None:
    entry = entry_of(proven)
    with connect([demo.url], demo.registry) as one:
        seen = one.vouch(entry.header)
        assert seen is not None
        assert (seen.level, seen.final, seen.block.hash) == (1, True, entry.header.hash)
        assert one.vouch(replace(entry.header, hash=b"\x11" * 32)) is None
        latest = demo.rpc.request("eth_getBlockByNumber", ["latest", False])["hash"]
        assert one.vouch(parse_header(fetch_header(Node(demo.rpc), bytes.fromhex(latest[2:])))) is None
    with connect([demo.url, demo.url.replace("127.0.0.1", "localhost")], demo.registry) as two:
        seen = two.vouch(entry.header)
        assert seen is not None
        assert (seen.level, seen.sources) == (2, "2 of 2 nodes")


def test_a_node_that_is_down_takes_nothing_from_what_is_proven(demo: Demo, proven: Path) -> None:
    told = verdict(demo, proven, *trusting(entry_of(proven)), "--rpc", "http://127.0.0.1:9")
    assert (told["verdict"], told["level"]) == ("retired", 3)
    assert any("the nodes added nothing" in note for note in told["notes"])
    alone = verdict(demo, proven, "--trusted-block", "0x" + "11" * 32, "--rpc", "http://127.0.0.1:9")
    assert (alone["verdict"], alone["level"]) == ("unavailable", 0)


def test_checkpoints_count_for_their_own_chain_only(demo: Demo, proven: Path, tmp_path: Path) -> None:
    header, registry = entry_of(proven).header, demo.registry
    file = tmp_path / "checkpoints.json"
    value = {
        "version": "checkpoints/1",
        "chainId": str(registry.chain_id),
        "genesisHash": hex0x(registry.genesis_hash),
        "blocks": [{"number": header.number, "hash": hex0x(header.hash)}],
    }
    file.write_text(json.dumps(value))
    assert verdict(demo, proven, "--checkpoints", file)["level"] == 3
    file.write_text(json.dumps(value | {"genesisHash": "0x" + "11" * 32}))
    ran = offsetproof("verify", proven, "--registry", demo.registry_path, "--checkpoints", file)
    assert (ran.code, "another chain" in ran.err) == (2, True)
    file.write_text(json.dumps(value | {"blocks": [{"number": header.number + 1, "hash": hex0x(header.hash)}]}))
    assert verdict(demo, proven, "--checkpoints", file)["level"] == 0


@contextmanager
def undone(demo: Demo) -> Iterator[None]:
    """Whatever happens to the chain inside is undone."""
    name = demo.rpc.request("evm_snapshot")
    try:
        yield
    finally:
        assert demo.rpc.request("evm_revert", [name])


def invalidate(demo: Demo, bundle: Bundle) -> None:
    accounts = demo.rpc.request("eth_accounts")
    for account in accounts:
        sender = Sender(
            demo.rpc, RemoteSigner(demo.rpc, parse_address(account, any_case=True)), patience=Patience(poll=0.02)
        )
        credit = CreditRegistry(sender, demo.registry.credit_registry.address)
        lot = bundle.anchor.lot
        count = credit.lot_of(lot).count
        try:
            credit.invalidate(lot >> 32, lot & 0xFFFFFFFF, count, b"\x11" * 32)
        except Refused:  # not the registrar's account
            continue
        return
    raise AssertionError("no account could invalidate")


def test_an_old_genuine_header_from_before_an_invalidation_never_gives_retired_when_too_old(
    demo: Demo, proven: Path, tmp_path: Path
) -> None:
    old = entry_of(proven)
    with undone(demo):
        invalidate(demo, parse_bundle(proven.read_bytes()))
        demo.rpc.request("anvil_mine", ["0x1"])
        # The old header still proves the old state, as long as it is young enough for that.
        assert verdict(demo, proven, *trusting(old))["verdict"] == "retired"
        assert verdict(demo, proven, *trusting(old), "--max-age", 0)["verdict"] == "unavailable"
        # With the new block trusted too, or a node that knows of it, the invalidation counts.
        name = demo.rpc.request("eth_getBlockByNumber", ["latest", False])["hash"]
        both = tmp_path / "both.json"
        ran = offsetproof(
            "prove",
            proven,
            "--rpc",
            demo.url,
            "--registry",
            demo.registry_path,
            "--out",
            both,
            "--add",
            "--block",
            name,
        )
        assert ran.code == 0, ran.err
        told = verdict(demo, both, *trusting(old), "--trusted-block", name)
        assert (told["verdict"], told["level"]) == ("compromised", 3)
        demo.rpc.request("anvil_mine", [hex(70)])
        assert verdict(demo, proven, *trusting(old), "--rpc", demo.url)["verdict"] == "compromised"


def test_evidence_of_another_chain_is_worth_nothing_here(demo: Demo, proven: Path) -> None:
    """The header of a chain of one's own, in which the pinned address holds other code."""
    bundle = parse_bundle(proven.read_bytes())
    entry = entry_of(proven)
    with undone(demo):
        address = hex0x(demo.registry.credit_registry.address)
        demo.rpc.request("anvil_setCode", [address, "0x6000"])
        demo.rpc.request("anvil_mine", ["0x1"])
        block = demo.rpc.request("eth_getBlockByNumber", ["latest", False])
        raw = fetch_header(Node(demo.rpc), bytes.fromhex(block["hash"][2:]))
        assert keccak256(raw) == bytes.fromhex(block["hash"][2:])
        with pytest.raises(Unavailable, match="other code"):
            fetch_evidence(Node(demo.rpc), demo.registry, bundle.anchor.lot, bundle.anchor.tranche, keccak256(raw))
    forged = proven.with_name("forged.json")
    forged.write_bytes(replace(bundle, evidence=(Evidence(raw, entry.nodes),)).to_json())
    assert verdict(demo, forged, "--trusted-block", block["hash"])["level"] == 0


def test_a_file_from_the_api_is_proven_to_whoever_trusts_its_block_and_the_api_claims_level_1(
    demo: Demo, tmp_path: Path
) -> None:
    demo.rpc.request("anvil_mine", [hex(70)])
    mirror, path = tmp_path / "mirror.db", tmp_path / "given.json"
    shutil.copy(demo.folder / "mirror.db", mirror)
    where = f"/v1/certificates/{first(demo).stem}"
    with serving(demo, mirror) as url, httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        answer = client.get(f"{where}/bundle", params={"evidence": 1})
        assert answer.status_code == 200, answer.text
        path.write_bytes(answer.content)
        assert client.get(f"{where}/bundle", params={"evidence": 1}).content == answer.content
        assert client.get(f"{where}/bundle").content == replace(parse_bundle(answer.content), evidence=()).to_json()
        told = client.get(where).json()
        judged = client.post("/v1/verify", content=answer.content, headers={"content-type": "application/json"}).json()
        assert [(one["verdict"], one["level"]) for one in (told, judged)] == [("retired", 1)] * 2
    entry = entry_of(path)
    assert entry.header.number <= Node(demo.rpc).finalized_header().number
    assert verdict(demo, path)["level"] == 0
    proven = verdict(demo, path, *trusting(entry))
    assert (proven["verdict"], proven["level"], proven["block"]["hash"]) == ("retired", 3, hex0x(entry.header.hash))


def test_every_certificate_of_the_demo_can_be_proven(demo: Demo) -> None:
    block = Node(demo.rpc).finalized_header()
    for path in demo.bundles:
        bundle = parse_bundle(path.read_bytes())
        entry = fetch_evidence(Node(demo.rpc), demo.registry, bundle.anchor.lot, bundle.anchor.tranche, block.hash)
        assert entry.header.block.to_value()["hash"] == hex0x(block.hash)
        assert (entry.header.number, entry.header.timestamp) == (block.number, block.timestamp)


class Liar:
    """A node whose proofs or headers are bent."""

    name = "a liar"

    def __init__(self, demo: Demo, bend: str) -> None:
        self._rpc, self._bend = demo.rpc, bend

    def request(self, method: str, params: Any = ()) -> Any:
        if method == "debug_getRawHeader":
            raise RpcError(-32601, "no")
        answer = self._rpc.request(method, params)
        if method == "eth_getBlockByHash" and self._bend == "header":
            return answer | {"stateRoot": "0x" + "11" * 32}
        if method == "eth_getProof":
            if self._bend == "no proofs":
                return answer | {"storageProof": []}
            if self._bend == "short":
                return answer | {"accountProof": answer["accountProof"][:-1]}
            if self._bend == "shape":
                return {"accountProof": 1, "storageProof": [None]}
            if self._bend == "method":
                raise RpcError(-32601, "the method eth_getProof does not exist")
            if self._bend == "pruned":
                raise RpcError(-32000, "missing trie node")
        return answer

    def batch(self, calls: Any) -> list[Any]:
        return [self.request(*call) for call in calls]


@pytest.mark.parametrize("bend", ["header", "no proofs", "short", "shape", "method", "pruned"])
def test_a_node_that_bends_its_answers_is_unavailable_and_believed_nothing(demo: Demo, bend: str) -> None:
    bundle = parse_bundle(first(demo).read_bytes())
    block = Node(demo.rpc).finalized_header()
    with pytest.raises(Unavailable):
        fetch_evidence(Node(Liar(demo, bend)), demo.registry, bundle.anchor.lot, bundle.anchor.tranche, block.hash)


def test_the_embedded_chain_says_plainly_that_it_has_no_proofs(demo: Demo) -> None:
    chain = Embedded()
    block = Node(chain).header("latest")
    with pytest.raises(Unavailable, match=r"no storage proofs.*embedded chain of the demo has none"):
        fetch_evidence(Node(chain), demo.registry, 0, 0, block.hash)


def test_prove_never_writes_over_a_file_and_needs_the_registrys_chain(demo: Demo, proven: Path) -> None:
    before = proven.read_bytes()
    ran = offsetproof("prove", first(demo), "--rpc", demo.url, "--registry", demo.registry_path, "--out", proven)
    assert (ran.code, "exists already" in ran.err, proven.read_bytes() == before) == (2, True, True)
    gone = offsetproof(
        "prove", first(demo), "--rpc", demo.url, "--registry", demo.registry_path, "--block", "0",
        "--out", proven.with_name("x.json"),
    )  # fmt: skip
    assert (gone.code, "no contract at" in gone.err) == (3, True)
    assert not proven.with_name("x.json").exists()
