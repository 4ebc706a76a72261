"""The short way to a verdict gives what the route gives: status, body and headers, errors included."""

from collections.abc import Sequence

import httpx
import pytest
from fastapi import FastAPI

from registry.domain.errors import Contradiction
from registry.watch.metrics import Metrics
from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.docket import Docket, Sought
from verifier_api.judging import Judged
from verifier_api.problems import Problem
from verifier_api.settings import Settings

ITS_OWN = ("x-request-id", "ratelimit", "date")
SHORT, LONG = "/v1/certificates/0x{}", "/v1/certificates/{}"
"""A hash with its 0x goes the short way, one without through the routes."""


def both(client: httpx.Client, certificate_hash: str, **headers: str) -> list[tuple[int, bytes, dict[str, str]]]:
    """Status, body and headers (but the request's own) of both ways."""
    found = []
    for way in (SHORT, LONG):
        answer = client.get(way.format(certificate_hash.removeprefix("0x")), headers=headers)
        kept = {name: value for name, value in answer.headers.items() if name not in ITS_OWN}
        assert answer.headers["x-request-id"]
        found.append((answer.status_code, answer.content, kept))
    return found


@pytest.mark.parametrize(
    ("name", "status"), [("retired", 200), ("compromised", 200), ("hidden", 503), ("unpublished", 404)]
)
def test_both_ways_give_the_same_verdict(client: httpx.Client, world: World, name: str, status: int) -> None:
    short, long = both(client, world.hash_of(getattr(world, name)))
    assert short == long
    assert short[0] == status
    assert "content-security-policy" in short[2]


def test_who_has_it_is_told_so_on_both_ways(client: httpx.Client, world: World) -> None:
    sought = world.hash_of(world.retired)
    tag = client.get(f"/v1/certificates/{sought}").headers["etag"]
    short, long = both(client, sought, **{"if-none-match": tag})
    assert short == long
    assert (short[0], short[1]) == (304, b"")


@pytest.mark.parametrize(
    ("error", "status"),
    [(Contradiction("damaged", hint="audit"), 409), (Problem(503, "unavailable", headers={"retry-after": "1"}), 503)],
)
def test_both_ways_tell_the_same_problems(world: World, error: Exception, status: int) -> None:
    app = create_app(Settings(), registry=world.registry, store=world.store)

    def judge(sought: Sequence[Sought]) -> Sequence[Judged | Exception]:
        return [error for _ in sought]

    app.state.docket = Docket(judge)
    with ask(app) as client:
        for accept in ("application/json", "text/html"):
            short, long = both(client, "ab" * 32, accept=accept)
            assert short == long
            assert (short[0], short[2]["content-type"]) == (status, "application/problem+json")


def test_both_ways_are_counted_as_the_route_and_paid_from_the_budget(world: World) -> None:
    metrics = Metrics()
    settings = Settings(limit_reads="9/60")
    app: FastAPI = create_app(settings, registry=world.registry, store=world.store, metrics=metrics)
    with ask(app) as client:
        for _, _, headers in both(client, world.hash_of(world.retired)):
            assert headers["ratelimit-policy"] == '"reads";q=9;w=60'
    figures = metrics.to_text().decode()
    counted = 'offsetproof_request_seconds_count{method="GET",route="/v1/certificates/{key}",status="200"} 2.0'
    assert counted in figures
    assert 'offsetproof_verdicts_total{verdict="retired"} 2.0' in figures
