"""Lists and single things under `/v1`: keyset pages, CSV, traces, status, audit."""

import csv
import io

import httpx
import pytest

from registry.domain.registry_file import parse_registry_file
from tests.web.scenario import World

NOUNS = ("lots", "batches", "projects", "retirements", "accounts")


@pytest.mark.parametrize("noun", NOUNS)
def test_pages_of_one_row_give_the_same_rows_as_one_page(client: httpx.Client, noun: str) -> None:
    whole = client.get(f"/v1/{noun}?limit=500").json()
    assert whole["next"] is None
    assert whole["items"]
    rows, after = [], ""
    while True:
        page = client.get(f"/v1/{noun}", params={"limit": 1, "after": after}).json()
        rows += page["items"]
        if page["next"] is None:
            break
        after = page["next"]
    assert rows == whole["items"]


@pytest.mark.parametrize("noun", NOUNS)
def test_each_row_of_a_list_has_a_page_of_its_own(client: httpx.Client, noun: str) -> None:
    key = {"lots": "lot", "batches": "batch", "projects": "project", "retirements": "retirement"}.get(noun, "account")
    for item in client.get(f"/v1/{noun}?limit=3").json()["items"]:
        one = client.get(f"/v1/{noun}/{item[key]}")
        assert one.status_code == 200
        assert one.json()[key] == item[key]
        assert one.json()["block"]["number"] > 0


@pytest.mark.parametrize("noun", NOUNS)
def test_lists_come_as_csv_by_format_and_by_accept(client: httpx.Client, noun: str) -> None:
    by_format = client.get(f"/v1/{noun}?format=csv")
    by_accept = client.get(f"/v1/{noun}", headers={"accept": "text/csv"})
    assert by_format.text == by_accept.text
    rows = list(csv.DictReader(io.StringIO(by_format.text)))
    assert len(rows) == len(client.get(f"/v1/{noun}?limit=50").json()["items"])
    assert by_format.headers["content-type"].startswith("text/csv")
    assert by_format.headers["offsetproof-block"] != "none"


def test_a_csv_page_links_to_the_next(client: httpx.Client) -> None:
    page = client.get("/v1/retirements?format=csv&limit=2")
    assert 'rel="next"' in page.headers["link"]
    following = page.headers["link"].split(">")[0].removeprefix("<")
    assert client.get(following).text != page.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/lots/999999999999", 404),
        ("/v1/lots/abc", 400),
        ("/v1/lots/-1", 400),
        ("/v1/batches/99", 404),
        ("/v1/projects/99", 404),
        ("/v1/retirements/1-1", 404),
        ("/v1/retirements/x", 400),
        ("/v1/accounts/0x12", 400),
        ("/v1/lots?limit=0", 400),
        ("/v1/lots?limit=501", 400),
        ("/v1/lots?after=x", 400),
        ("/v1/retirements?after=1", 400),
        ("/v1/lots?format=xml", 406),
        ("/v1/nothing", 404),
        ("/v1/batches/18446744073709551615", 404),
        ("/v1/batches/18446744073709551616", 400),
        ("/v1/lots/79228162514264337593543950335", 404),
        ("/v1/retirements/18446744073709551615-18446744073709551615", 404),
        ("/v1/certificates/%00", 400),
        ("/v1/credits/%ff", 400),
        ("/v1/credits/nonsense", 400),
        ("/v1/credits/VERRA-VCU:5-4", 400),
        ("/v1/credits/VERRA-VCU:1", 404),
    ],
)
def test_what_is_not_there_or_not_understood_has_its_status(client: httpx.Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    if not path.startswith("/v1/credits/VERRA-VCU:1"):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status


def test_a_wrong_method_is_a_problem(client: httpx.Client) -> None:
    answer = client.delete("/v1/lots")
    assert (answer.status_code, answer.json()["kind"]) == (405, "method-not-allowed")


def test_a_trace_leads_from_the_project_to_the_certificates(client: httpx.Client, world: World) -> None:
    verdict = client.get(f"/v1/certificates/{world.hash_of(world.retired)}").json()
    serial = verdict["serials"][0]["first"]
    trace = client.get(f"/v1/credits/VERRA-VCU:{serial}").json()
    (batch,) = trace["batches"]
    assert batch["project"]["sourceId"] == "VCS1360"
    assert batch["project"]["bridged"]
    assert batch["report"]["status"] == "recorded"
    (lot,) = batch["lots"]
    assert lot["state"] == "claimed"
    assert lot["retirements"][0]["confirmed"] is True
    assert world.hash_of(world.retired) in {c["certificateHash"] for c in lot["certificates"]}


def test_a_trace_understands_the_source_registrys_own_spelling(client: httpx.Client) -> None:
    printed = "8040-449402275-449402275-VCU-042-MER-PE-14-1360-01072013-30062014-1"
    by_print = client.get(f"/v1/credits/{printed}").json()
    canonical = client.get("/v1/credits/VERRA-VCU:449402275").json()
    assert by_print["batches"] == canonical["batches"]
    assert by_print["asked"]["printed"] == printed
    dirty = client.get(f"/v1/credits/ {printed.lower().replace('-', chr(0x2011))} ").json()
    assert dirty["batches"] == canonical["batches"]


def test_the_grams_of_a_traced_credit_are_all_accounted_for(client: httpx.Client) -> None:
    for batch in client.get("/v1/batches").json()["items"]:
        first, last = int(batch["serials"]["first"]), int(batch["serials"]["last"])
        trace = client.get(f"/v1/credits/VERRA-VCU:{first}-{last}").json()
        for lot in trace["batches"][0]["lots"]:
            grams = sum(c["gramsHere"] for c in [*lot["certificates"], *lot["unpublished"]])
            assert grams == lot["lot"]["claimedGrams"]


def test_a_trace_across_batches_shows_each(client: httpx.Client) -> None:
    trace = client.get("/v1/credits/VERRA-VCU:449402275-449402560").json()
    assert len(trace["batches"]) == 9
    assert sum(b["batch"]["count"] for b in trace["batches"]) == 202


def test_status_names_head_indexed_final_histories_and_counts(client: httpx.Client) -> None:
    status = client.get("/v1/status").json()
    assert status["chainHead"]["number"] == status["indexed"]["number"]
    assert status["behind"] == 0
    assert status["final"]["number"] == status["indexed"]["number"] - 6
    assert set(status["historyHashes"]) == {"projectRegistry", "creditRegistry"}
    assert status["counts"]["creditsIssued"] == 202
    assert status["block"] == status["indexed"]


def test_the_audit_is_good_and_lists_what_nobody_published(client: httpx.Client) -> None:
    audit = client.get("/v1/audit").json()
    assert audit["ok"] is True
    assert audit["problems"] == []
    assert (audit["unpublished"]["tranches"], audit["unpublished"]["grams"]) == (1, 437)
    assert audit["block"]["number"] > 0
    assert client.get("/v1/audit").json()["ranAt"] == audit["ranAt"]


def test_the_registry_file_is_served_as_pinned(client: httpx.Client, world: World) -> None:
    assert parse_registry_file(client.get("/v1/registry").content) == world.registry


def test_openapi_describes_every_route(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/v1/certificates/{key}", "/v1/verify", "/v1/tranches/{lot}/{tranche}", "/v1/audit"} <= set(paths)
    assert {path for path in paths if not path.startswith("/v1")} == {"/healthz", "/readyz"}


@pytest.mark.parametrize("path", ["/v1/status", "/v1/nothing", "/", "/static/style.css", "/docs"])
def test_every_answer_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers
