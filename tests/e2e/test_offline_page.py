"""The offline page against a real chain: a node's report, the same by storage proof, and nodes that cannot be used."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from .conftest import Demo, offsetproof

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "verifier_api/static/offline/verify.html").as_uri()


@pytest.fixture
def page(browser: Browser, demo: Demo) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(PAGE)
    page.set_input_files("[data-file=registry]", demo.registry_path)
    yield page
    page.close()


def check(page: Page, bundle: Path, nodes: str = "", trusted: str = "") -> None:
    page.set_input_files("[data-file=file]", bundle)
    page.fill("#nodes", nodes)
    page.fill("#trusted", trusted)
    page.evaluate("document.querySelector('.answer').replaceChildren()")
    page.click("button[type=submit]")
    page.wait_for_selector("[data-verdict], [role=alert]")


def shown(page: Page) -> tuple[str | None, str | None]:
    return page.get_attribute("[data-verdict]", "data-verdict"), page.get_attribute(".level", "data-level")


def final_block(demo: Demo) -> dict[str, Any]:
    found: dict[str, Any] = demo.rpc.request("eth_getBlockByNumber", ["finalized", False])
    return found


def test_a_node_makes_every_certificate_what_the_command_line_says_of_it(page: Page, demo: Demo) -> None:
    for bundle in demo.bundles:
        said = offsetproof("verify", bundle, "--registry", demo.registry_path, "--rpc", demo.url, "--json").json
        check(page, bundle, nodes=demo.url)
        assert shown(page) == (said["verdict"], str(said["level"]))
        told = [page.locator("[data-check]").nth(i).get_attribute("data-check") for i in range(10)]
        assert told == [f"{one['n']} {one['status']}" for one in said["checks"]]
        reasons = page.locator(".checks details p").all_text_contents()
        assert reasons == [one["reason"] for one in said["checks"]]


def test_storage_proofs_from_the_node_under_a_trusted_hash_are_level_3(page: Page, demo: Demo) -> None:
    block = final_block(demo)
    check(page, demo.bundles[0], nodes=demo.url, trusted=f"{int(block['number'], 16)}:{block['hash']}")
    assert shown(page)[1] == "3"


def test_a_hash_that_the_node_does_not_know_raises_nothing(page: Page, demo: Demo) -> None:
    check(page, demo.bundles[0], nodes=demo.url, trusted="0x" + "ab" * 32)
    assert shown(page)[1] == "1"


def test_a_node_that_does_not_answer_says_nothing_of_the_certificate(page: Page, demo: Demo) -> None:
    check(page, demo.bundles[0], nodes="http://127.0.0.1:9")
    assert shown(page) == ("unavailable", "0")


def test_a_registry_file_of_another_chain_is_a_contradiction(page: Page, demo: Demo, tmp_path: Path) -> None:
    pinned = json.loads(demo.registry_path.read_text())
    other = tmp_path / "registry.json"
    other.write_text(json.dumps(pinned | {"genesisHash": "0x" + "01" * 32}))
    page.set_input_files("[data-file=registry]", other)
    check(page, demo.bundles[0], nodes=demo.url)
    assert "genesis" in page.inner_text("[role=alert]")


def test_a_forged_file_is_not_even_asked_about(page: Page, demo: Demo, tmp_path: Path) -> None:
    value = json.loads(demo.bundles[0].read_text())
    value["leaf"]["grams"] += 1
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(value, ensure_ascii=False))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    check(page, forged, nodes=demo.url)
    assert shown(page)[0] == "invalid"
    assert asked == []
