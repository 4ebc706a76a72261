"""While a slow backfill goes on, what the chain has and the mirror has not is `pending`, never 404."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from registry.chain.node import Node
from registry.chain.rpc import HttpRpc
from registry.proofs.bundle import Bundle, parse_bundle
from registry.store import Store, open_store
from registry.store.lists import list_batches, list_retirements
from registry.store.mirror import read_progress
from registry.workflows.index import Indexer
from registry.workflows.publish import Upload, publish
from support.fault_proxy import FaultProxy, fault_proxy
from tests.web.conftest import ask
from verifier_api.app import create_app
from verifier_api.settings import Settings

from .conftest import Demo


@contextmanager
def slowly_indexed(demo: Demo, store: Store) -> Iterator[FaultProxy]:
    """An indexer of a few blocks a step, behind a proxy that makes each answer slow until it is healed."""
    stop = threading.Event()
    with fault_proxy(demo.url) as proxy, HttpRpc(proxy.url) as rpc:
        proxy.pause = 0.02
        proxy.fail({"slow": 1})
        indexer = Indexer(Node(rpc), store, demo.registry, span=2, step_events=1)
        thread = threading.Thread(target=indexer.run, kwargs={"follow": True, "poll": 0.1, "stop": stop})
        thread.start()
        try:
            yield proxy
        finally:
            stop.set()
            thread.join(30)
            assert not thread.is_alive()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(f"sqlite:///{tmp_path / 'slow.db'}")
    yield made
    made.close()


def behind(store: Store, head: int) -> int | None:
    """How many blocks a mirror lacks; None while it is empty."""
    with store.read() as session:
        progress = read_progress(session)
    return None if progress is None else head - progress.indexed.number


def newest(demo: Demo) -> dict[str, Any]:
    """Addresses of what came last to the chain, from the demo's own mirror: they are the last that a backfill finds."""
    whole = open_store(f"sqlite:///{demo.folder / 'mirror.db'}", must_exist=True)
    with whole.read() as session:
        retirement = max(list_retirements(session, limit=500).items, key=lambda found: found.block_number)
        batch = list_batches(session, limit=500).items[-1]
    whole.close()
    return {
        "block": retirement.block_number,
        "paths": [
            f"/v1/retirements/{retirement.block_number}-{retirement.log_index}",
            f"/v1/lots/{batch.batch << 32}",
            f"/v1/batches/{batch.batch}",
            f"/v1/credits/{batch.series}:{batch.first_serial}",
        ],
    }


def all_bundles(demo: Demo) -> list[Bundle]:
    return [parse_bundle(path.read_bytes()) for path in demo.bundles]


def last_bundle(demo: Demo) -> Bundle:
    """The certificate that was anchored last."""
    return max(all_bundles(demo), key=lambda bundle: (bundle.anchor.lot, bundle.anchor.tranche))


def test_what_the_chain_has_and_the_mirror_has_not_yet_is_pending_and_never_404(demo: Demo, store: Store) -> None:
    bundle, wanted = last_bundle(demo), newest(demo)
    certificate = f"/v1/certificates/0x{bundle.certificate_hash.hex()}"
    tranche = f"/v1/tranches/{bundle.anchor.lot}/{bundle.anchor.tranche}"
    paths = [*wanted["paths"], tranche]
    head = Node(demo.rpc).header().number
    app = create_app(Settings(head_seconds=0.05), registry=demo.registry, store=store, node=Node(demo.rpc))
    seen: list[tuple[str, int]] = []
    with ask(app) as client:
        empty = client.get(certificate)
        assert (empty.status_code, empty.json()["verdict"]) == (503, "unavailable")
        with slowly_indexed(demo, store) as proxy:
            while (left := behind(store, head)) is None or left > 0:
                answers = {path: client.get(path) for path in (certificate, *paths)}
                asked = client.post("/v1/verify", content=bundle.to_json())
                for path, answer in answers.items():
                    assert answer.status_code != 404, (path, left, answer.text)
                assert asked.json()["verdict"] in ("unavailable", "pending", "retired"), asked.text
                if left is not None and (now := behind(store, head)) is not None and now > 0:
                    check_pending(answers.pop(certificate), range(now, left + 1), 200)
                    waiting = [answer for answer in answers.values() if answer.status_code == 503]
                    for answer in waiting:
                        check_pending(answer, range(now, left + 1), 503)
                    seen.append((asked.json()["verdict"], len(waiting)))
                if len(seen) == 12:
                    proxy.heal()
                time.sleep(0.01)
        assert len(seen) >= 10, "the backfill was too quick to be seen"
        assert max(waiting for _, waiting in seen) == len(paths)
        assert sum(verdict == "pending" for verdict, _ in seen) >= 5
        check_whole(client, demo, store, bundle, certificate, paths)


def check_pending(answer: httpx.Response, lacking: range, status: int) -> None:
    """Fail unless an answer says `pending`, and how many blocks are lacking."""
    value = answer.json()
    assert answer.status_code == status, answer.text
    if status == 503:
        assert answer.headers["retry-after"]
        assert value["kind"] == "pending"
        told = value["found"]
    else:
        assert value["verdict"] == "pending"
        told = " ".join(note["text"] if isinstance(note, dict) else note for note in value["notes"])
    assert any(f"{number} blocks behind" in told for number in lacking), (told, lacking)


def check_whole(
    client: httpx.Client, demo: Demo, store: Store, bundle: Bundle, certificate: str, paths: list[str]
) -> None:
    """Once the mirror is at the head, each answer is the real one."""
    time.sleep(0.1)  # the head is remembered
    assert [client.get(path).status_code for path in paths] == [200] * len(paths)
    missing = client.get("/v1/retirements/1-0")
    assert (missing.status_code, missing.json()["kind"]) == (404, "not-found")
    assert client.post("/v1/verify", content=bundle.to_json()).json()["verdict"] == "retired"
    # Leaves are in no chain: the certificate's hash is known here once its platform publishes it here too.
    assert client.get(certificate).status_code == 404
    whole = [found for found in all_bundles(demo) if found.anchor == bundle.anchor]
    whole.sort(key=lambda found: found.leaf.index)
    publish(store, demo.registry, bundle.anchor.lot, bundle.anchor.tranche, Upload.of(whole))
    found = client.get(certificate)
    assert (found.status_code, found.json()["verdict"]) == (200, "retired")
