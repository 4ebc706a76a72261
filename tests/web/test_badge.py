"""The badge on a platform's page: it says what the certificate's page says, names nobody, and is not kept for long."""

import re
from collections.abc import Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from playwright.sync_api import Browser, Page

from registry.domain.errors import Contradiction, Unavailable
from registry.domain.hexes import hex0x
from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api import badge
from verifier_api.app import create_app
from verifier_api.badge import SIZE
from verifier_api.settings import Settings

HTML = {"accept": "text/html"}
SAID = {
    "retired": ("Cancelled · 1.000 t CO₂e", "已注销 · 1.000 t CO₂e"),
    "compromised": ("In trouble · 1.000 t CO₂e", "碳信用有问题 · 1.000 t CO₂e"),
    "unconfirmed": ("Not settled yet · 433 g CO₂e", "尚未确定 · 433 g CO₂e"),
    "fresh": ("Not settled yet · 438 g CO₂e", "尚未确定 · 438 g CO₂e"),
    "hidden": ("Could not check · 435 g CO₂e", "暂时无法核验 · 435 g CO₂e"),
    "unpublished": ("Not known", "查无此证"),
}


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace("\u00a0", " ")


def path_of(world: World, name: str) -> str:
    return f"/certificates/{world.hash_of(getattr(world, name))}"


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_badge_says_what_the_page_says(client: httpx.Client, world: World, name: str, language: str) -> None:
    path = path_of(world, name)
    answer = client.get(f"{path}/badge?lang={language}", headers=HTML)
    assert SAID[name][language == "zh"] in words(answer.text)
    assert answer.status_code == client.get(f"/v1{path}").status_code
    assert f'href="{path}?lang={language}"' in answer.text
    kept = "public, max-age=60, must-revalidate" if answer.status_code == 200 else "no-store"
    assert answer.headers["cache-control"] == kept


def test_the_badge_may_be_framed_and_nothing_else(client: httpx.Client, world: World) -> None:
    path = path_of(world, "retired")
    allowed = client.get(f"{path}/badge", headers=HTML).headers["content-security-policy"]
    assert "frame-ancestors *" in allowed
    assert "script-src 'none'" in allowed
    assert "form-action 'none'" in allowed
    for other in (path, "/", f"/v1{path}", f"/v1{path}/card", "/nothing", "/static/style.css"):
        assert "frame-ancestors 'none'" in client.get(other, headers=HTML).headers["content-security-policy"]


def test_a_badge_names_no_person_runs_nothing_and_asks_nobody(client: httpx.Client, world: World) -> None:
    for name in SAID:
        html = client.get(f"{path_of(world, name)}/badge?lang=zh", headers=HTML).text
        assert not re.search(r"<(script|form|input|button|img|iframe)|\son\w+=|style=|https?://", html)
        assert "乘客" not in html
        assert "stellarcarbon" not in html
        assert "演示" in html, "a demo is called one"


@pytest.mark.parametrize(
    ("key", "status", "said"),
    [
        ("0x" + "00" * 32, 404, "Not known"),
        ("7K3M-P2QX-9W4T-0", 400, "cannot be read"),
        ("x" * 300, 400, "cannot be read"),
        ("%3Cb%3E", 400, "cannot be read"),
    ],
)
def test_what_is_no_certificate_has_a_badge_that_says_so(
    client: httpx.Client, key: str, status: int, said: str
) -> None:
    answer = client.get(f"/certificates/{key}/badge?lang=en", headers=HTML)
    assert (answer.status_code, answer.headers["cache-control"]) == (status, "no-store")
    assert said in words(answer.text)
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "<b>" not in answer.text


@pytest.mark.parametrize("error", [Unavailable("the database is away"), Contradiction("the rows are damaged")])
def test_an_outage_is_said_in_the_badge_and_kept_by_nobody(
    client: httpx.Client, world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(badge, "judge_sought", fails)
    answer = client.get(f"{path_of(world, 'retired')}/badge?lang=en", headers=HTML)
    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
    assert "Could not check" in words(answer.text)


@pytest.fixture
def codes(client: httpx.Client, world: World) -> dict[str, list[str]]:
    """The embed codes on the pages of a certificate, by language."""
    found = {}
    for language in ("en", "zh"):
        page = client.get(f"{path_of(world, 'retired')}?lang={language}", headers=HTML).text
        section = page.split('id="platforms"')[1].split("</section>")[0]
        found[language] = [unescape(code) for code in re.findall(r"<code>(.*?)</code>", section, re.S)]
    return found


def test_the_page_gives_platforms_a_link_and_a_frame(
    client: httpx.Client, world: World, codes: dict[str, list[str]]
) -> None:
    here = f"{client.base_url}".rstrip("/") + path_of(world, "retired")
    number = client.get(f"/v1{path_of(world, 'retired')}").json()["number"]
    for language, (link, frame) in codes.items():
        assert f'<a href="{here}?lang={language}"' in link
        assert number in link
        assert f'<iframe src="{here}/badge?lang={language}"' in frame
        assert "<script" not in link + frame
        assert "Cancelled" not in link, "words on somebody else's page must stay true"


def test_only_what_is_listed_here_has_codes(client: httpx.Client, world: World) -> None:
    for name in ("compromised", "fresh", "hidden"):
        assert 'id="platforms"' in client.get(path_of(world, name), headers=HTML).text
    assert 'id="platforms"' not in client.get(path_of(world, "unpublished"), headers=HTML).text
    sent = client.post("/verify", files={"file": ("c.json", world.retired.to_json(), "application/json")}, headers=HTML)
    assert 'id="platforms"' not in sent.text


def test_the_codes_have_the_settings_address(world: World) -> None:
    app = create_app(Settings(public_url="https://verifier.example/"), registry=world.registry, store=world.store)
    with ask(app) as client:
        page = unescape(client.get(path_of(world, "retired"), headers=HTML).text)
    assert f'src="https://verifier.example{path_of(world, "retired")}/badge?lang=en"' in page


@pytest.fixture
def platform(browser: Browser, codes: dict[str, list[str]]) -> Iterator[Page]:
    """A page of somebody else's that shows both badges, and tries to frame the verifier's page as well."""
    whole = codes["en"][1].replace("/badge", "")
    html = f"<!doctype html><p>Thank you for your ride.</p>{codes['en'][0]}{codes['en'][1]}{codes['zh'][1]}{whole}"

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page(locale="en")
        page.goto(f"http://127.0.0.1:{server.server_port}/", wait_until="networkidle")
        yield page
        page.close()
        server.shutdown()


def test_a_browser_shows_the_badge_whole_on_another_site_and_no_other_page(
    platform: Page, address: str, world: World
) -> None:
    shown = [frame for frame in platform.frames if frame.url.startswith(address) and "/badge" in frame.url]
    assert len(shown) == 2
    for frame, said in zip(shown, ("Cancelled · 1.000 t CO₂e", "已注销 · 1.000 t CO₂e"), strict=True):
        text = frame.locator("strong").inner_text().replace("\u00a0", " ")
        assert text.strip() == said
        wide, high = frame.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert (wide, high) == SIZE, "nothing to scroll"
        assert frame.evaluate("getComputedStyle(document.querySelector('a')).borderLeftWidth") == "6px"
    others = [frame.url for frame in platform.frames[1:] if frame not in shown]
    assert [url.startswith("chrome-error:") for url in others] == [True]
    with platform.expect_popup() as opened:
        shown[0].locator("a").click()
    assert opened.value.url == f"{address}{path_of(world, 'retired')}?lang=en"
    assert hex0x(world.retired.certificate_hash) in opened.value.content()
    opened.value.close()
