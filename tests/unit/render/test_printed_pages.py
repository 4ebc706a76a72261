"""What people hold says what was verified, keeps statements apart, promises no more, and carries its bundle."""

import io
import json
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pypdf
import pytest
from example_certificate import BUNDLE, CERTIFICATE, DISCLOSURE, REGISTRY, bundle_of, chain_for, document, judge
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidInput
from registry.proofs.bundle import Bundle, parse_bundle
from registry.proofs.evidence import Evidence
from registry.proofs.verdict import EXIT_CODES, RETIRED, SerialsNamed, Verdict
from registry.render.addresses import VerifierAddress, whole_code
from registry.render.badge import render_badge
from registry.render.card import render_card
from registry.render.pdf import render_pdf
from registry.render.pdf_attachment import ATTACHMENT, attached_bundle
from registry.render.png import read_png
from registry.render.qr_read import qr_contents
from registry.render.sheet import sheet_of
from registry.render.typesetter import MISSING, Typesetter, font_folders

ADDRESS = VerifierAddress("https://verifier.example")
LANGUAGES = ("zh", "en")


def pages(pdf: bytes) -> str:
    """The text of all pages, as an independent reader extracts it, without line ends."""
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"\s+", "", text)


def retired(**changes: Any) -> tuple[Verdict, Bundle]:
    bundle = bundle_of(document(replace(CERTIFICATE, **changes)))
    verdict = judge(bundle, chain_for(bundle))
    assert verdict.verdict == RETIRED
    return verdict, bundle


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pdf_carries_exactly_its_bundle(typesetter: Typesetter, language: str) -> None:
    pdf = render_pdf(judge(), BUNDLE, ADDRESS, language, typesetter)
    assert attached_bundle(pdf) == BUNDLE.to_json()
    reader = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    assert dict(reader.attachments) == {ATTACHMENT: [BUNDLE.to_json()]}
    assert reader.xmp_metadata is not None
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in pdf.decode("latin-1")
    assert len(pdf) < 200_000


def test_every_font_of_a_pdf_is_embedded(typesetter: Typesetter) -> None:
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(judge(), BUNDLE, ADDRESS, "zh", typesetter)))
    fonts = {
        str(font.get_object()["/BaseFont"]): font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert fonts
    assert all("/FontFile2" in d.get_object() or "/FontFile3" in d.get_object() for d in fonts.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_values_give_the_same_bytes_in_another_process_too(typesetter: Typesetter, language: str) -> None:
    fresh = Typesetter(font_folders(None))
    for render in (render_pdf, render_card):
        first = render(judge(), BUNDLE, ADDRESS, language, typesetter)
        assert render(judge(), BUNDLE, ADDRESS, language, fresh) == first


def test_a_pdf_is_dated_by_its_document_and_not_by_a_clock(typesetter: Typesetter) -> None:
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(judge(), BUNDLE, ADDRESS, "en", typesetter)))
    assert reader.metadata is not None
    assert str(reader.metadata.creation_date).startswith("2026-11-22 08:00:00")
    assert set(reader.metadata) <= {"/Title", "/Subject", "/Creator", "/CreationDate", "/ModDate"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_bound_facts_stand_before_and_apart_from_what_is_only_stated(typesetter: Typesetter, language: str) -> None:
    text = pages(render_pdf(judge(), BUNDLE, ADDRESS, language, typesetter))
    sheet = sheet_of(judge(), BUNDLE, ADDRESS, language)
    bound, stated, check = (
        text.index(re.sub(r"\s", "", sheet.words(f"{part}.title"))) for part in ("bound", "stated", "check")
    )
    assert bound < stated < check
    for fact in (
        "12884901898",
        sheet.number,
        BUNDLE.certificate_hash.hex(),
        "aa" * 20,
        "VCS-421012",
        "Exampleregistry",
    ):
        assert bound < text.index(fact, bound) < stated, fact
    for statement in ("ZhangSan张三", "Metroride,10km", "0.02CNY", "2026-11-22T08:00:00Z", "ride-2026-000001"):
        assert stated < text.index(statement) < check, statement
        assert statement not in text[:stated]
    assert text.index(ADDRESS.certificate(sheet.number)) > check


@pytest.mark.parametrize("verdict", sorted(set(EXIT_CODES) - {RETIRED}))
def test_only_retired_certificates_become_pages(typesetter: Typesetter, verdict: str) -> None:
    other = replace(judge(), verdict=verdict)
    for render in (render_pdf, render_card):
        with pytest.raises(InvalidInput, match="only a certificate of retired credits"):
            render(other, BUNDLE, ADDRESS, "en", typesetter)
    with pytest.raises(InvalidInput, match="only a certificate of retired credits"):
        render_badge(other, BUNDLE, ADDRESS, "en")


def test_the_verdict_of_another_certificate_is_refused() -> None:
    _, other = retired(purpose="Flight")
    with pytest.raises(InvalidInput, match="another certificate"):
        sheet_of(judge(), other, ADDRESS, "en")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InvalidInput, match="language"):
        sheet_of(judge(), BUNDLE, ADDRESS, "../en")


