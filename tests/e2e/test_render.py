"""A certificate of the demo becomes a PDF, codes, a card and a badge; each goes back through `verify`."""

import json
from pathlib import Path

import pytest

from registry.proofs.bundle import parse_bundle
from registry.proofs.compact import to_compact, to_text

from .conftest import Demo, Ran, offsetproof

ADDRESS = "https://verifier.example"


def rendered(demo: Demo, bundle: Path, folder: Path, *options: str) -> Ran:
    return offsetproof(
        "render",
        bundle,
        "--out",
        folder,
        "--address",
        ADDRESS,
        "--registry",
        demo.registry_path,
        "--rpc",
        demo.url,
        *options,
    )


def verified(demo: Demo, path: Path) -> Ran:
    return offsetproof("verify", path, "--registry", demo.registry_path, "--rpc", demo.url, "--json")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_people_hold_verifies_like_the_bundle_itself(demo: Demo, tmp_path: Path, language: str) -> None:
    source = demo.bundles[0]
    ran = rendered(demo, source, tmp_path, "--lang", language, "--json")
    assert ran.code == 0, ran.err
    number = ran.json["number"]
    names = {Path(name).name for name in ran.json["files"]}
    assert names == {f"{number}{end}" for end in (".pdf", "-card.png", "-address.png", "-whole.png", "-badge.html")}

    bundle = parse_bundle(source.read_bytes())
    (tmp_path / "bundle.cbor").write_bytes(to_compact(bundle))
    (tmp_path / "code.txt").write_text(ADDRESS + "/verify" + to_text(bundle))
    whole = verified(demo, source).json
    assert whole["verdict"] == "retired"
    for name in (f"{number}.pdf", f"{number}-whole.png", "bundle.cbor", "code.txt"):
        answer = verified(demo, tmp_path / name)
        assert answer.code == 0, name
        for member in ("verdict", "level", "certificateHash", "number", "grams", "position", "serials"):
            assert answer.json[member] == whole[member], (name, member)
    # The short address is no certificate, and neither is a badge or a card.
    for name in (f"{number}-address.png", f"{number}-card.png", f"{number}-badge.html"):
        assert verified(demo, tmp_path / name).code == 2


def test_a_pdf_can_be_rendered_again_from_itself_and_is_the_same_certificate(demo: Demo, tmp_path: Path) -> None:
    first = rendered(demo, demo.bundles[0], tmp_path / "a", "--pdf")
    assert first.code == 0, first.err
    assert "next: offsetproof verify" in first.out
    (pdf,) = (tmp_path / "a").iterdir()
    again = rendered(demo, pdf, tmp_path / "b", "--pdf", "--qr", "--lang", "en")
    assert again.code == 0, again.err
    assert {path.suffix for path in (tmp_path / "b").iterdir()} == {".pdf", ".png"}


def test_a_forged_bundle_gets_no_page(demo: Demo, tmp_path: Path) -> None:
    value = json.loads(demo.bundles[0].read_text())
    value["leaf"]["grams"] += 1
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(value))
    ran = rendered(demo, forged, tmp_path / "out")
    assert ran.code == 1
    assert "only a certificate of retired credits" in ran.err
    assert "invalid" in ran.err
    told = rendered(demo, forged, tmp_path / "out", "--json")
    assert told.code == 1
    assert told.json["verdict"] == "invalid"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [(("--lang", "fr"), "language"), (("--address", "ftp://x"), "address"), (("--fonts", "/dev"), "font")],
)
def test_wrong_use_is_said_before_anything_is_written(
    demo: Demo, tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    ran = rendered(demo, demo.bundles[0], tmp_path / "out", *options)
    assert ran.code == 2
    assert message in ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "out").exists()


def test_without_an_address_the_command_asks_for_one(demo: Demo, tmp_path: Path) -> None:
    ran = offsetproof("render", demo.bundles[0], "--out", tmp_path, "--registry", demo.registry_path, "--rpc", demo.url)
    assert ran.code == 2
    assert "--address" in ran.err
