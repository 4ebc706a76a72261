"""Fetching evidence from a node: a block's header and the storage proofs under it. The node is believed nothing.

Every answer is verified with the library that verifies bundles, so a node can leave something out but not lie.
"""

from collections.abc import Sequence
from typing import Any

from registry.chain.node import Node
from registry.chain.rpc import RpcError
from registry.domain.errors import Contradiction, InvalidInput, Unavailable
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.evidence import MAX_NODE, Evidence
from registry.proofs.facts import Facts, Reading, Seen
from registry.proofs.header import BlockHeader, parse_header
from registry.proofs.header_trust import TrustedBlock
from registry.proofs.keccak import keccak256
from registry.proofs.proven import ProofReader, proven_at, read_evidence
from registry.proofs.rlp import Item, encode, encode_integer
from registry.proofs.slots import read_facts
from registry.proofs.trie import TrieNodes

NO_PROOFS = "a node with eth_getProof, such as geth, Besu, Reth or anvil; the embedded chain of the demo has none"

# A header's fields in their order (Yellow Paper and the EIPs that add fields); those with * are integers.
_FIELDS = (
    *("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom"),
    *("difficulty*", "number*", "gasLimit*", "gasUsed*", "timestamp*", "extraData", "mixHash", "nonce"),
    *("baseFeePerGas*", "withdrawalsRoot", "blobGasUsed*", "excessBlobGas*", "parentBeaconBlockRoot", "requestsHash"),
)
_ALWAYS = 15
_METHOD_NOT_FOUND = -32601

MOST_ASKED = 4
"""Trusted blocks that a node is asked about, newest first, before it is given up."""


def fetch_evidence(node: Node, registry: RegistryFile, lot: int, tranche: int, block_hash: bytes) -> Evidence:
    """All that checks 4 to 9 need for one tranche of one lot, under the block with this hash.

    Raises Unavailable if the node does not have the block, keeps no proofs of it or answers wrongly, and Contradiction
    if the block's state does not hold the pinned contracts.
    """
    raw = fetch_header(node, block_hash)
    reader = _ProvingReader(node, registry, parse_header(raw))
    facts = read_facts(registry.project_registry.address, registry.credit_registry.address, lot, tranche, reader)
    require_read(facts)
    entry = Evidence(raw, reader.used)
    # The same question that every verifier will ask.
    require_read(read_evidence(entry, registry, lot, tranche, reader.seen))
    return entry


def fetch_header(node: Node, block_hash: bytes) -> bytes:
    """The RLP of the header whose Keccak-256 is `block_hash`; raises Unavailable if the node gives none."""
    answer = node.rpc.request("eth_getBlockByHash", [hex0x(block_hash), False])
    if not isinstance(answer, dict):
        raise Unavailable(
            f"the node at {node.name} does not have the block",
            expected=hex0x(block_hash),
            found="none",
            hint="a node that has synchronised it, or another trusted block",
        )
    raw = _header_rlp(node, answer)
    if keccak256(raw) != block_hash:
        # Fields that this program does not know: some nodes give the bytes themselves.
        raw = _raw_header(node, block_hash)
    if keccak256(raw) != block_hash:
        raise Unavailable(
            f"the header from the node at {node.name} does not have its block's hash",
            expected=hex0x(block_hash),
            found=hex0x(keccak256(raw)),
            hint="another node; a chain that hashes headers otherwise has no level 3",
        )
    return raw


def fetch_trusted(node: Node, registry: RegistryFile, lot: int, tranche: int, trusted: Sequence[TrustedBlock]) -> Facts:
    """Level 3 from a node that need not be trusted: facts under the newest trusted block that it knows."""
    reasons: list[str] = []
    for block in sorted(trusted, key=lambda block: (block.number is not None, -(block.number or 0)))[:MOST_ASKED]:
        try:
            entry = fetch_evidence(node, registry, lot, tranche, block.hash)
        except (Unavailable, RpcError, Contradiction, InvalidInput) as error:
            reasons.append(str(error))
            continue
        if block.is_of(entry.header):
            return read_evidence(entry, registry, lot, tranche, proven_at(entry.header))
        reasons.append(f"block {hex0x(block.hash)} has the number {entry.header.number}, not {block.number}")
    raise Unavailable("nothing could be proven under a trusted block", found="; ".join(reasons) or "none is trusted")


