"""Facts from storage proofs: evidence read under a header that somebody vouches for.

Who vouches decides the level: the verifier's own trusted hash gives 3, nodes that name the same hash give 1 or 2.
"""

from collections.abc import Sequence

from registry.domain.errors import Contradiction, InvalidInput
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.evidence import Evidence
from registry.proofs.facts import Facts, Seen
from registry.proofs.header import BlockHeader
from registry.proofs.header_trust import TrustedBlock, is_trusted
from registry.proofs.keccak import keccak256
from registry.proofs.rlp import decode, decode_fixed, decode_integer
from registry.proofs.slots import read_facts, unread_facts
from registry.proofs.trie import TrieNodes

PROVEN = 3
_MAX_ACCOUNT = 128


class ProofReader:
    """Storage words of the two pinned contracts, from trie nodes under a header's state root (a `SlotReader`).

    `read` raises NotProven where a node is missing, Contradiction where the state holds no such contract or other code,
    and InvalidInput where the nodes are no trie that a chain would write.
    """

    def __init__(self, header: BlockHeader, nodes: TrieNodes, registry: RegistryFile, seen: Seen) -> None:
        self._header = header
        self._nodes = nodes
        self._code = {
            pinned.address: pinned.code_hash for pinned in (registry.project_registry, registry.credit_registry)
        }
        self._storage_roots: dict[bytes, bytes] = {}
        self._seen = seen

    @property
    def seen(self) -> Seen:
        return self._seen

    def read(self, contract: bytes, slots: Sequence[int]) -> list[int]:
        root = self._storage_roots.get(contract)
        if root is None:
            root = self._storage_roots[contract] = self._storage_root(contract)
        return [self._word(root, slot) for slot in slots]

    def _storage_root(self, contract: bytes) -> bytes:
        raw = self._nodes.get(self._header.state_root, keccak256(contract))
        if raw is None:
            raise Contradiction(
                f"block {self._header.number} has no contract at {hex0x(contract)}",
                expected=f"code {hex0x(self._code[contract])}",
                found="no account",
                hint="a later block of the registry's own chain",
            )
        account = decode(raw, max_bytes=_MAX_ACCOUNT, what="account")
        if not isinstance(account, list) or len(account) != 4:
            raise InvalidInput("not an account", expected="nonce, balance, storage root and code hash")
        nonce, balance, storage_root, code_hash = account
        decode_integer(nonce, 8, "account.nonce")
        decode_integer(balance, 32, "account.balance")
        code = decode_fixed(code_hash, 32, "account.codeHash")
        if code != self._code[contract]:
            raise Contradiction(
                f"block {self._header.number} holds other code at {hex0x(contract)}",
                expected=hex0x(self._code[contract]),
                found=hex0x(code),
                hint="a block of the registry's own chain",
            )
        return decode_fixed(storage_root, 32, "account.storageRoot")

    def _word(self, root: bytes, slot: int) -> int:
        raw = self._nodes.get(root, keccak256(slot.to_bytes(32, "big")))
        if raw is None:
            return 0
        # A stored zero is as good as absence: the root commits to it (anvil writes them, chains do not).
        return decode_integer(decode(raw, max_bytes=33, what="storage word"), 32, "storage word")


def read_evidence(entry: Evidence, registry: RegistryFile, lot: int, tranche: int, seen: Seen) -> Facts:
    """What the entry proves of one tranche of one lot, known as `seen` says; what it does not prove is unread.

    An entry that holds anything else than the nodes of these proofs is not used at all.
    """
    nodes = TrieNodes(entry.nodes)
    reader = ProofReader(entry.header, nodes, registry, seen)
    try:
        facts = read_facts(registry.project_registry.address, registry.credit_registry.address, lot, tranche, reader)
    except InvalidInput as error:
        return _refused(entry, str(error))
    if nodes.unused:
        return _refused(entry, f"{nodes.unused} of {len(entry.nodes)} trie nodes belong to no proof that is needed")
    return facts


def proven_facts(
    entries: Sequence[Evidence], registry: RegistryFile, lot: int, tranche: int, trusted: Sequence[TrustedBlock]
) -> list[Facts]:
    """Level 3: the facts of each entry under a trusted header, final by definition. Other entries say nothing."""
    return [
        read_evidence(entry, registry, lot, tranche, proven_at(entry.header))
        for entry in entries
        if is_trusted(entry.header, trusted)
    ]


def proven_at(header: BlockHeader) -> Seen:
    """How a fact is known that is proven under a header that the verifier trusts."""
    return Seen(PROVEN, header.block, True, f"storage proofs under trusted block {header.number}")


def untrusted_facts(entries: Sequence[Evidence]) -> Facts:
    """No fact, with the reason: nobody that the verifier trusts has named the headers of the evidence."""
    if not entries:
        return unread_facts("the file carries no evidence under a trusted block")
    named = ", ".join(f"{entry.header.number}:{hex0x(entry.header.hash)}" for entry in entries)
    return unread_facts(
        f"the evidence rests on block {named}, which is not among the trusted ones; "
        "trust it only if you know this hash from another source than this file"
    )


def _refused(entry: Evidence, why: str) -> Facts:
    return unread_facts(f"the evidence under block {entry.header.number} is refused: {why}", retryable=False)
