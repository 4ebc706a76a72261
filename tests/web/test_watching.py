"""Each request is one line in the log, which says nothing of what was asked; an unexpected error shows only its id."""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from registry.domain.errors import InvalidInput
from registry.watch.logs import start_logging
from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.settings import Settings
from verifier_api.watching import shown_address

SECRETS = ("乘客", "地铁出行", "%E4%B9%98%E5%AE%A2", "Zhang-San", "0123456789abcdef0123", "x-secret", "ride-2026")
FIELDS = {"time", "level", "logger", "message", "request", "method", "route", "status", "ms", "client"}


@pytest.fixture
def log() -> Iterator[StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = StringIO()
    start_logging("json", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(log: StringIO) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in found if line["logger"] == "offsetproof.http"]


def test_a_line_says_method_route_status_time_and_block_and_nothing_of_what_was_asked(
    world: World, log: StringIO
) -> None:
    with ask(create_app(Settings(), registry=world.registry, store=world.store)) as client:
        body = world.unconfirmed.to_json()
        assert "地铁出行" in body.decode(), "the file does say something"
        client.post("/v1/verify?name=Zhang-San", content=body, headers={"authorization": "x-secret"})
        client.get("/v1/certificates/0123456789abcdef0123")
        client.get("/credits/%E4%B9%98%E5%AE%A2?lang=en")
        client.get("/Zhang-San")
        client.put("/v1/tranches/1/0", json={"leaves": [{"grams": 1, "certificateHash": "Zhang-San"}]})
        answer = client.get(f"/v1/certificates/{world.hash_of(world.retired)}")
    found = lines(log)[1:]
    assert [(line["method"], line["route"], line["status"]) for line in found] == [
        ("POST", "/v1/verify", 200),
        ("GET", "/v1/certificates/{key}", 400),
        ("GET", "/credits/{serial}", 400),
        ("GET", "(none)", 404),
        ("PUT", "/v1/tranches/{lot}/{tranche}", 422),
        ("GET", "/v1/certificates/{key}", 200),
    ]
    assert all(set(line) - {"block"} == FIELDS for line in found)
    assert str(found[-1]["block"]) == answer.headers["offsetproof-block"].split()[0]
    assert {line["client"] for line in found} == {"127.0.0.0/24"}
    assert len({line["request"] for line in found}) == len(found)
    for secret in SECRETS:
        assert secret not in log.getvalue()


@pytest.mark.parametrize(
    ("address", "how", "shown"),
    [
        ("203.0.113.77", "network", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "network", "2001:db8:1::/48"),
        ("203.0.113.77", "full", "203.0.113.77"),
        ("203.0.113.77", "none", ""),
        ("unix:", "full", ""),
    ],
)
def test_of_an_address_the_log_holds_what_the_setting_allows(address: str, how: str, shown: str) -> None:
    assert shown_address(address, how) == shown


def test_an_unexpected_error_is_logged_with_its_place_and_answered_with_its_id_alone(
    world: World, log: StringIO
) -> None:
    app = create_app(Settings(), registry=world.registry, store=world.store)

    def fail() -> None:
        raise ZeroDivisionError("乘客 Zhang-San")

    app.state.services = replace(app.state.services, clock=fail)
    path = f"/v1/certificates/{world.hash_of(world.retired)}"
    with ask(app) as client:
        answer = client.get(path)
        page = client.get(path.removeprefix("/v1"), headers={"accept": "text/html", "accept-language": "en"})
    line, page_line = (line for line in lines(log) if line["status"] == 500)
    assert line["level"] == "error"
    assert line["traceback"][0] == "ZeroDivisionError"
    assert "in fail" in line["traceback"][-1]
    assert answer.status_code == 500
    assert answer.json() == {
        "type": "/docs#our-fault",
        "title": "Internal Server Error",
        "status": 500,
        "kind": "our-fault",
        "requestId": line["request"],
    }
    assert answer.headers["x-request-id"] == line["request"]
    assert answer.headers["cache-control"] == "no-store"
    assert (page.status_code, page_line["request"] in page.text) == (500, True)
    for secret in ("乘客", "Zhang-San"):
        assert secret not in log.getvalue() + answer.text + page.text
    assert log.getvalue().count("ZeroDivisionError") == 2, "told once for each, not again by the server"


@pytest.mark.parametrize(
    ("given", "taken"),
    [("abc-DEF_123.4", True), ("short", False), ("a" * 65, False), ("with space", False), ('{"x":1}aaaa', False)],
)
def test_a_request_id_is_taken_from_a_trusted_proxy_if_it_is_well_formed(world: World, given: str, taken: bool) -> None:
    app = create_app(Settings(trusted_proxies="127.0.0.1"), registry=world.registry, store=world.store)
    with ask(app) as client:
        answered = client.get("/healthz", headers={"x-request-id": given}).headers["x-request-id"]
    assert (answered == given) is taken
    assert taken or re.fullmatch("[0-9a-f]{16}", answered)


def test_a_request_id_from_anybody_else_is_not_taken(client: httpx.Client) -> None:
    answered = client.get("/healthz", headers={"x-request-id": "abc-DEF_123.4"}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{16}", answered)


def test_what_is_no_network_stops_the_server_by_name(world: World) -> None:
    with pytest.raises(InvalidInput, match="OFFSETPROOF_TRUSTED_PROXIES"):
        create_app(Settings(trusted_proxies="proxy.example"), registry=world.registry, store=world.store)


def test_probes_do_not_fill_the_log(world: World, log: StringIO) -> None:
    with ask(create_app(Settings(), registry=world.registry, store=world.store)) as client:
        client.get("/healthz")
        client.get("/readyz")
    assert [line["route"] for line in lines(log)] == ["/v1/registry"]


def test_figures_count_answers_by_route_and_verdicts_by_kind(world: World) -> None:
    app = create_app(Settings(), registry=world.registry, store=world.store)
    with ask(app) as client:
        for number in range(20):
            client.request(f"X{number}", f"/nothing-{number}")
            client.get(f"/v1/lots/{number}")
        client.get(f"/v1/certificates/{world.hash_of(world.retired)}")
        client.post("/v1/verify", content=world.compromised.to_json())
        client.get("/v1/audit")
    families = {f.name: f for f in text_string_to_metric_families(app.state.services.metrics.to_text().decode())}
    seen = {
        (s.labels["method"], s.labels["route"])
        for s in families["offsetproof_request_seconds"].samples
        if s.name.endswith("_count")
    }
    assert seen == {
        ("OTHER", "(none)"),
        ("GET", "/v1/lots/{key}"),
        ("GET", "/v1/registry"),
        ("GET", "/v1/certificates/{key}"),
        ("POST", "/v1/verify"),
        ("GET", "/v1/audit"),
    }
    verdicts = {
        s.labels["verdict"]: s.value for s in families["offsetproof_verdicts"].samples if s.name.endswith("_total")
    }
    assert verdicts == {"retired": 1, "compromised": 1}
    assert families["offsetproof_audit_ok"].samples[0].value == 1
    assert families["offsetproof_ready"].samples[0].value == 1
    assert families["offsetproof_staged_bytes"].samples[0].value == 0
