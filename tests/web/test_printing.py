"""PDF and card come from the server where a certificate is published and retired; they lead back to its file."""

import time
from dataclasses import replace
from threading import Event, Thread

import httpx
import pytest

from registry.domain.errors import Unavailable
from registry.proofs.bundle import parse_bundle
from registry.render.addresses import VerifierAddress
from registry.render.pdf_attachment import attached_bundle
from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.judging import judge_published
from verifier_api.printing import MOST_WAITING, Press
from verifier_api.services import Services
from verifier_api.settings import Settings

ADDRESS = VerifierAddress("https://verifier.example")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pdf_of_a_published_certificate_carries_its_file(client: httpx.Client, world: World, language: str) -> None:
    path = f"/v1/certificates/{world.hash_of(world.retired)}"
    answer = client.get(f"{path}/pdf", params={"lang": language})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert parse_bundle(attached_bundle(answer.content)) == parse_bundle(client.get(f"{path}/bundle").content)
    assert answer.headers["content-disposition"].endswith('.pdf"')
    sent_back = client.post("/v1/verify", content=answer.content, headers={"content-type": "application/pdf"})
    assert sent_back.json()["verdict"] == "retired"
    assert client.get(f"{path}/pdf", params={"lang": language}).content == answer.content
    again = client.get(f"{path}/pdf", params={"lang": language}, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_card_is_a_picture(client: httpx.Client, world: World) -> None:
    answer = client.get(f"/v1/certificates/{world.hash_of(world.retired)}/card?lang=zh")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.content.startswith(b"\x89PNG")


@pytest.mark.parametrize("kind", ["pdf", "card"])
@pytest.mark.parametrize("name", ["compromised", "unconfirmed", "hidden", "unpublished", "fresh"])
def test_nothing_is_made_of_any_other_certificate(client: httpx.Client, world: World, name: str, kind: str) -> None:
    key = world.hash_of(getattr(world, name))
    assert client.get(f"/v1/certificates/{key}/{kind}").status_code == 404
    page = client.get(f"/certificates/{key}", headers={"accept": "text/html"}).text
    assert f"{key}/{kind}" not in page


def test_the_page_offers_what_can_be_made(client: httpx.Client, world: World) -> None:
    key = world.hash_of(world.retired)
    page = client.get(f"/certificates/{key}?lang=zh", headers={"accept": "text/html"}).text
    for kind in ("bundle", "pdf?lang=zh", "card?lang=zh"):
        assert f'href="/v1/certificates/{key}/{kind}"' in page


def test_a_server_without_a_press_offers_none(world: World) -> None:
    app = create_app(Settings(), registry=world.registry, store=world.store)
    app.state.services = replace(app.state.services, press=None)
    key = world.hash_of(world.retired)
    with ask(app) as client:
        assert client.get(f"/v1/certificates/{key}/pdf").status_code == 404
        page = client.get(f"/certificates/{key}", headers={"accept": "text/html"}).text
    assert f"/v1/certificates/{key}/bundle" in page
    assert f"{key}/pdf" not in page


def test_the_settings_address_is_printed_whatever_host_was_asked_for(world: World) -> None:
    app = create_app(Settings(public_url=ADDRESS.url), registry=world.registry, store=world.store)
    path = f"/v1/certificates/{world.hash_of(world.retired)}/card"
    with ask(app) as client:
        one, other = client.get(path), client.get(path, headers={"host": "phishing.example"})
    assert one.content == other.content


def test_only_a_few_wait_for_the_press(services: Services, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    judged, bundle = judge_published(services, world.retired.certificate_hash)
    press, begun, go_on = Press(), Event(), Event()

    def slow(*_: object) -> bytes:
        begun.set()
        assert go_on.wait(20)
        return b"made"

    monkeypatch.setattr(Press, "_typesetter", None)
    monkeypatch.setattr("registry.render.pdf.render_pdf", slow)
    made: list[bytes] = []
    askers = [
        Thread(target=lambda: made.append(press.make("pdf", judged.verdict, bundle, ADDRESS, "zh")))
        for _ in range(MOST_WAITING)
    ]
    askers[0].start()
    assert begun.wait(20)
    for asker in askers[1:]:
        asker.start()
    while press._waiting._value:
        time.sleep(0.01)
    with pytest.raises(Unavailable):
        press.make("pdf", judged.verdict, bundle, ADDRESS, "zh")
    go_on.set()
    for asker in askers:
        asker.join(20)
    assert made == [b"made"] * MOST_WAITING
    assert press.make("pdf", judged.verdict, bundle, ADDRESS, "zh") == b"made"
