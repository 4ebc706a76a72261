"""`offsetproof demo`: the whole story on real records, then the pages."""

import tempfile
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli import settings
from registry.cli.output import notes, out, print_json, reporting

if TYPE_CHECKING:
    from registry.chain.embedded import Embedded
    from registry.chain.rpc import Rpc
    from registry.workflows.demo import Demo

HEARTBEAT = 30
"""Seconds between the embedded chain's blocks while the pages are open, so that standing stays fresh."""


def demo(
    once: Annotated[bool, typer.Option("--once", help="Do the story, write --out, exit.")] = False,
    out_folder: Annotated[Path | None, typer.Option("--out", help="Where to write (default: a new folder).")] = None,
    port: Annotated[int, typer.Option(help="Port of the pages; 0 takes a free one.")] = 8000,
    rpc: Annotated[
        str | None, typer.Option("--rpc", help="A development chain (anvil) instead of the embedded one.")
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the pages in the browser.")] = True,
    as_json: settings.JsonOption = False,
) -> None:
    """Deploy, issue, retire, certify, mirror, audit and verify real records; then serve the pages."""
    with reporting(as_json):
        from registry.workflows.demo import run_demo

        folder = out_folder or Path(tempfile.mkdtemp(prefix="offsetproof-"))
        chain, embedded = _chain(rpc)
        notes.print("Real records of a platform that sells Verra credits by the kilogram, through the whole chain.")
        notes.print(f"Chain: {chain.name}. Folder: {folder}\n")
        done = run_demo(chain, folder, _Telling(), embedded=embedded is not None)
        if as_json:
            print_json(done.summary)
        else:
            _tell(done, folder, rpc)
        if not once:
            _serve(done, chain, embedded, folder, port, browser)


def _chain(url: str | None) -> "tuple[Rpc, Embedded | None]":
    if url is not None:
        from registry.chain.rpc import HttpRpc

        return HttpRpc(url), None
    from registry.chain.embedded import Embedded

    embedded = Embedded()
    return embedded, embedded


class _Telling:
    """Progress on standard error: one line a stage, rewritten while it goes on where that is a terminal."""

    def __call__(self, what: str, done: int, whole: int) -> None:
        if done >= whole:
            count = "" if whole == 1 else f"  {whole}"
            notes.print(f"  ✓ {what}{count}" + " " * 12)
        elif notes.is_terminal:
            notes.print(f"  … {what}  {done} of {whole}", end="\r")


def _tell(done: "Demo", folder: Path, rpc: str | None) -> None:
    summary = done.summary
    claims = summary["claims"]
    assert isinstance(claims, dict)
    out.print()
    out.print(f"[bold]{summary['credits_issued']}[/] credits issued, [bold]{summary['credits_retired']}[/] retired")
    out.print(f"{_tonnes(summary['grams_certified'])} t certified of {_tonnes(summary['grams_claimed'])} t claimed:")
    out.print(f"  {claims['filled']} claims filled, {claims['partly']} in part, {claims['unfilled']} not at all")
    unfilled = summary["not_filled"]
    assert isinstance(unfilled, list)
    for claim in unfilled:
        got, asked = _tonnes(claim["grams_filled"]), _tonnes(claim["grams"])
        out.print(f"    {claim['claim_id'][:12]}…  {got} t of {asked} t")
    example = done.verdicts[0]
    bundle = folder / "bundles" / f"0x{(example.certificate_hash or b'').hex()}.json"
    registry, mirror = folder / "registry.json", folder / "mirror.db"
    node = f" --rpc {rpc}" if rpc else ""
    serials = example.serials[0]
    out.print("\n[bold]Try next[/]")
    out.print(f"  offsetproof verify {bundle} --registry {registry}{node}")
    out.print(f"  offsetproof trace {serials.series}:{serials.first} --registry {registry} --db {mirror}")
    out.print(f"  offsetproof audit --registry {registry} --db {mirror}{node}")


def _tonnes(grams: object) -> str:
    """Tonnes to the kilogram, exactly."""
    assert isinstance(grams, int)
    kilograms = grams // 1000
    return f"{kilograms // 1000}.{kilograms % 1000:03d}"


def _serve(
    done: "Demo", chain: "Rpc", embedded: "Embedded | None", folder: Path, port: int, open_browser: bool
) -> None:
    import uvicorn

    from registry.chain.node import Node
    from registry.workflows.index import Indexer
    from verifier_api.app import create_app
    from verifier_api.connections import server_options

    stop = threading.Event()
    indexer = Indexer(Node(chain), done.store, done.registry)
    threads = [threading.Thread(target=indexer.run, kwargs={"follow": True, "stop": stop}, daemon=True)]
    if embedded is not None:
        threads.append(threading.Thread(target=_beat, args=(embedded, stop), daemon=True))
    for thread in threads:
        thread.start()

    listener = _listen(port)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    out.print(f"\n[bold]Open {address}[/]  (Ctrl-C ends)")
    if open_browser:
        threading.Timer(1.0, webbrowser.open, args=(address,)).start()
    app = create_app(registry=done.registry, store=done.store, node=Node(chain))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", **server_options(app.state.services.settings)))
    try:
        server.run(sockets=[listener])
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=5)
        done.store.close()


def _listen(port: int):  # type: ignore[no-untyped-def]
    """A listening socket on 127.0.0.1: the port asked for, or a free one if that is taken."""
    import socket

    for candidate in (port, 0):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", candidate))
        except OSError:
            listener.close()
            continue
        listener.listen(128)
        return listener
    raise AssertionError("no port is free")


def _beat(embedded: "Embedded", stop: threading.Event) -> None:
    while not stop.wait(HEARTBEAT):
        embedded.mine()
