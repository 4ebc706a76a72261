"""The pages in a real Chromium: on a phone and a desk, in both languages, with and without JavaScript."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.web.scenario import World

DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
SIZES = {"desk": DESK, "phone": PHONE}
NAMES = ("retired", "compromised", "unconfirmed", "hidden", "unpublished")
PATHS = (
    "/",
    "/credits/VERRA-VCU:449402301-449402316",
    "/batches",
    "/retirements",
    "/projects/1",
    "/lots",
    "/accounts",
    "/audit",
    "/status",
    "/docs",
    "/nothing",
    "/verify?q=hello",
)


@pytest.fixture(params=["desk", "phone"])
def size(request: pytest.FixtureRequest) -> ViewportSize:
    return SIZES[request.param]


@pytest.fixture(params=["scripts", "no scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str, size: ViewportSize) -> Iterator[Page]:
    context = browser.new_context(
        base_url=address, viewport=size, java_script_enabled=request.param == "scripts", locale="en"
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda made: asked.append(made.url))
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    yield page
    context.close()
    assert all(url.startswith(address) for url in asked), "nothing is loaded from elsewhere"
    assert [text for text in said if "status of" not in text] == []


def require_good(page: Page) -> None:
    """One heading that one can see, everything readable without scrolling sideways."""
    assert page.locator("h1").count() == 1
    assert page.locator("h1").is_visible()
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, page.url
    assert page.locator("html").get_attribute("lang") in ("en", "zh-Hans")
    for label in page.locator("input:not([type=hidden])").all():
        assert page.locator(f"label[for={label.get_attribute('id')}]").count() == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_fits_and_has_its_heading(page: Page, world: World, language: str) -> None:
    certificates = [f"/certificates/{world.hash_of(getattr(world, name))}" for name in NAMES]
    account = "/accounts/0x" + world.registry.operator.account.hex()
    for path in (*PATHS, *certificates, account, f"/lots/{world.unconfirmed.anchor.lot}"):
        page.goto(path + ("&" if "?" in path else "?") + f"lang={language}")
        require_good(page)


def test_opened_details_fit_too(page: Page, world: World) -> None:
    page.goto(f"/lots/{world.unconfirmed.anchor.lot}")
    for summary in page.locator("summary").all():
        summary.click()
    require_good(page)


def test_a_number_is_looked_up_and_the_heading_answers(page: Page, world: World) -> None:
    page.goto("/?lang=zh")
    page.get_by_label("凭证编号、哈希或碳信用序列号").fill(world.hash_of(world.retired))
    page.get_by_role("button", name="查询").click()
    assert page.locator("h1").inner_text().replace("\u00a0", " ") == "是，已注销：1.000 t CO₂e"
    assert "lang=zh" in page.url
    page.get_by_role("link", name="English").click()
    assert page.locator("h1").inner_text().replace("\u00a0", " ") == "Yes, cancelled: 1.000 t CO₂e"
    page.get_by_role("link", name="Trace these credits").first.click()
    assert page.locator("h1").inner_text() == "This credit is retired and claimed"


def test_a_good_and_a_forged_file_are_told_apart(page: Page, world: World, tmp_path: Path) -> None:
    good, bad, other = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "other.json"
    good.write_bytes(world.retired.to_json())
    forged = replace(world.retired, leaf=replace(world.retired.leaf, grams=world.retired.leaf.grams * 2))
    bad.write_bytes(forged.to_json())
    other.write_text("hello")
    for path, expected in (
        (good, "Yes, cancelled: 1.000 t CO₂e"),
        (bad, "No: this certificate does not hold"),
        (other, "This is not a certificate’s file"),
    ):
        page.goto("/")
        page.get_by_label("Certificate file").set_input_files(path)
        page.get_by_role("button", name="Check the file").click()
        assert page.locator("h1").inner_text().replace("\u00a0", " ") == expected
        require_good(page)


def test_a_file_can_be_dropped(browser: Browser, address: str, world: World) -> None:
    page = browser.new_page(base_url=address, locale="zh-CN")
    page.goto("/")
    data = page.evaluate_handle(
        """text => { const t = new DataTransfer();
        t.items.add(new File([text], "c.json", {type: "application/json"})); return t; }""",
        world.retired.to_json().decode(),
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": data})
    page.wait_for_url("**/verify*")
    assert page.locator("h1").inner_text().replace("\u00a0", " ") == "是，已注销：1.000 t CO₂e"
    page.close()


def test_a_large_file_is_noticed_before_it_is_sent(browser: Browser, address: str, tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    large.write_bytes(b" " * 2_000_000)
    page = browser.new_page(base_url=address, locale="en")
    page.goto("/")
    page.get_by_label("Certificate file").set_input_files(large)
    assert page.get_by_role("alert").is_visible()
    page.get_by_role("button", name="Check the file").click()
    assert page.url == f"{address}/"
    page.close()


GLYPHS = """family => ["注", "销", "凭", "\\u{10FFFD}"].map(text => {
    const canvas = document.createElement("canvas"); canvas.width = canvas.height = 64;
    const pen = canvas.getContext("2d"); pen.font = `48px ${family}`; pen.fillText(text, 4, 52);
    return Array.from(pen.getImageData(0, 0, 64, 64).data).join();
})"""


def test_chinese_is_drawn_with_glyphs_of_its_own(browser: Browser, address: str) -> None:
    page = browser.new_page(base_url=address)
    page.goto("/?lang=zh")
    for selector in ("h1", "p"):
        family = page.evaluate("s => getComputedStyle(document.querySelector(s)).fontFamily", selector)
        drawn = page.evaluate(GLYPHS, family)
        assert len(set(drawn)) == 4, "each character looks different, and none like a missing one"
    page.close()


def test_the_dark_scheme_is_dark_and_paper_has_no_navigation(browser: Browser, address: str, world: World) -> None:
    page = browser.new_page(base_url=address, color_scheme="dark")
    page.goto(f"/certificates/{world.hash_of(world.retired)}")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 23, 21)"
    page.emulate_media(media="print", color_scheme="light")
    assert not page.locator("nav").is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator(".checks li").count() == 10
    page.close()


def test_the_keyboard_reaches_the_content_first_and_focus_shows(browser: Browser, address: str) -> None:
    page = browser.new_page(base_url=address, locale="en")
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Skip to the content"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    page.keyboard.press("Enter")
    page.wait_for_url("**/#content")
    page.close()