def require_read(facts: Facts) -> None:
    """Raise Unavailable unless every fact was read."""
    reasons = [
        fact.reason
        for fact in (
            facts.anchor, facts.lot, facts.marks, facts.batch, facts.standing, facts.report, facts.project,
            facts.history,
        )
        if not isinstance(fact, Reading)
    ]  # fmt: skip
    if reasons:
        raise Unavailable("not everything could be proven", found="; ".join(dict.fromkeys(reasons)))


class _ProvingReader:
    """Asks for proofs of the slots and answers with the words that they prove (a `SlotReader`)."""

    def __init__(self, node: Node, registry: RegistryFile, header: BlockHeader) -> None:
        self._node = node
        self._registry = registry
        self._header = header
        self._found: dict[bytes, None] = {}
        self._used: dict[bytes, None] = {}
        self._seen = proven_at(header)

    @property
    def seen(self) -> Seen:
        return self._seen

    @property
    def used(self) -> tuple[bytes, ...]:
        """The nodes that the answers so far have needed, in the order in which the node gave them."""
        return tuple(self._used)

    def read(self, contract: bytes, slots: Sequence[int]) -> list[int]:
        self._found.update(dict.fromkeys(_proof_nodes(self._node, contract, slots, self._header)))
        nodes = TrieNodes(tuple(self._found))
        try:
            words = ProofReader(self._header, nodes, self._registry, self._seen).read(contract, slots)
        except InvalidInput as error:
            raise self._node.malformed("storage proofs", str(error)) from None
        self._used.update(dict.fromkeys(nodes.used))
        return words


def _proof_nodes(node: Node, contract: bytes, slots: Sequence[int], header: BlockHeader) -> list[bytes]:
    keys = [f"0x{slot:064x}" for slot in slots]
    try:
        answer = node.rpc.request("eth_getProof", [hex0x(contract), keys, {"blockHash": hex0x(header.hash)}])
    except RpcError as error:
        if error.code == _METHOD_NOT_FOUND:
            raise Unavailable(f"the node at {node.name} gives no storage proofs", hint=NO_PROOFS) from None
        try:
            answer = node.rpc.request("eth_getProof", [hex0x(contract), keys, hex(header.number)])
        except RpcError as again:
            raise Unavailable(
                f"the node at {node.name} gives no storage proofs at block {header.number}",
                found=again.rpc_message[:200],
                hint=f"a younger block, an archive node, or {NO_PROOFS}",
            ) from None
    if not isinstance(answer, dict) or not isinstance(answer.get("storageProof"), list):
        raise node.malformed("an answer to eth_getProof", type(answer).__name__)
    lists = [answer.get("accountProof")]
    for one in answer["storageProof"]:
        lists.append(one.get("proof") if isinstance(one, dict) else None)
    nodes: list[bytes] = []
    for listed in lists:
        if not isinstance(listed, list):
            raise node.malformed("a list of trie nodes", type(listed).__name__)
        nodes += (node.hex_bytes(text, "a trie node") for text in listed)
    return [raw for raw in nodes if 0 < len(raw) <= MAX_NODE]


def _header_rlp(node: Node, answer: dict[str, Any]) -> bytes:
    fields: list[Item] = []
    for at, given in enumerate(_FIELDS):
        name = given.rstrip("*")
        if at >= _ALWAYS and answer.get(name) is None:
            continue
        if given.endswith("*"):
            fields.append(encode_integer(node.quantity(answer.get(name), f"a block's {name}")))
        else:
            fields.append(node.hex_bytes(answer.get(name), f"a block's {name}"))
    return encode(fields)


def _raw_header(node: Node, block_hash: bytes) -> bytes:
    try:
        return node.hex_bytes(node.rpc.request("debug_getRawHeader", [hex0x(block_hash)]), "a block's raw header")
    except RpcError:
        return b""
