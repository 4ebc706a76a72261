"""The visitor's own machine beside the server: its verdict from what the page carries, and the page to take home."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from registry.proofs.canonical import canonical_bytes
from registry.proofs.compact import to_text
from tests.web.scenario import World
from verifier_api.handed_out import OFFLINE_PAGE, STATIC, carried
from verifier_api.versions import versioned

HTML = {"accept": "text/html"}
NODE = "http://node.example/"
TITLES = {"en": "Checked by your own machine", "zh": "由您自己的机器核验"}
START = {"en": "Check on this machine", "zh": "在本机核验"}


@pytest.fixture(params=[1280, 390])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport={"width": request.param, "height": 900}, locale="en")
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda made: asked.append(made.url))
    yield page
    context.close()
    assert said == []
    assert all(url.startswith((address, NODE, "blob:")) for url in asked)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def bundle_file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_machines_verdict_stands_beside_the_servers(page: Page, world: World, shots: Path, language: str) -> None:
    page.goto(f"/certificates/{world.hash_of(world.retired)}?lang={language}")
    assert page.locator("h1").is_visible()
    assert page.locator("#machine").inner_text() == TITLES[language]
    assert page.evaluate("performance.getEntriesByType('resource').every(r => !r.name.includes('verify.js'))")
    page.get_by_role("button", name=START[language]).click()
    page.wait_for_selector("[data-verify] [data-verdict]")
    own = page.locator("[data-verify] article")
    assert own.get_attribute("data-verdict") == "unavailable", "nothing was read from the chain"
    assert own.locator("[data-check='1 passed']").count() == own.locator("[data-check='2 passed']").count() == 1
    assert page.locator("article.verdict h1").is_visible(), "the server's verdict is still there"
    assert fits(page)
    page.screenshot(path=shots / f"machine-{language}-{page.viewport_size['width']}.png", full_page=True)  # type: ignore[index]


def test_a_forged_file_is_invalid_on_the_visitors_machine_too(page: Page, world: World, tmp_path: Path) -> None:
    forged = replace(world.retired, leaf=replace(world.retired.leaf, grams=world.retired.leaf.grams * 2))
    page.goto("/?lang=en")
    page.get_by_label("Certificate file").first.set_input_files(bundle_file(tmp_path, "c.json", forged.to_json()))
    page.get_by_role("button", name="Check the file").click()
    assert page.locator("h1").inner_text() == "No: this certificate does not hold"
    page.get_by_role("button", name=START["en"]).click()
    page.wait_for_selector("[data-verify] [data-verdict=invalid]")
    assert "It comes to the same answer as the server." in page.locator("[data-verify]").inner_text()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_file_is_checked_on_the_first_page_without_being_sent(
    page: Page, world: World, tmp_path: Path, language: str
) -> None:
    good = bundle_file(tmp_path, "good.json", world.retired.to_json())
    sent: list[str] = []
    page.on("request", lambda made: sent.append(made.method))
    page.goto(f"/?lang={language}")
    page.get_by_role("button", name=START[language]).click()
    page.locator("[data-file=file]").set_input_files(good)
    page.locator("[data-verify] button[type=submit]").click()
    page.wait_for_selector("[data-verify] [data-verdict=unavailable]")
    assert set(sent) == {"GET"}
    assert fits(page)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_pdf_from_this_server_is_read_by_the_server_and_by_the_visitors_machine(
    page: Page, client: httpx.Client, world: World, tmp_path: Path, language: str
) -> None:
    made = client.get(f"/v1/certificates/{world.hash_of(world.retired)}/pdf?lang={language}").content
    pdf = bundle_file(tmp_path, "certificate.pdf", made)
    page.goto(f"/?lang={language}")
    page.get_by_role("button", name=START[language]).click()
    page.locator("[data-file=file]").set_input_files(pdf)
    page.locator("[data-verify] button[type=submit]").click()
    page.wait_for_selector("[data-verify] [data-check='1 passed']")
    page.locator("#file").set_input_files(pdf)
    page.locator("form[method=post] button").click()
    page.wait_for_url("**/verify*")
    assert page.locator("article.tone-good h1").is_visible()
    assert fits(page)


def test_the_script_is_light_on_the_way(client: httpx.Client) -> None:
    for path in ("/static/verify.js", OFFLINE_PAGE):
        with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
            answer.read()
            assert answer.num_bytes_downloaded < 60_000
        plain = client.get(path, headers={"accept-encoding": "identity"})
        assert plain.content == answer.content


def test_an_address_that_carries_a_certificate_is_checked_at_once(page: Page, world: World) -> None:
    page.goto("/verify" + to_text(world.retired))
    page.wait_for_selector("[data-verify] [data-verdict=unavailable]")


def test_the_script_may_ask_the_nodes_that_the_visitor_names(page: Page, world: World) -> None:
    asked: list[str] = []

    def answer(route: object, made: object) -> None:
        asked.append(made.url)  # type: ignore[attr-defined]
        headers = {"access-control-allow-origin": "*", "access-control-allow-headers": "*"}
        route.fulfill(status=200, headers=headers, json={"jsonrpc": "2.0", "id": 1, "result": "0x7"})  # type: ignore[attr-defined]

    page.route(NODE + "**", answer)
    page.goto(f"/certificates/{world.hash_of(world.retired)}?lang=en")
    page.get_by_role("button", name=START["en"]).click()
    page.wait_for_selector("[data-verify] [data-verdict]")
    page.locator("[data-verify] summary", has_text="nodes of your choice").click()
    page.fill("#nodes", NODE)
    page.locator("[data-verify] button[type=submit]").click()
    page.wait_for_selector("[data-verify] [role=alert]")
    assert asked, "the page's policy lets the question through"


def test_without_javascript_the_offline_page_and_its_hash_are_there(
    browser: Browser, address: str, world: World, client: httpx.Client
) -> None:
    page = browser.new_page(base_url=address, java_script_enabled=False, locale="en")
    for path in ("/", f"/certificates/{world.hash_of(world.retired)}"):
        page.goto(path)
        assert not page.get_by_role("button", name=START["en"]).is_visible()
        assert page.locator("section.machine a").get_attribute("href") == versioned(OFFLINE_PAGE)
        shown = page.locator("section.machine dd").first.inner_text().split()[0]
        pinned = page.locator("section.machine dd").last.inner_text().split()[0]
        assert pinned == hashlib.sha256(client.get("/v1/registry").content).hexdigest()
        assert shown == hashlib.sha256(client.get(OFFLINE_PAGE).content).hexdigest()
        assert f"{shown}  verify.html" in (STATIC / "offline" / "SHA256SUMS").read_text()
    page.close()


def test_the_offline_page_is_saved_not_shown(client: httpx.Client) -> None:
    answer = client.get(OFFLINE_PAGE)
    assert (answer.status_code, answer.headers["content-disposition"]) == (200, "attachment")


def test_only_pages_with_the_check_may_ask_other_hosts(client: httpx.Client, world: World) -> None:
    def policy(path: str) -> str:
        return client.get(path, headers=HTML).headers["content-security-policy"]

    for path in ("/", f"/certificates/{world.hash_of(world.retired)}"):
        assert "script-src 'self';" in policy(path)
        assert "connect-src https: http:" in policy(path)
    for path in ("/status", "/batches", "/nothing", "/v1/registry", "/static/verify.js"):
        assert "connect-src" not in policy(path)


def test_nothing_that_a_certificate_says_can_end_the_element_that_carries_it() -> None:
    evil = {"purpose": "</script><script>alert(1)</script><!--"}
    text = carried(canonical_bytes(evil))
    assert "<" not in text
    assert json.loads(text) == evil
