"""The main job, end to end, on real records: deploy, issue, retire, certify, mirror, publish, audit, verify.

On the embedded chain everything happens inside this process; on a chain at a URL (a development node that holds its
own accounts) others can check it too. The story runs on past finality, so that its certificates end as `retired`.
"""

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path

from registry.chain.contracts import CreditRegistry, ProjectRegistry
from registry.chain.deploy import deploy
from registry.chain.keys import RemoteSigner
from registry.chain.node import Node
from registry.chain.rpc import Rpc, RpcError
from registry.chain.send import Patience, Sender
from registry.domain.errors import Contradiction, InvalidInput, Unavailable
from registry.domain.hexes import hex0x, parse_address
from registry.domain.registry_file import Finality, RegistryFile
from registry.domain.units import GRAMS_PER_CREDIT
from registry.proofs.canonical import canonical_bytes
from registry.proofs.verdict import Verdict
from registry.proofs.verify import verify
from registry.store.claims import totals
from registry.store.database import Store, open_store
from registry.store.facts import facts_from_mirror
from registry.workflows.audit import audit
from registry.workflows.certify import Tranche, write_bundles
from registry.workflows.index import Indexer, status
from registry.workflows.publish import publish
from registry.workflows.records import Records, load_records
from registry.workflows.story import Cast, Progress, tell
from registry.workflows.uploads import Upload

PLATFORM = "stellarcarbon.io"
FINAL_AFTER = 6
"""Blocks until the embedded chain's blocks count as final; it has no finality of its own."""
MOST_WAIT = 200
"""Blocks to mine at most until the story is final; anvil holds 64 back."""


@dataclass(frozen=True)
class Demo:
    """What the demo leaves behind: files in its folder, and an open mirror for the pages."""

    registry: RegistryFile
    store: Store
    tranches: tuple[Tranche, ...]
    verdicts: tuple[Verdict, ...]
    summary: dict[str, object]


def run_demo(rpc: Rpc, out: Path, progress: Progress, *, embedded: bool) -> Demo:
    """Do the whole story on the chain behind `rpc` and write `out`.

    Raises InvalidInput if the node holds too few accounts or `out` holds an earlier demo, Contradiction if anything of
    the story does not come out as the records say.
    """
    if (out / "summary.json").exists() or (out / "mirror.db").exists():
        raise InvalidInput(f"{out} holds an earlier demo", hint="name another --out, or remove that folder")
    out.mkdir(parents=True, exist_ok=True)
    records = load_records()
    progress("records read", 1, 1)

    registry, cast = _set_up(rpc, embedded)
    (out / "registry.json").write_bytes(canonical_bytes(registry.to_value()) + b"\n")
    progress("contracts deployed", 1, 1)
    told = tell(records, cast, registry, progress)
    _make_final(rpc, registry)
    progress("past finality", 1, 1)

    store = open_store(f"sqlite:///{out / 'mirror.db'}")
    node = Node(rpc)
    Indexer(node, store, registry, on_step=lambda step: progress("blocks indexed", step.last, step.head)).run()
    for tranche in told.tranches:
        publish(store, registry, tranche.lot, tranche.number, Upload.of(tranche.bundles))
    progress("tranches published", len(told.tranches), len(told.tranches))
    bundles = write_bundles(told.tranches, out)
    found = audit(store, registry, node)
    if not found.ok:
        raise Contradiction("the audit of the demo's mirror failed", found=found.problems[0].message)
    progress("mirror audited", 1, 1)
    verdicts = tuple(_verdicts(store, registry, told.tranches))
    wrong = [verdict for verdict in verdicts if verdict.verdict != "retired"]
    if wrong:
        raise Contradiction(
            "a certificate of the demo does not verify", expected="retired", found=f"{wrong[0].verdict}"
        )
    progress("certificates verified", len(verdicts), len(verdicts))
    summary = _summary(records, registry, store, told.tranches, verdicts)
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", "utf-8")
    assert len(bundles) == len(verdicts)
    return Demo(registry, store, told.tranches, verdicts, summary)


