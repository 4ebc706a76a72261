"""Serials of registries without a public coding rule are traced once their prefix is configured."""

from registry.domain.grammars import parse_configured
from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.rendering import source_of
from verifier_api.settings import Settings


def test_a_configured_serial_is_traced_and_looked_up_and_another_is_not_understood(world: World) -> None:
    settings = Settings(opaque_prefixes="ccer=CCER-XYZ-")
    app = create_app(settings, registry=world.registry, store=world.store)
    with ask(app) as client:
        traced = client.get("/v1/credits/CCER-XYZ-17 to 20")
        assert (traced.status_code, traced.json()["asked"]["series"]) == (404, "CCER-XYZ")
        assert traced.json()["asked"]["printed"] == "CCER-XYZ-17 to 20"
        page = client.get("/credits/CCER-XYZ-17", headers={"accept": "text/html"})
        assert (page.status_code, "CCER-XYZ-17" in page.text) == (404, True)
        assert client.get("/verify", params={"q": "CCER-XYZ-17"}).headers["location"] == "/credits/CCER-XYZ-17"
        assert client.get("/v1/credits/CCER-ABC-17").status_code == 400


def test_without_the_setting_the_same_serial_is_not_understood(world: World) -> None:
    with ask(create_app(Settings(), registry=world.registry, store=world.store)) as client:
        assert client.get("/v1/credits/CCER-XYZ-17").status_code == 400
        assert client.get("/v1/credits/CCER-XYZ:17").status_code == 404


def test_a_configured_series_shows_its_registry() -> None:
    configured = parse_configured("ccer=CCER-XYZ-")
    assert source_of("CCER-XYZ", configured) == "CCER"
    assert source_of("CCER-XYZ") == ""
