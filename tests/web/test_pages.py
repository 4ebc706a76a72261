"""The pages as HTML: the heading answers, both languages, errors for people, language kept in links."""

import re

import httpx
import pytest

from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.settings import Settings

HTML = {"accept": "text/html"}
HEADINGS = {
    "retired": ("Yes, cancelled: {mass} CO₂e", "是，已注销：{mass} CO₂e"),
    "compromised": (
        "called into question after they were cancelled: {mass} CO₂e",
        "在注销之后被暂停或作废：{mass} CO₂e",
    ),
    "unconfirmed": ("Not settled yet: {mass} CO₂e", "尚未确定：{mass} CO₂e"),
    "fresh": ("Not settled yet: {mass} CO₂e", "尚未确定：{mass} CO₂e"),
    "hidden": ("Anchored, but its document is not published: {mass} CO₂e", "已锚定，但文档未公布：{mass} CO₂e"),
    "unpublished": ("No such certificate is known here", "这里没有这份凭证"),
}
MASSES = {"retired": "1.000 t", "compromised": "1.000 t", "unconfirmed": "433 g", "fresh": "438 g", "hidden": "435 g"}


def heading(html: str) -> str:
    found = re.findall(r"<h1>(.*?)</h1>", html, re.S)
    assert len(found) == 1, "one heading answers"
    return str(found[0]).replace("\u00a0", " ")


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


@pytest.mark.parametrize("name", HEADINGS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_heading_of_a_certificate_answers(client: httpx.Client, world: World, name: str, language: str) -> None:
    page = client.get(f"/certificates/{world.hash_of(getattr(world, name))}?lang={language}", headers=HTML)
    expected = HEADINGS[name][language == "zh"].format(mass=MASSES.get(name, ""))
    assert expected in heading(page.text)
    assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}">' in page.text
    json_status = client.get(f"/v1/certificates/{world.hash_of(getattr(world, name))}").status_code
    assert page.status_code == json_status


def test_a_certificate_page_gives_every_promised_thing(client: httpx.Client, world: World) -> None:
    html = client.get(f"/certificates/{world.hash_of(world.retired)}?lang=en", headers=HTML).text
    page = text_of(html)
    verdict = client.get(f"/v1/certificates/{world.hash_of(world.retired)}").json()
    for promised in (
        verdict["number"],
        verdict["certificateHash"],
        f"VERRA-VCU {verdict['serials'][0]['first']}",
        "Level 1: reported",
        "Demo registrar",
        "Demo operator",
        "come from the same organisation",
        "Stated by the platform, not proven",
        "private: only a digest is in the document",
        f"offsetproof verify {verdict['certificateHash']}.json --registry registry.json --rpc URL",
        f"As of block {verdict['block']['number']}",
        "Demonstration on a test chain.",
        "As recorded by the source registry, attested by Demo registrar",
        "This hash stands in other places too: 1",
    ):
        assert promised in page, promised
    numbers = re.findall(r"<h3>(\d+) · ", html)
    assert numbers == [str(n) for n in range(1, 11)]


def test_what_a_document_states_is_text_never_markup(client: httpx.Client, world: World) -> None:
    page = client.get(f"/certificates/{world.hash_of(world.unconfirmed)}?lang=zh", headers=HTML).text
    assert "地铁出行 10 公里 &lt;b&gt;Metro&lt;/b&gt; ride" in page
    assert "<b>Metro" not in page
    assert "CNY\u00a00.02" in page