def _set_up(rpc: Rpc, embedded: bool) -> tuple[RegistryFile, Cast]:
    accounts = rpc.request("eth_accounts")
    if not isinstance(accounts, list) or len(accounts) < 4:
        raise InvalidInput(
            f"the node at {rpc.name} holds too few accounts",
            expected="4 that it signs for, like anvil's",
            found=str(len(accounts)) if isinstance(accounts, list) else "none",
            hint="start a development node: anvil",
        )
    admin, registrar, operator, platform = (parse_address(account, any_case=True) for account in accounts[:4])
    # The embedded chain and development nodes mine at once: look often, so that nobody waits for nothing.
    patience = Patience(poll=0.02)
    senders = [Sender(rpc, RemoteSigner(rpc, a), patience=patience) for a in (admin, registrar, operator, platform)]
    deployed = deploy(
        senders[0],
        registrar=registrar,
        operator=operator,
        operator_name="Demo operator",
        pauser=operator,
        admin=admin,
        name="offsetproof demo" if embedded else "offsetproof demo on a development chain",
        finality=Finality("depth", FINAL_AFTER) if embedded else _finality_of(rpc),
        demo=True,
    )
    registry = replace(
        deployed,
        names={registrar: "Demo registrar", operator: "Demo operator", platform: f"{PLATFORM} (demo account)"},
    )
    project_at, credit_at = registry.project_registry.address, registry.credit_registry.address
    return registry, Cast(
        registrar_projects=ProjectRegistry(senders[1], project_at),
        registrar_credits=CreditRegistry(senders[1], credit_at),
        operator_credits=CreditRegistry(senders[2], credit_at),
        platform_credits=CreditRegistry(senders[3], credit_at),
        platform=platform,
        platform_name=PLATFORM,
    )


def _finality_of(rpc: Rpc) -> Finality:
    """The chain's own `finalized` tag if the node knows it, else a depth."""
    try:
        Node(rpc).finalized_header()
    except (RpcError, Unavailable):
        return Finality("depth", FINAL_AFTER)
    return Finality("tag")


def _make_final(rpc: Rpc, registry: RegistryFile) -> None:
    """Mine (development nodes can) until the head of now is final."""
    node = Node(rpc)
    target = node.header("latest").number
    for mined in range(0, MOST_WAIT, FINAL_AFTER):
        if node.finalized_header(registry.finality.blocks).number >= target:
            return
        try:
            rpc.request("anvil_mine", [hex(FINAL_AFTER)])
        except RpcError as error:
            raise Unavailable(
                "the node does not mine on request, so the story is not final yet",
                found=f"block {target} after {mined} blocks: {error.rpc_message}",
                hint="wait until it is final, then index, publish and verify",
            ) from None
    raise Unavailable("the story did not become final", expected=f"block {target} final", found=f"{MOST_WAIT} more")


def _verdicts(store: Store, registry: RegistryFile, tranches: tuple[Tranche, ...]) -> list[Verdict]:
    now = int(time.time())
    verdicts = []
    with store.read() as session:
        reached = status(session, registry)
        for tranche in tranches:
            facts = facts_from_mirror(session, registry, tranche.lot, tranche.number, reached.finalized.number)
            verdicts += [verify(bundle, registry, facts, now=now) for bundle in tranche.bundles]
    return verdicts


def _summary(
    records: Records,
    registry: RegistryFile,
    store: Store,
    tranches: tuple[Tranche, ...],
    verdicts: tuple[Verdict, ...],
) -> dict[str, object]:
    filled = {claim.claim_id: records.filled_grams(claim.claim_id) for claim in records.claims}
    whole = [c for c in records.claims if filled[c.claim_id] == c.grams]
    none = [c for c in records.claims if not filled[c.claim_id]]
    with store.read() as session:
        found = totals(session)
    return {
        "version": "summary/1",
        "registry": {"chain_id": str(registry.chain_id), "credit_registry": hex0x(registry.credit_registry.address)},
        "credits_issued": found.issued,
        "credits_retired": found.retired,
        "grams_retired": found.retired * GRAMS_PER_CREDIT,
        "grams_certified": found.claimed_grams,
        "grams_claimed": sum(claim.grams for claim in records.claims),
        "claims": {
            "filled": len(whole),
            "partly": len(records.claims) - len(whole) - len(none),
            "unfilled": len(none),
        },
        "not_filled": [
            {"claim_id": c.claim_id, "grams": c.grams, "grams_filled": filled[c.claim_id]}
            for c in records.claims
            if filled[c.claim_id] != c.grams
        ],
        "tranches": len(tranches),
        "certificates": [
            {
                "certificate_hash": hex0x(verdict.certificate_hash or b""),
                "number": verdict.number,
                "grams": verdict.grams,
                "verdict": verdict.verdict,
                "serials": [serials.to_value() for serials in verdict.serials],
            }
            for verdict in verdicts
        ],
    }
