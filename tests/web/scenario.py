"""The demo's real records, and then some trouble: one certificate for each verdict that a page has to explain."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from registry.chain.contracts import CreditRegistry
from registry.chain.embedded import Embedded
from registry.chain.keys import RemoteSigner
from registry.chain.node import Node
from registry.chain.send import Patience, Sender
from registry.domain.certificates import Activity, Issuer, Price
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.domain.units import GRAMS_PER_CREDIT
from registry.proofs.bundle import Bundle
from registry.proofs.sumtree import SumTree
from registry.store import Store
from registry.store.lists import list_lots
from registry.workflows.certify import Room, Tranche, draw_plan
from registry.workflows.claims import Claim
from registry.workflows.demo import run_demo
from registry.workflows.index import Indexer
from registry.workflows.publish import Upload, publish

SALT = bytes(range(16))
EVIDENCE = b"\x11" * 32


@dataclass(frozen=True)
class World:
    """A registry with a mirror, and certificates by the verdict that they get."""

    registry: RegistryFile
    store: Store
    folder: Path
    node: Node
    retired: Bundle
    """Its hash stands in a second place too, where somebody anchored it again."""
    compromised: Bundle
    unconfirmed: Bundle
    """Retired, claimed, final; the source registry's cancellation is not attested."""
    hidden: Bundle
    """Its leaf is published, its document is not."""
    unpublished: Bundle
    """Its tranche is anchored, nothing of it is published."""
    fresh: Bundle
    """Anchored in a block that is not final yet."""

    @staticmethod
    def hash_of(bundle: Bundle) -> str:
        return hex0x(bundle.certificate_hash)


def make_world(folder: Path) -> World:
    """Run the demo on an embedded chain, then add one case of each trouble."""
    rpc = Embedded()
    demo = run_demo(rpc, folder, lambda *_: None, embedded=True)
    registry, store, node = demo.registry, demo.store, Node(rpc)
    _, registrar, _, platform = rpc.accounts[:4]
    patience = Patience(poll=0.02)
    by_registrar, by_platform = (
        CreditRegistry(Sender(rpc, RemoteSigner(rpc, account), patience=patience), registry.credit_registry.address)
        for account in (registrar, platform)
    )

    def anchor(lot: int, claims: Sequence[Claim]) -> Tranche:
        """Retire what the claims need, claim it, leave the source's cancellation unattested."""
        held, marks = by_platform.lot_of(lot), by_platform.marks_of(lot)
        grams = sum(claim.grams for claim in claims)
        by_platform.retire(lot, (lot & 0xFFFFFFFF) + held.retired, -(-grams // GRAMS_PER_CREDIT))
        start = marks.claimed_grams
        room = Room(lot, marks.tranches, start, grams)
        (tranche,) = draw_plan(claims, [room], Issuer("Metro card", platform), registry, salt=lambda: SALT)
        by_platform.anchor(lot, tranche.number, start, len(tranche.bundles), tranche.total, tranche.root)
        return tranche

    with store.read() as session:
        lots = [lot for lot in list_lots(session, limit=500).items if lot.count - lot.retired >= 8]
    lot = next(found.lot for found in lots if found.lot != demo.tranches[-1].lot)
    unconfirmed = anchor(lot, [_ride(i) for i in range(1, 4)])
    hidden = anchor(lot, [_ride(4), _ride(5)])
    unpublished = anchor(lot, [_ride(6)])
    suspended = demo.tranches[0]
    by_registrar.suspend(suspended.lot >> 32, 0, 1, EVIDENCE)
    copied = _anchor_again(demo.tranches[-1].bundles[0], lot, by_platform)
    rpc.request("anvil_mine", [hex(8)])
    fresh = anchor(lot, [_ride(7)])

    Indexer(node, store, registry).run()
    publish(store, registry, lot, unconfirmed.number, Upload.of(unconfirmed.bundles))
    publish(store, registry, lot, hidden.number, Upload.of(hidden.bundles, leaves_only=True))
    publish(store, registry, lot, fresh.number, Upload.of(fresh.bundles))
    publish(store, registry, lot, copied, Upload(((GRAMS_PER_CREDIT, demo.tranches[-1].bundles[0].certificate_hash),)))
    return World(
        registry,
        store,
        folder,
        node,
        retired=demo.tranches[-1].bundles[0],
        compromised=suspended.bundles[0],
        unconfirmed=unconfirmed.bundles[1],
        hidden=hidden.bundles[0],
        unpublished=unpublished.bundles[0],
        fresh=fresh.bundles[0],
    )


def _anchor_again(bundle: Bundle, lot: int, contract: CreditRegistry) -> int:
    """Anchor a certificate's hash a second time, against another lot than it names; gives the tranche."""
    held, marks = contract.lot_of(lot), contract.marks_of(lot)
    contract.retire(lot, (lot & 0xFFFFFFFF) + held.retired, 1)
    tree = SumTree([(GRAMS_PER_CREDIT, bundle.certificate_hash)])
    contract.anchor(lot, marks.tranches, marks.claimed_grams, 1, GRAMS_PER_CREDIT, tree.root)
    return marks.tranches


def _ride(number: int) -> Claim:
    return Claim(
        claim_id=f"ride-2026-{number:06d}",
        grams=431 + number,
        beneficiary=f"乘客 {number}",
        purpose="地铁出行 10 公里 <b>Metro</b> ride",
        activity=Activity("metro", "10", "km", 431 + number, "cpcd-metro-cn@1"),
        price=Price("CNY", 2, 2, 0, 0),
        issued_at="2026-11-22T08:00:00Z",
    )
