"""`offsetproof index`, `audit`, `serve`: the mirror and what stands on it."""

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli import settings
from registry.cli.output import NEGATIVE, notes, out, plain, print_json, reporting
from registry.domain.errors import OffsetproofError
from registry.domain.hexes import hex0x

if TYPE_CHECKING:
    from registry.workflows.audit_result import Audit
    from registry.workflows.index import Step


def index(
    follow: Annotated[bool, typer.Option("--follow", help="Go on until stopped.")] = False,
    poll: Annotated[float, typer.Option(help="Seconds between looks at the head.")] = 2.0,
    span: Annotated[int, typer.Option(help="Blocks a step.")] = 2_000,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    db: settings.DatabaseOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Mirror the contracts' events into SQL, up to the chain's head."""
    with reporting(as_json):
        from registry.chain.node import Node
        from registry.chain.rpc import HttpRpc
        from registry.store.database import open_store
        from registry.workflows.index import Indexer, status

        pinned = settings.registry_file(registry)
        store = open_store(settings.database_url(db))
        node = Node(HttpRpc(settings.one_rpc_url(rpc)))
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        indexer = Indexer(node, store, pinned, span=span, on_step=_tell_step, on_wait=_Waiting())
        indexer.run(follow=follow, poll=poll, stop=stop)
        with store.read() as session:
            reached = status(session, pinned)
        store.close()
    if as_json:
        print_json(
            {
                "indexed_block": reached.indexed.number,
                "finalized_block": reached.finalized.number,
                "head_block": reached.head.number,
                "behind": reached.behind,
                "history": {
                    "project_registry": hex0x(reached.histories.project),
                    "credit_registry": hex0x(reached.histories.credit),
                },
            }
        )
    else:
        out.print(
            f"indexed up to block {reached.indexed.number}; final up to {reached.finalized.number}; "
            f"the head is {reached.head.number}"
        )


def _tell_step(step: "Step") -> None:
    if step.did == "undone":
        notes.print(f"  a reorganisation: undone above block {step.last}")
    elif step.did == "indexed" and step.events:
        notes.print(f"  blocks {step.first} to {step.last} of {step.head}: {step.events} events")


class _Waiting:
    """Says what a following indexer waits for, once for each reason."""

    def __init__(self) -> None:
        self._said = ""

    def __call__(self, unavailable: OffsetproofError) -> None:
        if str(unavailable) != self._said:
            self._said = str(unavailable)
            notes.print(f"  waiting: {plain(self._said)}")


def audit(
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    db: settings.DatabaseOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Believe nothing that the mirror says: rebuild all state, refold the history, compare with the chain."""
    with reporting(as_json):
        from registry.chain.node import Node
        from registry.chain.rpc import HttpRpc
        from registry.store.database import open_store
        from registry.workflows.audit import audit as audit_mirror

        pinned = settings.registry_file(registry)
        store = open_store(settings.database_url(db), must_exist=True)
        urls = settings.rpc_urls(rpc)
        found = audit_mirror(store, pinned, Node(HttpRpc(urls[0])) if urls else None)
        store.close()
    _show_audit(found, as_json)
    if not found.ok:
        raise typer.Exit(NEGATIVE)


def _show_audit(found: "Audit", as_json: bool) -> None:
    counts = found.counts
    if as_json:
        print_json(
            {
                "ok": found.ok,
                "first_bad_block": found.first_bad_block,
                "problems": [{"block": p.block, "kind": p.kind, "message": p.message} for p in found.problems],
                "block": found.block.number if found.block else None,
                "history": {
                    "project_registry": hex0x(found.histories.project),
                    "credit_registry": hex0x(found.histories.credit),
                },
                "counts": {name: getattr(counts, name) for name in counts.__dataclass_fields__},
                "unpublished": [
                    {"lot": str(t.lot), "tranche": t.tranche, "grams": t.grams, "leaf_count": t.leaf_count}
                    for t in found.unpublished
                ],
                "unproven": list(found.unproven),
            }
        )
        return
    if found.ok:
        where = f"as of block {found.block.number}" if found.block else "of an empty mirror"
        out.print(f"[bold green]GOOD[/]  the audit {where} found nothing wrong")
    else:
        out.print(f"[bold red]BAD[/]  {len(found.problems)} problems; the first bad block is {found.first_bad_block}")
        for problem in found.problems[:20]:
            out.print(f"  block {problem.block}  {plain(problem.kind)}: {plain(problem.message)}")
    out.print(f"  {counts.events} events in {counts.blocks} blocks; {counts.batches} batches, {counts.lots} lots")
    out.print(f"  {counts.issued} credits issued, {counts.retired} retired; {counts.claimed_grams:,} g claimed")
    out.print(f"  {counts.tranches} tranches, {counts.publications} published with {counts.leaves} certificates")
    for tranche in found.unpublished[:20]:
        out.print(f"  not published: tranche {tranche.tranche} of lot {tranche.lot}, {tranche.grams:,} g")
    out.print(f"  history of credits   {hex0x(found.histories.credit)}")
    out.print(f"  history of projects  {hex0x(found.histories.project)}")
    if found.unproven:
        out.print(f"  not proven: {', '.join(found.unproven)}  (give --rpc to compare them with a node)")


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    db: settings.DatabaseOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Serve the verifier API and its pages from the mirror. With --rpc, keep the mirror up to date too."""
    with reporting(as_json):
        import uvicorn

        from registry.chain.node import Node
        from registry.chain.rpc import HttpRpc
        from registry.store.database import open_store
        from registry.store.writer import AnotherIndexer
        from registry.workflows.index import Indexer
        from verifier_api.app import create_app

        pinned = settings.registry_file(registry)
        store = open_store(settings.database_url(db), replica=settings.replica_url())
        stop = threading.Event()
        following = node = None
        if urls := settings.rpc_urls(rpc):
            node = Node(HttpRpc(urls[0]))
            waiting = _Waiting()
            indexer = Indexer(node, store, pinned, on_wait=waiting)
            try:
                indexer.step()
            except AnotherIndexer as another:
                waiting(another)
            following = threading.Thread(target=indexer.run, kwargs={"follow": True, "stop": stop}, daemon=True)
            following.start()
        notes.print(f"http://{host}:{port}  (Ctrl-C ends)")
        try:
            uvicorn.run(create_app(registry=pinned, store=store, node=node), host=host, port=port, log_level="warning")
        finally:
            stop.set()
            if following:
                following.join(timeout=5)
            store.close()
