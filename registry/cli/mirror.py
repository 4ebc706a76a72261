"""`offsetproof index`, `audit`: the mirror, and whether it is whole."""

from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli import settings
from registry.cli.output import NEGATIVE, notes, out, plain, print_json, reporting
from registry.cli.progress import Meter
from registry.cli.stopping import Stopping
from registry.cli.watching import index_nodes, watch_port
from registry.domain.hexes import hex0x

if TYPE_CHECKING:
    from registry.workflows.audit_result import Audit
    from registry.workflows.index import Step, Turn


def index(
    follow: Annotated[bool, typer.Option("--follow", help="Go on until stopped.")] = False,
    poll: Annotated[float, typer.Option(help="Seconds between looks at the head.")] = 2.0,
    span: Annotated[int, typer.Option(help="Most blocks in one question to the node.")] = 2_000,
    registry: settings.RegistryOption = None,
    rpc: settings.IndexRpcOption = None,
    db: settings.DatabaseOption = None,
    log: settings.LogOption = None,
    metrics_port: settings.MetricsPortOption = None,
    metrics_host: settings.MetricsHostOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Mirror the contracts' events into SQL, up to the chain's head."""
    with reporting(as_json):
        from registry.store.database import open_store
        from registry.watch.indexing import IndexWatch
        from registry.watch.logs import start_logging
        from registry.watch.metrics import Metrics
        from registry.watch.readiness import Readiness, mirror_gauges, noted_head, readiness
        from registry.workflows.index import Indexer, status

        pinned = settings.registry_file(registry)
        place = settings.metrics_place(metrics_host, metrics_port)
        form = settings.log_form(log)
        if form:
            start_logging(form)
        most_behind = settings.whole_number("ready_blocks", settings.READY_BLOCKS)
        stopping = Stopping(settings.whole_number("grace_seconds", settings.GRACE_SECONDS))
        metrics = Metrics()
        watch = IndexWatch(metrics)
        store = open_store(settings.database_url(db))
        nodes = index_nodes(settings.all_rpc_urls(rpc), metrics)
        steps = _Steps()

        def on_step(step: "Step") -> None:
            watch.step(step)
            if form is None:
                steps(step)

        def ready() -> Readiness:
            return readiness(store, noted_head, most_behind, watch.trouble)

        metrics.watch_gauges(lambda: mirror_gauges(ready()))

        def on_turn(turn: "Turn") -> None:
            watch.turn(turn)
            if form is None and turn.because is not None:
                notes.print(f"  {plain(str(turn.because))}\n  asking the node at {plain(turn.node)} instead")

        indexer = Indexer(nodes, store, pinned, span=span, on_step=on_step, on_wait=watch.wait, on_turn=on_turn)
        try:
            with watch_port(place, metrics, ready, told=form is None):
                indexer.run(follow=follow, poll=poll, stop=stopping.asked)
        finally:
            steps.end()
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


class _Steps:
    """Shows what an indexer does: a meter while it catches up, a line for each step at the head."""

    def __init__(self) -> None:
        self._meter = Meter(notes)
        self._first: int | None = None

    def __call__(self, step: "Step") -> None:
        if step.did == "undone":
            notes.print(f"  a reorganisation: undone above block {step.last}")
        elif step.did == "indexed":
            self._first = step.first if self._first is None else self._first
            if step.last < step.head or self._first < step.first:
                self._meter("blocks indexed", step.last - self._first + 1, step.head - self._first + 1)
            elif step.events:
                notes.print(f"  blocks {step.first} to {step.last} of {step.head}: {step.events} events")
        elif self._first is not None:
            self._first = None
            self._meter.end()
            self._meter = Meter(notes)

    def end(self) -> None:
        """Leave the line behind."""
        self._meter.end()


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
        meter = Meter(notes)
        found = audit_mirror(store, pinned, Node(HttpRpc(urls[0])) if urls else None, progress=meter)
        meter.end()
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
    if counts.unpublished_tranches > 20:
        out.print(f"  not published in all: {counts.unpublished_tranches:,} tranches, {counts.unpublished_grams:,} g")
    out.print(f"  history of credits   {hex0x(found.histories.credit)}")
    out.print(f"  history of projects  {hex0x(found.histories.project)}")
    if found.unproven:
        out.print(f"  not proven: {', '.join(found.unproven)}  (give --rpc to compare them with a node)")