def test_no_word_promises_neutrality() -> None:
    for language in LANGUAGES:
        text = (files("registry.render") / "messages" / f"{language}.json").read_text("utf-8").lower()
        assert not re.search("neutral|zero|climate.positive|net.zero|中和|零碳|零排放", text)
    assert (
        "offset by cancelled credits"
        in json.loads((files("registry.render") / "messages" / "en.json").read_text("utf-8"))["statement"]
    )


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    zh, en = (
        json.loads((files("registry.render") / "messages" / f"{language}.json").read_text("utf-8"))
        for language in LANGUAGES
    )
    assert list(zh) == list(en)
    for key in zh:
        assert set(re.findall(r"\{(\w+)\}", zh[key])) == set(re.findall(r"\{(\w+)\}", en[key])), key


def memos() -> list[str]:
    lines = (files("registry.data") / "stellarcarbon" / "sinking_txs.ndjson").read_text("utf-8").splitlines()
    return sorted({record[-2] for record in map(json.loads, lines) if record[-2]})


def test_the_memos_of_real_claims_are_set_as_they_are(typesetter: Typesetter) -> None:
    found = memos()
    assert any("🌎" in memo for memo in found)
    for memo in found:
        assert typesetter.legible(memo) == memo
    verdict, bundle = retired(purpose=" / ".join(found)[:500], beneficiary="欧阳娜娜·阿卜杜勒 👩‍👩‍👧 🇨🇳 👍🏽 ❤️ 1️⃣")
    for language in LANGUAGES:
        sheet = sheet_of(verdict, bundle, ADDRESS, language)
        text = pages(render_pdf(verdict, bundle, ADDRESS, language, typesetter))
        assert "欧阳娜娜·阿卜杜勒" in text
        assert re.sub(r"\s", "", sheet.words("missing"))[1:] not in text


