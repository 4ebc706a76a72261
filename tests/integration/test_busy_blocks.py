"""A follower loses nothing when blocks bear a thousand events."""

import threading
import time

from index_chain import dump

from registry.chain.contracts import NO_HINT
from registry.chain.node import Node
from registry.store import Store, open_store
from registry.store.lists import list_retirements
from registry.store.mirror import read_progress
from registry.workflows.audit import audit
from registry.workflows.index import Indexer
from support.anvil import anvil, anvil_signers
from support.chains import EVIDENCE, Chain, deployed, with_report
from support.databases import Databases

BLOCKS, EVENTS, IN_CALL = 3, 1_000, 500
LOT = 1 << 32


def words(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(32, "big") for number in numbers)


def indexed(store: Store) -> int:
    """The block that the mirror has come to; -1 while it is empty."""
    with store.read() as session:
        progress = read_progress(session)
    return progress.indexed.number if progress else -1


def retirements(store: Store) -> list[tuple[int, int]]:
    """Each retirement as block and first credit, in the chain's order."""
    found, after = [], (-1, -1)
    with store.read() as session:
        while True:
            page = list_retirements(session, after, limit=500)
            found += [(item.block_number, item.first_index) for item in page.items]
            if page.next is None:
                return found
            after = page.next


def test_a_follower_loses_nothing_of_blocks_with_a_thousand_events(mirrors: Databases) -> None:
    store, stop = open_store(mirrors.url()), threading.Event()
    with anvil() as rpc:
        chain = Chain("anvil", rpc, anvil_signers())
        registry = deployed(chain)
        contract, report, series = with_report(chain.sender(), registry)
        contract.issue(report, series, 1, BLOCKS * EVENTS, chain.signers[0].address, EVIDENCE, NO_HINT)
        retire = contract.calldata("retire", LOT, 0, 1)[:4]
        sender, to = "0x" + chain.signers[0].address.hex(), "0x" + contract.address.hex()
        follower = threading.Thread(
            target=Indexer(Node(rpc), store, registry).run, kwargs={"follow": True, "poll": 0.05, "stop": stop}
        )
        follower.start()
        try:
            wanted = []
            for block in range(BLOCKS):
                rpc.request("evm_setAutomine", [False])
                for first in range(block * EVENTS, (block + 1) * EVENTS, IN_CALL):
                    calls = [retire + words(LOT, first + n, 1) for n in range(IN_CALL)]
                    data = "0x" + contract.calldata("multicall", calls).hex()
                    call = {"from": sender, "to": to, "data": data, "gas": hex(16_000_000)}
                    rpc.request("eth_sendTransaction", [call])
                rpc.request("evm_mine")
                rpc.request("evm_setAutomine", [True])
                head = Node(rpc).header().number
                wanted += [(head, first) for first in range(block * EVENTS, (block + 1) * EVENTS)]
                time.sleep(0.02)
            deadline = time.monotonic() + 30
            while indexed(store) < head:
                assert time.monotonic() < deadline, "the follower does not come to the head"
                time.sleep(0.02)
        finally:
            stop.set()
            follower.join(30)
        assert retirements(store) == wanted
        fresh = open_store("sqlite://")
        Indexer(Node(rpc), fresh, registry).run()
        Indexer(Node(rpc), store, registry).run()
        assert dump(store) == dump(fresh)
        assert audit(store, registry, Node(rpc)).ok
        fresh.close()
    store.close()
