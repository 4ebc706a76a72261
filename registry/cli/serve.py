"""`offsetproof serve`: the verifier API and its pages."""

from threading import Thread
from types import FrameType
from typing import Annotated

import typer

from registry.cli import settings
from registry.cli.output import notes, reporting
from registry.cli.stopping import Stopping
from registry.cli.watching import index_nodes, watch_port

LAST_STEP_SECONDS = 10
"""Beyond the requests' own time: how long the indexer's step, and closing, may take."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    indexing: Annotated[
        bool, typer.Option("--index/--no-index", help="With --rpc: keep the mirror up to date here, or elsewhere.")
    ] = True,
    registry: settings.RegistryOption = None,
    rpc: settings.IndexRpcOption = None,
    db: settings.DatabaseOption = None,
    log: settings.LogOption = None,
    metrics_port: settings.MetricsPortOption = None,
    metrics_host: settings.MetricsHostOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Serve the verifier API and its pages from the mirror. With --rpc, keep the mirror up to date too."""
    with reporting(as_json):
        import uvicorn

        from registry.chain.node import Node
        from registry.chain.rpc import HttpRpc
        from registry.store.database import open_store
        from registry.store.writer import AnotherIndexer
        from registry.watch.indexing import IndexWatch, follow
        from registry.watch.logs import start_logging
        from registry.watch.metrics import Metrics
        from registry.workflows.index import Indexer
        from verifier_api.app import create_app
        from verifier_api.connections import server_options
        from verifier_api.figures import readiness_of
        from verifier_api.memory import settle
        from verifier_api.settings import read_settings

        pinned = settings.registry_file(registry)
        place = settings.metrics_place(metrics_host, metrics_port)
        form = settings.log_form(log)
        if form:
            start_logging(form)
        limits = read_settings()
        stopping = Stopping(limits.grace_seconds + LAST_STEP_SECONDS)
        metrics = Metrics()
        watch = IndexWatch(metrics)
        store = open_store(settings.database_url(db), replica=settings.replica_url())
        urls = settings.rpc_urls(rpc)
        following = None
        if urls and indexing:
            indexer = Indexer(
                index_nodes(urls, metrics), store, pinned, on_step=watch.step, on_wait=watch.wait, on_turn=watch.turn
            )
            try:
                indexer.step()
            except AnotherIndexer as another:
                watch.wait(another)
            following = Thread(target=follow, args=(indexer, watch, stopping.asked), daemon=True)
            following.start()
        nodes = [Node(HttpRpc(url, timeout=5, watch=metrics)) for url in urls]
        app = create_app(
            limits,
            registry=pinned,
            store=store,
            node=nodes[0] if nodes else None,
            more_nodes=nodes[1:],
            metrics=metrics,
            trouble=lambda: watch.stopped,
        )

        class Server(uvicorn.Server):
            def handle_exit(self, sig: int, frame: FrameType | None) -> None:
                stopping.stop()
                super().handle_exit(sig, frame)

        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            **({"log_config": None} if form else {"log_level": "warning"}),
            **server_options(limits),
        )
        settle()
        try:
            with watch_port(place, metrics, lambda: readiness_of(app.state.services), told=form is None):
                if form is None:
                    notes.print(f"http://{host}:{port}  (Ctrl-C ends)")
                Server(config).run()
        finally:
            stopping.stop()
            if following:
                following.join(timeout=LAST_STEP_SECONDS)
            store.close()