@pytest.mark.parametrize("text", ["العربية", "\ue000\U000f0000", "\u0378", "\ufffe", "한글", "ⲁ\u0301", "𝓗𝓪𝓷𝓪"])
def test_a_missing_glyph_becomes_a_box_and_the_page_says_so(typesetter: Typesetter, text: str) -> None:
    shown = typesetter.legible(text)
    assert MISSING in shown
    assert len(shown) == len(text)
    verdict, bundle = retired(beneficiary=text, purpose=text * (500 // len(text)))
    pdf = render_pdf(verdict, bundle, ADDRESS, "en", typesetter)
    assert "standsforacharacterthatthefontsofthispagelack" in pages(pdf)
    assert parse_purpose(pdf) == text * (500 // len(text))


def parse_purpose(pdf: bytes) -> str:
    purpose = json.loads(json.loads(attached_bundle(pdf))["document"])["purpose"]
    assert isinstance(purpose, str)
    return purpose


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_any_text_can_be_set(text: str) -> None:
    try:
        verdict, bundle = retired(purpose=text)
    except InvalidInput:
        return
    assert render_pdf(verdict, bundle, ADDRESS, "zh", SHARED)


SHARED = Typesetter(font_folders(None))


def test_text_is_never_read_as_markup(typesetter: Typesetter) -> None:
    purpose = '#panic("x") $a$ *b* _c_ `d` <e> @f // g \\ #sys.inputs {page} {number} [h] "i'
    verdict, bundle = retired(purpose=purpose, beneficiary="{pages} %s {0}")
    text = pages(render_pdf(verdict, bundle, ADDRESS, "en", typesetter))
    assert re.sub(r"\s", "", purpose) in text
    assert "{pages}%s{0}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_purpose_and_twelve_ranges_of_serials_are_all_there(typesetter: Typesetter, language: str) -> None:
    purpose = "".join(f"第{n}次商务出行所产生的温室气体排放，" for n in range(100))[:500]
    verdict, bundle = retired(purpose=purpose, claim_id="ride-" + "2026" * 30)
    series = "VCS-VCU-042-MER-PE-14-1360-2013"
    ranges = tuple(SerialsNamed(series, 449_402_275 + 1_000 * n, 449_402_280 + 1_000 * n) for n in range(12))
    pdf = render_pdf(replace(verdict, serials=ranges), bundle, ADDRESS, language, typesetter)
    text = pages(pdf)
    assert purpose in text
    assert "ride-" + "2026" * 30 in text.replace("\u200b", "")
    assert all(f"{named.first}" in text and f"{named.last}" in text for named in ranges)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) <= 2


def test_a_demonstration_says_so_on_everything(typesetter: Typesetter) -> None:
    verdict = replace(judge(), registry=replace(REGISTRY, demo=True))
    words = sheet_of(verdict, BUNDLE, ADDRESS, "en").words("demo")
    assert re.sub(r"\s", "", words) in pages(render_pdf(verdict, BUNDLE, ADDRESS, "en", typesetter))
    assert words in render_badge(verdict, BUNDLE, ADDRESS, "en")
    card = render_card(verdict, BUNDLE, ADDRESS, "en", typesetter)
    assert card != render_card(judge(), BUNDLE, ADDRESS, "en", typesetter)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_shows_the_code_of_the_short_address(typesetter: Typesetter, language: str) -> None:
    card = render_card(judge(), BUNDLE, ADDRESS, language, typesetter)
    grey = read_png(card)
    assert (grey.width, grey.height) == (1200, 630)
    assert qr_contents(card) == [ADDRESS.certificate(judge().number or "").encode()]


def test_card_and_badge_name_no_person_even_when_the_file_does(typesetter: Typesetter) -> None:
    closed = replace(BUNDLE, disclosures=())
    assert BUNDLE.disclosures == (DISCLOSURE,)
    for language in LANGUAGES:
        args = (ADDRESS, language)
        assert render_card(judge(), BUNDLE, *args, typesetter) == render_card(judge(), closed, *args, typesetter)
        badge = render_badge(judge(), BUNDLE, *args)
        assert badge == render_badge(judge(), closed, *args)
        assert "Zhang" not in badge


def test_a_badge_is_one_link_without_script() -> None:
    badge = render_badge(judge(), BUNDLE, ADDRESS, "en")
    assert badge.count("<a ") == badge.count("</a>") == 1
    assert f'href="{ADDRESS.certificate(judge().number or "")}"' in badge
    assert set(re.findall(r"<(\w+)", badge)) == {"a", "strong", "br"}
    assert "432 g CO₂e, offset by cancelled credits" in badge


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://a.example/?q",
        "https://a.example/#x",
        "https://u:p@a.example",
        "ftp://a.example",
        'https://a.example/"><script>',
        "https://a.example/ b",
        "https://例.example",
        "https://" + "a" * 120,
        "",
    ],
)
def test_an_odd_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="address"):
        VerifierAddress(url)


def test_chain_evidence_travels_in_the_pdf_and_not_in_the_code(typesetter: Typesetter) -> None:
    headers = json.loads((Path(__file__).parents[2] / "vectors" / "header.json").read_text())["good"]
    proven = replace(BUNDLE, evidence=(Evidence(bytes.fromhex(headers[0]["rlp"][2:]), (b"node",)),))
    assert whole_code(proven, ADDRESS) == whole_code(BUNDLE, ADDRESS)
    pdf = render_pdf(judge(proven), proven, ADDRESS, "zh", typesetter)
    assert parse_bundle(attached_bundle(pdf)) == proven


def test_the_whole_code_falls_back_to_bytes_and_then_to_nothing() -> None:
    assert str(whole_code(BUNDLE, ADDRESS)).startswith("https://verifier.example/verify#bundle=")
    middle = bundle_of(document(replace(CERTIFICATE, purpose="x" * 500, beneficiary="y" * 500)))
    assert isinstance(whole_code(middle, ADDRESS), bytes)
    large = bundle_of(document(replace(CERTIFICATE, purpose="文" * 500, beneficiary="文" * 500)))
    assert whole_code(large, ADDRESS) is None