def test_an_uploaded_file_shows_what_it_discloses_and_nobody_keeps_it(client: httpx.Client, world: World) -> None:
    form = {"file": ("c.json", world.hidden.to_json(), "application/json")}
    page = client.post("/verify?lang=zh", files=form, headers=HTML)
    assert "乘客 4" in page.text
    assert page.headers["cache-control"] == "no-store"
    stored = client.get(f"/certificates/{world.hash_of(world.hidden)}", headers=HTML)
    assert "乘客 4" not in stored.text


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("{hash}", "/certificates/{hash}"),
        (" {number} ", "/certificates/{number}"),
        ("{bare}", "/certificates/{hash}"),
        ("VERRA-VCU:449402275", "/credits/VERRA-VCU%3A449402275"),
    ],
)
def test_the_one_field_leads_to_the_right_page(client: httpx.Client, world: World, typed: str, place: str) -> None:
    certificate_hash = world.hash_of(world.retired)
    number = client.get(f"/v1/certificates/{certificate_hash}").json()["number"]
    known = {"hash": certificate_hash, "bare": certificate_hash[2:], "number": number}
    answer = client.get("/verify", params={"q": typed.format(**known), "lang": "zh"}, headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"] == place.format(**known) + "?lang=zh"


@pytest.mark.parametrize(
    ("path", "status", "english", "chinese"),
    [
        ("/nothing", 404, "Nothing here by that name", "这里没有这个内容"),
        ("/lots/999", 404, "Nothing here by that name", "这里没有这个内容"),
        ("/lots/abc", 400, "This cannot be read", "无法读懂"),
        ("/verify?q=7K3M-P2QX-9W4T-0", 400, "This certificate number or hash has a typing error", "凭证编号或哈希有误"),
        (
            "/verify?q=hello",
            400,
            "This is no certificate number, hash or serial number",
            "这不是凭证编号、哈希或序列号",
        ),
        ("/credits/VERRA-VCU:1", 404, "No such credit was issued here", "这里没有签发过这个碳信用"),
    ],
)
def test_errors_are_pages_for_people_in_both_languages(
    client: httpx.Client, path: str, status: int, english: str, chinese: str
) -> None:
    for language, expected in (("en", english), ("zh-CN", chinese)):
        page = client.get(path, headers={**HTML, "accept-language": language})
        assert (page.status_code, heading(page.text)) == (status, expected)
        assert page.headers["content-type"].startswith("text/html")


def test_large_empty_and_foreign_files_have_pages_too(client: httpx.Client) -> None:
    for data, status, expected in (
        (b" " * 2_000_000, 413, "This file is too large"),
        (b"", 400, "No file was chosen"),
        (b"hello", 400, "This is not a certificate’s file"),
        (b"{}", 422, "This is not a certificate’s file"),
    ):
        page = client.post("/verify?lang=en", files={"file": ("c.json", data, "application/json")}, headers=HTML)
        assert (page.status_code, heading(page.text)) == (status, expected)


@pytest.mark.parametrize(
    "path",
    ["/", "/retirements", "/batches", "/projects", "/lots", "/accounts", "/projects/1", "/audit", "/status", "/docs"],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_has_one_heading_and_keeps_the_language(client: httpx.Client, path: str, language: str) -> None:
    page = client.get(f"{path}?lang={language}", headers=HTML)
    assert page.status_code == 200
    assert heading(page.text)
    for link in re.findall(r'href="(/[^"]*)"', page.text):
        if not link.startswith(("/static", "/v1", "/openapi.json")):
            assert "lang=" in link, link
    assert "http://" not in page.text.replace("http://www.w3.org", "")
    assert "https://" not in page.text


def test_without_a_choice_the_browser_decides_and_links_stay_clean(client: httpx.Client) -> None:
    page = client.get("/", headers={**HTML, "accept-language": "zh-CN"})
    assert page.headers["content-language"] == "zh-Hans"
    assert 'href="/batches"' in page.text


@pytest.mark.parametrize(
    ("serials", "english"),
    [
        ("VERRA-VCU:449402304", "This credit is retired and claimed"),
        ("VERRA-VCU:449402560", "This credit is live: nobody has retired it"),
        ("VERRA-VCU:449402301-449402316", "These credits are in different states"),
    ],
)
def test_the_heading_of_a_trace_answers(client: httpx.Client, serials: str, english: str) -> None:
    page = client.get(f"/credits/{serials}?lang=en", headers=HTML)
    assert heading(page.text) == english
    assert "VCS1360" in page.text


def test_with_a_node_the_audit_and_the_status_speak_of_the_chain(world: World) -> None:
    with ask(create_app(Settings(), registry=world.registry, store=world.store, node=world.node)) as client:
        assert client.get("/v1/status").json()["chainHeadFrom"] == "node"
        assert client.get("/v1/audit").json()["unproven"] == []
        number = client.get("/v1/status").json()["indexed"]["number"]
        page = client.get("/audit?lang=en", headers=HTML)
        assert heading(page.text) == f"The mirror leaves nothing out, as of block {number}"
        assert heading(client.get("/status?lang=zh", headers=HTML).text) == "镜像已与链同步"


def test_the_steps_that_stand_in_the_way_come_first(client: httpx.Client, world: World) -> None:
    for name, expected in (("fresh", ["4"]), ("unconfirmed", ["9"]), ("compromised", ["8"]), ("retired", [])):
        html = client.get(f"/certificates/{world.hash_of(getattr(world, name))}", headers=HTML).text
        assert re.findall(r"<strong>(\d+) · ", html) == expected
    html = client.get(f"/certificates/{world.hash_of(world.hidden)}", headers=HTML).text
    assert re.findall(r"<strong>(\d+) · ", html) == ["1", "3", "10", "9"]


def test_head_is_answered_as_get_without_the_body(client: httpx.Client) -> None:
    got, head = client.get("/v1/status"), client.head("/v1/status")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == got.headers["etag"]
