"""What one address may ask: budgets apart, told in headers, in bounded memory, for the address it has."""

import tracemalloc
from ipaddress import IPv4Address, IPv6Address

import httpx
import pytest

from registry.domain.errors import InvalidInput
from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.limiting import budget_of
from verifier_api.limits import MOST, Budget, Limit, parse_limit, whose
from verifier_api.settings import Settings

SECOND = 1_000_000_000


class Clock:
    """Nanoseconds, as a test likes them."""

    now = 0

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_as_many_as_the_limit_come_at_once_and_then_one_by_one(clock: Clock) -> None:
    budget = Budget(Limit(3, 6), clock=clock)
    assert [budget.take(b"a").allowed for _ in range(4)] == [True, True, True, False]
    refused = budget.take(b"a")
    assert (refused.left, refused.again_in, refused.full_in) == (0, 2, 6)
    clock.now = 2 * SECOND - 1
    assert not budget.take(b"a").allowed
    clock.now = 2 * SECOND
    assert budget.take(b"a").allowed
    assert not budget.take(b"a").allowed


def test_being_refused_costs_nothing_and_a_bucket_never_holds_more_than_the_limit(clock: Clock) -> None:
    budget = Budget(Limit(2, 2), clock=clock)
    for _ in range(50):
        budget.take(b"a")
    clock.now = SECOND
    assert budget.take(b"a").allowed
    clock.now = 3600 * SECOND
    assert [budget.take(b"a").allowed for _ in range(3)] == [True, True, False]


def test_addresses_have_budgets_of_their_own(clock: Clock) -> None:
    budget = Budget(Limit(1, 60), clock=clock)
    assert budget.take(b"a").allowed
    assert budget.take(b"b").allowed
    assert not budget.take(b"a").allowed


def test_who_has_a_full_bucket_again_is_forgotten(clock: Clock) -> None:
    budget = Budget(Limit(1, 1), clock=clock)
    for number in range(1_000):
        budget.take(number.to_bytes(4))
    assert len(budget) == 1_000
    clock.now = SECOND
    for number in range(1_000):
        budget.take(b"new" + number.to_bytes(4))
    assert len(budget) <= 1_001


def test_a_million_addresses_take_bounded_memory(clock: Clock) -> None:
    budget = Budget(Limit(1, 86_400), clock=clock)
    tracemalloc.start()
    for number in range(1_000_000):
        clock.now += 1
        budget.take(number.to_bytes(8))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(budget) == MOST
    assert size < 40_000_000
    assert not budget.take((999_999).to_bytes(8)).allowed, "the newest are remembered"


def test_an_ipv6_visitor_is_its_64_and_a_mapped_one_is_its_ipv4() -> None:
    assert (
        whose("2001:db8:1:2::1")
        == whose("2001:db8:1:2:ffff:ffff:ffff:ffff")
        == IPv6Address("2001:db8:1:2::").packed[:8]
    )
    assert whose("2001:db8:1:3::1") != whose("2001:db8:1:2::1")
    assert whose("::ffff:192.0.2.7") == whose("192.0.2.7") == IPv4Address("192.0.2.7").packed
    assert whose("fe80::1%eth0") == whose("fe80::2")
    assert whose("not an address") == b""


def test_limits_are_written_as_requests_in_seconds() -> None:
    assert parse_limit("600/60", "x") == Limit(600, 60)
    assert parse_limit(" ", "x") is None


@pytest.mark.parametrize("text", ["600", "0/60", "600/0", "-1/60", "1.5/60", "600/60/2", "many", "1/10000000"])
def test_what_is_no_limit_stops_the_server_by_name(text: str) -> None:
    with pytest.raises(InvalidInput, match="OFFSETPROOF_LIMIT_READS"):
        parse_limit(text, "OFFSETPROOF_LIMIT_READS")


@pytest.mark.parametrize(
    ("method", "path", "budget"),
    [
        ("GET", "/v1/lots", "reads"),
        ("HEAD", "/", "reads"),
        ("GET", "/static/verify.js", "reads"),
        ("POST", "/v1/verify", "verify"),
        ("POST", "/verify", "verify"),
        ("PUT", "/v1/tranches/1/0", "publish"),
        ("GET", "/v1/certificates/x/pdf", "print"),
        ("GET", "/v1/certificates/x/card", "print"),
        ("GET", "/healthz", ""),
        ("GET", "/readyz", ""),
    ],
)
def test_each_kind_of_work_is_paid_from_its_own_budget(method: str, path: str, budget: str) -> None:
    assert budget_of(method, path) == budget


def test_without_settings_nobody_is_limited(client: httpx.Client) -> None:
    answer = client.get("/v1/status")
    assert not [name for name in answer.headers if name.startswith("ratelimit")]


def test_who_asks_too_often_is_told_how_long_to_wait(world: World) -> None:
    settings = Settings(limit_reads="2/3600", limit_verify="1/3600", trusted_proxies="127.0.0.0/8")
    with ask(create_app(settings, registry=world.registry, store=world.store)) as client:
        one, other = {"x-forwarded-for": "192.0.2.1"}, {"x-forwarded-for": "2001:db8::1"}
        first = client.get("/v1/registry", headers=one)
        assert first.headers["ratelimit-policy"] == '"reads";q=2;w=3600'
        assert first.headers["ratelimit"] == '"reads";r=1;t=1800'
        assert client.get("/v1/registry", headers=one).status_code == 200
        refused = client.get("/v1/registry", headers=one)
        assert refused.status_code == 429
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["cache-control"] == "no-store"
        assert refused.headers["ratelimit"] == f'"reads";r=0;t={refused.headers["retry-after"]}'
        assert 1_790 <= int(refused.headers["retry-after"]) <= 1_800
        assert refused.json()["kind"] == "too-many"
        assert "content-security-policy" in refused.headers
        assert "x-request-id" in refused.headers

        page = client.get("/batches", headers={**one, "accept": "text/html", "accept-language": "zh"})
        assert (page.status_code, page.headers["content-language"]) == (429, "zh-Hans")

        assert client.post("/v1/verify", headers=one, content=world.retired.to_json()).status_code == 200
        assert client.post("/v1/verify", headers=one, content=world.retired.to_json()).status_code == 429
        assert client.get("/v1/registry", headers=other).status_code == 200
        for _ in range(5):
            assert client.get("/readyz", headers=one).status_code == 200


def test_an_address_that_no_trusted_proxy_forwards_is_not_believed(world: World) -> None:
    with ask(create_app(Settings(limit_reads="3/3600"), registry=world.registry, store=world.store)) as client:
        found = [client.get("/v1/registry", headers={"x-forwarded-for": f"192.0.2.{n}"}).status_code for n in range(4)]
    assert found == [200, 200, 429, 429], "the first request was the server's own, at its start"


def test_of_forwarded_addresses_only_what_the_trusted_proxy_added_counts(world: World) -> None:
    settings = Settings(limit_reads="2/3600", trusted_proxies="127.0.0.1")
    with ask(create_app(settings, registry=world.registry, store=world.store)) as client:
        found = [
            client.get("/v1/registry", headers={"x-forwarded-for": f"198.51.100.{n}, 192.0.2.1"}).status_code
            for n in range(3)
        ]
    assert found == [200, 200, 429]
