"""Who may keep what: each route's answer by a table, and only an address that names its content is immutable."""

import httpx
import pytest

from registry.proofs.tiles import tile_name
from tests.web.scenario import World
from verifier_api.handed_out import OFFLINE_PAGE
from verifier_api.versions import FOR_EVER, versioned

REVALIDATED = ("no-cache", True)
FOR_A_MINUTE = ("public, max-age=60, must-revalidate", True)
KEPT_BY_NOBODY = ("no-store", False)
TABLE = {
    "/v1/status": REVALIDATED,
    "/v1/registry": REVALIDATED,
    "/v1/audit": REVALIDATED,
    "/v1/audit/checkpoints": REVALIDATED,
    "/v1/audit/checkpoint": KEPT_BY_NOBODY,
    "/v1/audit/key": KEPT_BY_NOBODY,
    "/v1/lots": REVALIDATED,
    "/v1/lots?format=csv": REVALIDATED,
    "/v1/lots/4294967296": REVALIDATED,
    "/v1/lots/1": KEPT_BY_NOBODY,
    "/v1/certificates/{retired}": REVALIDATED,
    "/v1/certificates/{retired}/bundle": REVALIDATED,
    "/v1/certificates/{retired}/pdf": REVALIDATED,
    "/v1/certificates/{retired}/card": REVALIDATED,
    "/v1/tranches/{lot}/{tranche}": REVALIDATED,
    "/v1/tranches/{lot}/{tranche}/tiles/{name}": (FOR_EVER, True),
    "/v1/tranches/{lot}/{tranche}/{index}/bundle": REVALIDATED,
    "/certificates/{retired}": REVALIDATED,
    "/certificates/{retired}/badge": FOR_A_MINUTE,
    "/": REVALIDATED,
    "/status": REVALIDATED,
    "/audit": REVALIDATED,
    "/docs": REVALIDATED,
    "/lots": REVALIDATED,
    "/nothing": KEPT_BY_NOBODY,
    "/verify?q=": ("no-cache", False),
    "/openapi.json": ("no-cache", False),
    "/healthz": KEPT_BY_NOBODY,
    "/readyz": KEPT_BY_NOBODY,
    "/static/style.css": REVALIDATED,
    "/static/style.css?v=0123456789abcdef": REVALIDATED,
    "/static/nothing.css?v=0123456789abcdef": KEPT_BY_NOBODY,
    versioned("/static/style.css"): (FOR_EVER, True),
    versioned("/static/verify.js"): (FOR_EVER, True),
    OFFLINE_PAGE: REVALIDATED,
    versioned(OFFLINE_PAGE): (FOR_EVER, True),
}


@pytest.mark.parametrize("path", TABLE)
def test_an_answer_says_who_may_keep_it(client: httpx.Client, world: World, path: str) -> None:
    cache, has_tag = TABLE[path]
    bundle = world.retired
    place = {"lot": bundle.anchor.lot, "tranche": bundle.anchor.tranche, "index": bundle.leaf.index}
    tile = tile_name(0, 0, bundle.tranche.leaf_count)
    address = path.format(retired=world.hash_of(bundle), name=tile, **place)
    answer = client.get(address)
    assert (answer.headers["cache-control"], "etag" in answer.headers) == (cache, has_tag)
    if has_tag:
        again = client.get(address, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content, again.headers["cache-control"]) == (304, b"", cache)


def test_every_route_stands_in_the_table(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()["paths"]
    asked = {path.partition("?")[0].replace("{retired}", "{key}").replace("4294967296", "{key}") for path in TABLE}
    reads = {path for path, methods in described.items() if "get" in methods}
    lists = {f"/v1/{noun}" for noun in ("batches", "projects", "retirements", "accounts")}
    alike = lists | {f"{path}/{{key}}" for path in lists} | {"/v1/credits/{serial}"}
    assert reads - alike <= asked


def test_what_was_sent_is_kept_by_nobody(client: httpx.Client, world: World) -> None:
    for path in ("/v1/verify", "/verify"):
        answer = client.post(path, content=world.retired.to_json())
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert "etag" not in answer.headers


def test_pages_link_static_files_by_their_content(client: httpx.Client) -> None:
    page = client.get("/", headers={"accept": "text/html"}).text
    for address in ("/static/style.css", "/static/icon.svg", "/static/app.js", "/static/verify.js", OFFLINE_PAGE):
        assert f'"{versioned(address)}"' in page
        assert f'"{address}"' not in page
