"""One bundle by hash through the verifier API, in process: at `size` published certificates against 10,000.

The two mirrors are asked in turn, so that what else the machine does disturbs both alike. Publishing them is timed too.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from registry.domain.certificates import Activity, Certificate, Digest, Issuer, Price
from registry.proofs.canonical import canonical_bytes
from registry.proofs.sumtree import pack_entry
from registry.proofs.tiles import Rooted, TileStream
from registry.store import Store, open_store
from registry.store.layout import LAYOUTS
from registry.store.mirror import BlockId, Progress, append, write_progress
from registry.store.publications import Part, publish_rooted, require_anchored, require_rooted
from scripts.benchmarks.certify import REGISTRY
from scripts.benchmarks.measure import Measured
from verifier_api.app import create_app
from verifier_api.settings import Settings

FEW = 10_000
ASKED = 1_000
PART = 20_000
LOT = 3 << 32
_SALT, _DIGEST, _CLAIM = bytes(range(16)), sha256(b"somebody").digest(), "ride-2026-00000000"


def run(size: int) -> Measured:
    with tempfile.TemporaryDirectory() as name:
        (few, _), (many, published) = _mirror(Path(name) / "few.db", FEW), _mirror(Path(name) / "many.db", size)
        few_ms, many_ms = asyncio.run(_times([(few, FEW), (many, size)]))
        for store in (few, many):
            store.close()
    return Measured(
        "api",
        _at(many_ms, 50),
        _at(few_ms, 50),
        "ms",
        f"median of {ASKED} bundles by hash, {size:,} certificates",
        f"the same of {FEW:,}",
        less_is_better=True,
        sizes={"certificates": size, "mirror_bytes": published["bytes"]},
        more={
            "p99_ms": {"ours": round(_at(many_ms, 99), 3), "against": round(_at(few_ms, 99), 3)},
            "published_certificates_per_second": round(size / published["seconds"]),
        },
    )


def _at(times: list[float], percent: int) -> float:
    return sorted(times)[len(times) * percent // 100]


async def _times(mirrors: list[tuple[Store, int]]) -> list[list[float]]:
    taken: list[list[float]] = [[], []]
    clients = [
        httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(Settings(), registry=REGISTRY, store=store)), base_url="http://api"
        )
        for store, _ in mirrors
    ]
    chosen = random.Random(1)
    for _ in range(ASKED):
        for number, (_, size) in enumerate(mirrors):
            text = _document(chosen.randrange(size))
            start = time.perf_counter()
            answer = await clients[number].get(f"/v1/certificates/0x{sha256(text.encode()).hexdigest()}/bundle")
            taken[number].append((time.perf_counter() - start) * 1000)
            assert answer.status_code == 200, answer.text
    for client in clients:
        await client.aclose()
    return taken


def _mirror(path: Path, size: int) -> tuple[Store, dict[str, Any]]:
    """A mirror with one tranche of `size` certificates of 1 g, as if it had been anchored; how long publishing took."""
    store = open_store(str(path))
    stream = TileStream(lambda *_: None)
    for part in _parts(size):
        stream.add(part.entries)
    _anchor(store, stream.finish())
    with store.read() as session:
        rooted = require_rooted(require_anchored(session, LOT, 0), (part.entries for part in _parts(size)))
    seconds = time.perf_counter()
    making = 0.0

    def parts() -> Iterator[Part]:
        nonlocal making
        waiting = _parts(size)
        while True:
            start = time.perf_counter()
            part = next(waiting, None)
            making += time.perf_counter() - start
            if part is None:
                return
            yield part

    with store.write() as session:
        publish_rooted(session, LOT, 0, rooted, parts())
    seconds = time.perf_counter() - seconds - making
    return store, {"seconds": seconds, "bytes": sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))}


def _anchor(store: Store, rooted: Rooted) -> None:
    block = BlockId(1, bytes(32), 1_700_000_000)
    event = {
        "block_number": 1, "log_index": 0, "tx_hash": bytes(32), "contract": REGISTRY.credit_registry.address,
        "lot": LOT, "tranche": 0, "start": 0, "total": rooted.total, "leaf_count": rooted.leaf_count,
        "root": rooted.root, "anchor": sha256(rooted.root).digest(), "account": bytes(20), "prior": bytes(32),
    }  # fmt: skip
    with store.write() as session:
        append(session, [(1, *[bytes(32)] * 2, 1, *[bytes(32)] * 2)], {"Anchored": [LAYOUTS["Anchored"].row(event)]})
        write_progress(session, Progress(REGISTRY.chain_id, REGISTRY.genesis_hash, bytes(32), block, block, block))


def _parts(size: int) -> Iterator[Part]:
    for first in range(0, size, PART):
        texts = [_document(index) for index in range(first, min(first + PART, size))]
        documents = {sha256(text.encode()).digest(): text for text in texts}
        yield Part(b"".join([pack_entry(certificate, 1) for certificate in documents]), documents)


def _document(index: int) -> str:
    """The document of certificate `index`: one text, with another salt, digest and claim id each time."""
    random_hex = sha256(index.to_bytes(8, "big")).hexdigest()
    text = _TEXT.replace(_SALT.hex(), random_hex[:32]).replace(_DIGEST.hex(), random_hex)
    return text.replace(_CLAIM, f"ride-2026-{index:08d}")


_TEXT = canonical_bytes(
    Certificate(
        REGISTRY.chain_id, REGISTRY.credit_registry.address, LOT, Issuer("Metro", bytes(20)), _CLAIM, 1,
        Digest(_DIGEST), "Metro ride, 10 km", "2026-11-22T08:00:00Z", _SALT,
        Activity("metro", "10", "km", 432, "cpcd-metro-cn@1"), Price("CNY", 2, 2, 0, 0),
    ).to_value()
).decode()  # fmt: skip
