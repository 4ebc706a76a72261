"""Whatever fits `/openapi.json`, and whatever nearly does: no server error, no undocumented answer, none out of shape.

Schemathesis draws requests for each route, good ones and bent ones; half of the names in paths are those of things that
are there, so that answers are not all "not found". 5,000 requests or more with OFFSETPROOF_TEST_PROFILE=full.
"""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from registry.domain.numbers import short_number
from registry.store.lists import list_accounts, list_batches, list_lots, list_projects, list_retirements
from tests.web.conftest import serve
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.described import ROUTES
from verifier_api.settings import Settings

FULL = os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full"
EXAMPLES = 170 if FULL else 8
LEAST = 5_000 if FULL else 200
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]

schemathesis.serializer("application/cbor")(
    lambda _, value: value if isinstance(value, bytes) else repr(value).encode()
)
schemathesis.serializer("application/pdf")(lambda _, value: value if isinstance(value, bytes) else repr(value).encode())


@pytest.fixture(scope="module")
def served(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """The address of a server, and its description of itself."""
    app = create_app(Settings(body_seconds=2.0, tranche_bytes=100_000), registry=world.registry, store=world.store)
    with serve(app) as address:
        yield address, app.openapi()


def real_names(world: World) -> dict[str, list[str]]:
    """Names of what is there, by the route's beginning."""
    with world.store.read() as session:
        lots = [lot.lot for lot in list_lots(session, limit=20).items]
        names = {
            "lots": [str(lot) for lot in lots],
            "batches": [str(found.batch) for found in list_batches(session, limit=20).items],
            "projects": [str(found.project) for found in list_projects(session, limit=20).items],
            "retirements": [
                f"{found.block_number}-{found.log_index}" for found in list_retirements(session, limit=20).items
            ],
            "accounts": [f"0x{found.account.hex()}" for found in list_accounts(session, limit=20).items],
        }
    bundles = (world.retired, world.compromised, world.unconfirmed, world.hidden, world.unpublished, world.fresh)
    hashes = [bundle.certificate_hash for bundle in bundles]
    names["certificates"] = [f"0x{found.hex()}" for found in hashes] + [str(short_number(found)) for found in hashes]
    names["tranches"] = names["lots"]
    names["credits"] = [f"VERRA-VCU:{first}-{first + 5}" for first in range(449402270, 449402300, 5)]
    return names


def requests_for(operation: APIOperation, mode: GenerationMode, names: dict[str, list[str]]) -> st.SearchStrategy[Case]:
    """Requests for a route; in half of them the path names something that is there."""
    there = names.get(operation.path.split("/")[2] if operation.path.startswith("/v1/") else "", [])

    def named(case: Case, name: str, use: bool) -> Case:
        if use and case.path_parameters:
            case.path_parameters = {**case.path_parameters, next(iter(case.path_parameters)): name}
            if "tranche" in case.path_parameters:
                case.path_parameters["tranche"] = "0"
        return case

    drawn = operation.as_strategy(generation_mode=mode)
    return st.builds(named, drawn, st.sampled_from(there), st.booleans()) if there else drawn


def operations(described: dict[str, Any]) -> list[APIOperation]:
    return [found.ok() for found in schemathesis.openapi.from_dict(described).get_all_operations()]


def test_every_route_is_described_with_what_it_answers(served: tuple[str, dict[str, Any]]) -> None:
    described = {f"{method} {path}" for path, methods in served[1]["paths"].items() for method in methods}
    assert described == set(ROUTES)


def test_no_request_gets_an_answer_that_is_not_described(
    served: tuple[str, dict[str, Any]], world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    address, described = served
    load_all_checks()
    asked: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    names = real_names(world)
    session = requests.Session()
    session.trust_env = False

    for operation in operations(described):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @given(requests_for(operation, mode, names))
            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            def ask(case: Case) -> None:
                answer = case.call(base_url=address, session=session, timeout=30)
                asked[operation.label] += 1  # noqa: B023
                statuses[answer.status_code] += 1
                assert answer.status_code < 500 or answer.status_code == 503, answer.text
                case.validate_response(answer, checks=CHECKS, transport_kwargs={"session": session})

            try:
                ask()
            except Unsatisfiable:  # a route without parameters, or with one that may be any text, has no bad ones
                assert mode is GenerationMode.NEGATIVE
    with capsys.disabled():
        print(f"\n{asked.total()} requests over {len(asked)} routes; by status: {dict(sorted(statuses.items()))}")
    assert asked.total() >= LEAST
    assert set(asked) == {operation.label for operation in operations(described)}
    assert statuses[200] > asked.total() // 10
