"""Identity: a domain's own document lists an account, or does not; nothing but that host is asked."""

import functools
import json
from pathlib import Path
from typing import Any

import httpx
import identity_vectors
import pytest
from typer.testing import CliRunner
from vector_text import text_of

from registry.cli import identity as command
from registry.cli.app import app
from registry.domain.did_web import parse_did_web
from registry.domain.errors import InvalidInput, Unavailable
from registry.proofs.identity import identity_matches
from registry.workflows.identity import AskedDomain, ask_domain

PATH = Path(__file__).parents[2] / "vectors" / "identity.json"
VECTORS: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
DID = parse_did_web(VECTORS["did"])
CHAIN, ACCOUNT = int(VECTORS["chainId"]), bytes.fromhex(VECTORS["account"][2:])
GOOD = VECTORS["documents"][0]["text"].encode()


def test_the_vectors_are_what_their_maker_makes() -> None:
    assert PATH.read_text(encoding="utf-8") == identity_vectors.written()


@pytest.mark.parametrize("case", VECTORS["identifiers"], ids=lambda c: c["did"][:60])
def test_an_identifier_has_one_address_and_one_spelling(case: dict[str, str]) -> None:
    did = parse_did_web(case["did"])
    assert (did.url, str(did)) == (case["url"], case["did"])


@pytest.mark.parametrize("case", VECTORS["refuse"], ids=lambda c: ascii(c["did"])[:60])
def test_another_spelling_is_no_identifier(case: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="did:web"):
        parse_did_web(case["did"])


@pytest.mark.parametrize("case", VECTORS["documents"], ids=lambda c: c["why"])
def test_a_document_says_of_the_account_what_the_vector_says(case: dict[str, Any]) -> None:
    found = identity_matches(text_of(case, VECTORS["base"]).encode("utf-8"), DID, CHAIN, ACCOUNT)
    assert found.code == case["code"]
    assert found.matches is (case["code"] == "listed")
    assert found.reason


# ------------------------------------------------------------------------------------------------------- fetching


class Domain(httpx.MockTransport):
    """Answers by address, and remembers what it was asked."""

    def __init__(self, answers: dict[str, httpx.Response | Exception]) -> None:
        self.asked: list[httpx.Request] = []
        super().__init__(self._answer)
        self._answers = answers

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self._answers[str(request.url)]
        if isinstance(answer, Exception):
            raise answer
        return answer


def moved(target: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"location": target})


URL = DID.url


def ask(domain: Domain) -> AskedDomain:
    return ask_domain(DID, CHAIN, ACCOUNT, transport=domain)


def test_a_domain_that_lists_the_account_matches_as_of_now() -> None:
    domain = Domain({URL: httpx.Response(200, content=GOOD)})
    found = ask(domain)
    assert found.match.matches
    assert found.fetched_at > 1_700_000_000
    (request,) = domain.asked
    assert (request.method, request.headers["accept-encoding"]) == ("GET", "identity")
    assert not {"cookie", "authorization"} & set(request.headers)


@pytest.mark.parametrize("status", [404, 410])
def test_a_domain_without_a_document_does_not_match(status: int) -> None:
    domain = Domain({URL: httpx.Response(status, content=GOOD)})
    assert (ask(domain).match.matches, ask(domain).match.code) == (False, "no-document")


def test_a_redirect_within_the_host_is_followed_three_times() -> None:
    steps = {URL: moved("/a"), "https://example.com/a": moved("https://example.com/b", 308)}
    steps |= {"https://example.com/b": moved("c", 301), "https://example.com/c": httpx.Response(200, content=GOOD)}
    domain = Domain(dict(steps))
    assert ask(domain).match.matches
    steps |= {"https://example.com/c": moved("d"), "https://example.com/d": httpx.Response(200, content=GOOD)}
    domain = Domain(dict(steps))
    with pytest.raises(Unavailable, match="at most 3 redirects"):
        ask(domain)


@pytest.mark.parametrize(
    "target",
    ["https://example.org/did.json", "http://example.com/did.json", "https://example.com:8443/did.json",
     "https://www.example.com/did.json", "//example.org/did.json", "https://user@example.com/did.json", "file:///x"],
)  # fmt: skip
def test_a_redirect_elsewhere_is_not_followed(target: str) -> None:
    domain = Domain({URL: moved(target)})
    with pytest.raises(Unavailable, match="another host"):
        ask(domain)
    assert len(domain.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(500), httpx.Response(204), httpx.Response(403, content=GOOD), httpx.Response(304),
     httpx.Response(200, content=iter([GOOD]), headers={"content-encoding": "gzip"}),
     httpx.ConnectError("certificate verify failed"), httpx.ReadTimeout("slow")],
    ids=["500", "204", "403", "304", "packed", "certificate", "timeout"],
)  # fmt: skip
def test_an_outage_is_no_answer(answer: httpx.Response | Exception) -> None:
    domain = Domain({URL: answer})
    with pytest.raises(Unavailable):
        ask(domain)


def test_a_document_without_end_is_read_to_its_limit_only() -> None:
    given = []

    def endless() -> Any:
        while True:
            given.append(1)
            yield b" " * 16_384

    domain = Domain({URL: httpx.Response(200, content=endless())})
    assert ask(domain).match.code == "malformed"
    assert len(given) <= 6


# ------------------------------------------------------------------------------------------------- the command

BASE = json.loads((PATH.parent / "registry.json").read_text(encoding="utf-8"))["registry"]["base"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command with a registry file that pins the identity; `answers` are the domain's."""
    pinned = tmp_path / "registry.json"
    pinned.write_text(json.dumps(BASE | {"identities": {VECTORS["account"]: VECTORS["did"]}}))

    def command_with(answers: dict[str, httpx.Response | Exception], *arguments: str) -> Any:
        asked = functools.partial(ask_domain, transport=Domain(answers))
        monkeypatch.setattr(command, "ask_domain", asked)
        return CliRunner().invoke(app, ["identity", *arguments, "--registry", str(pinned)])

    return command_with


def test_the_command_asks_the_pinned_domain_and_says_when(run: Any) -> None:
    done = run({URL: httpx.Response(200, content=GOOD)}, VECTORS["account"], "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (told["matches"], told["code"], told["pinned"], told["url"]) == (True, "listed", True, URL)
    shown = run({URL: httpx.Response(200, content=GOOD)}, VECTORS["account"].upper().replace("0X", "0x"))
    assert "stated by the domain example.com, fetched 20" in shown.stdout
    assert "changes no verdict" in shown.stdout


def test_the_command_says_no_with_1_wrong_input_with_2_and_an_outage_with_3(run: Any) -> None:
    account = VECTORS["account"]
    assert run({URL: httpx.Response(404)}, account).exit_code == 1
    assert "not stated by the domain" in run({URL: httpx.Response(200, content=b"{}")}, account).stdout
    assert run({}, account, "--did", "example.com").exit_code == 2
    assert run({}, "0x12").exit_code == 2
    assert run({}, "0x" + "12" * 20).exit_code == 2
    assert run({URL: httpx.ConnectError("no route")}, account).exit_code == 3


def test_an_identity_that_the_user_names_is_shown_as_not_pinned(run: Any) -> None:
    there = {"https://example.org/.well-known/did.json": httpx.Response(200, content=GOOD)}
    done = run(there, VECTORS["account"], "--did", "did:web:example.org", "--json")
    assert (done.exit_code, json.loads(done.stdout)["pinned"], json.loads(done.stdout)["code"]) == (
        1,
        False,
        "other-did",
    )
