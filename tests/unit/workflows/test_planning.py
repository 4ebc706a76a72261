"""A claims file of any length becomes a folder from which every bundle is read; what is drawn is what was claimed."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.certificates import Certificate, Digest, Issuer
from registry.domain.errors import Contradiction, InvalidInput, Unavailable
from registry.domain.registry_file import Finality, Operator, PinnedContract, RegistryFile
from registry.proofs.bundle import parse_bundle
from registry.proofs.canonical import canonical_bytes, parse_strict
from registry.proofs.disclosure import parse_disclosure
from registry.workflows import claim_chunks, parted, planning
from registry.workflows.certified import Certified
from registry.workflows.certify import Room
from registry.workflows.claim_chunks import survey
from registry.workflows.claims import COLUMNS
from registry.workflows.plan import Plan, read_plan
from registry.workflows.planning import Request, alone_in, draw_to

REGISTRY = RegistryFile(
    name="Test",
    chain_id=31337,
    genesis_hash=b"\1" * 32,
    first_block=0,
    project_registry=PinnedContract(b"\2" * 20, b"\3" * 32),
    credit_registry=PinnedContract(b"\4" * 20, b"\5" * 32),
    operator=Operator("Operator", b"\6" * 20),
    finality=Finality("tag"),
    demo=True,
)
ISSUER = Issuer('地铁 "Metro"', b"\7" * 20)
LOT = 3 << 32
RIDE = ("李雷", "Metro ride, 10 km", "metro", "10", "km", "cpcd-metro-cn@1", "CNY", "2", "2", "2026-11-22T08:00:00Z")


def ride(i: int) -> list[str]:
    return [f"ride-{i}", str(400 + i), *RIDE]


def csv_file(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([list(COLUMNS), *rows])
    return path


def draw(
    claims: Path,
    out: Path,
    rooms: tuple[Room, ...] = (Room(LOT, 2, 1_000, 10**9),),
    *,
    shuffled: bool = True,
    private_purpose: bool = False,
    seed: bytes = b"\x11" * 32,
    set_aside: Callable[[int, str, str], None] | None = None,
) -> Plan:
    request = Request(survey(claims), tuple(r.lot for r in rooms), ISSUER.name, None, shuffled, private_purpose)
    return draw_to(
        out, request, rooms, ISSUER.account, REGISTRY, progress=lambda *_: None, seed=seed, set_aside=set_aside
    )


def documents(certified: Certified, ordinal: int = 0) -> list[dict[str, object]]:
    return [json.loads(str(bundle.document)) for bundle in certified.all(ordinal)]


def test_every_bundle_is_found_by_hash_by_index_and_by_claim(tmp_path: Path) -> None:
    draw(csv_file(tmp_path / "c.csv", [ride(i) for i in range(600)]), tmp_path / "out")
    certified = Certified(tmp_path / "out")
    for index in (0, 255, 256, 599):
        bundle = certified.at(0, index)
        assert certified.by_hash(bundle.certificate_hash) == [bundle]
        claim = json.loads(str(bundle.document))["claimId"]
        assert certified.by_claim(claim) == [bundle]
        assert parse_bundle(bundle.to_json()) == bundle
    assert certified.by_hash(b"\0" * 32) == []
    assert certified.by_claim("ride-600") == []
    assert sum(t.total for t in certified.plan.tranches) == sum(400 + i for i in range(600))
    with pytest.raises(InvalidInput):
        certified.at(0, 600)


def test_the_order_is_shuffled_and_the_seed_alone_determines_it(tmp_path: Path) -> None:
    claims = csv_file(tmp_path / "c.csv", [ride(i) for i in range(200)])
    orders = []
    for name, seed in (("a", b"\1" * 32), ("b", b"\1" * 32), ("c", b"\2" * 32)):
        assert draw(claims, tmp_path / name, seed=seed).seed == seed
        orders.append([d["claimId"] for d in documents(Certified(tmp_path / name))])
    assert orders[0] == orders[1] != orders[2]
    assert sorted(map(str, orders[0])) == sorted(f"ride-{i}" for i in range(200))
    assert orders[0] != [f"ride-{i}" for i in range(200)]


def test_two_draws_of_one_seed_have_different_salts(tmp_path: Path) -> None:
    claims = csv_file(tmp_path / "c.csv", [ride(0)])
    roots = {draw(claims, tmp_path / name).tranches[0].root for name in "ab"}
    assert len(roots) == 2


def test_the_order_of_the_file_is_kept_on_request(tmp_path: Path) -> None:
    draw(csv_file(tmp_path / "c.csv", [ride(i) for i in range(300)]), tmp_path / "out", shuffled=False)
    assert [d["claimId"] for d in documents(Certified(tmp_path / "out"))] == [f"ride-{i}" for i in range(300)]


@pytest.mark.parametrize("crew", [True, False])
@pytest.mark.parametrize("shuffled", [True, False])
def test_files_larger_than_the_buffers_give_the_same_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shuffled: bool, crew: bool
) -> None:
    claims = csv_file(tmp_path / "c.csv", [ride(i) for i in range(500)])
    draw(claims, tmp_path / "whole", shuffled=shuffled)
    monkeypatch.setattr(claim_chunks, "CHUNK", 1 << 12)
    monkeypatch.setattr(parted, "_BUFFERS", 1 << 10)
    monkeypatch.setattr(parted, "_SOURCE_BYTES", 1 << 6)
    monkeypatch.setattr(planning, "_ALONE_BELOW", 0 if crew else 1 << 30)
    assert survey(claims).parts == 1024
    draw(claims, tmp_path / "cut", shuffled=shuffled)
    whole, cut = Certified(tmp_path / "whole"), Certified(tmp_path / "cut")
    assert [d["claimId"] for d in documents(whole)] == [d["claimId"] for d in documents(cut)]
    for i in (0, 250, 499):
        assert len(cut.by_claim(f"ride-{i}")) == 1
        bundle = cut.at(0, i)
        assert cut.by_hash(bundle.certificate_hash) == [bundle]


def test_a_claim_that_crosses_lots_becomes_a_certificate_in_each(tmp_path: Path) -> None:
    rooms = (Room(LOT, 0, 0, 500), Room(LOT + 5, 3, 7, 0), Room(LOT + 9, 1, 20, 10_000))
    plan = draw(csv_file(tmp_path / "c.csv", [ride(i) for i in range(4)]), tmp_path / "out", rooms, shuffled=False)
    assert [(t.lot, t.number, t.start, t.total) for t in plan.tranches] == [(LOT, 0, 0, 500), (LOT + 9, 1, 20, 1106)]
    certified = Certified(tmp_path / "out")
    assert [b.leaf.grams for b in certified.by_claim("ride-1")] == [100, 301]
    assert [b.anchor.lot for b in certified.by_claim("ride-1")] == [LOT, LOT + 9]


def test_a_shuffled_file_over_many_chunks_fills_its_lots_to_the_gram(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim_chunks, "CHUNK", 1 << 12)
    rows = [ride(i) for i in range(400)]
    total = sum(400 + i for i in range(400))
    rooms = (Room(LOT, 0, 0, 20_001), Room(LOT + 5, 0, 0, 1), Room(LOT + 9, 4, 3, 777), Room(LOT + 11, 1, 0, 10**9))
    draw(csv_file(tmp_path / "c.csv", rows), tmp_path / "out", rooms)
    certified = Certified(tmp_path / "out")
    assert [t.total for t in certified.plan.tranches] == [20_001, 1, 777, total - 20_779]
    weights: dict[str, int] = {}
    for ordinal, tranche in enumerate(certified.plan.tranches):
        for document in documents(certified, ordinal):
            assert document["lot"] == str(tranche.lot)
            weights[str(document["claimId"])] = weights.get(str(document["claimId"]), 0) + int(str(document["grams"]))
    assert weights == {f"ride-{i}": 400 + i for i in range(400)}


def test_a_row_over_two_chunks_is_one_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can smuggle a claim into the file by a line break in a cell, wherever the chunks are cut."""
    monkeypatch.setattr(claim_chunks, "CHUNK", 1 << 12)
    rows = [ride(i) for i in range(100)]
    for i in range(0, 100, 3):
        rows[i][3] = "x\n" + ",".join(ride(1000 + i)) + "\n"
    bad: list[tuple[int, str, str]] = []
    plan = draw(csv_file(tmp_path / "c.csv", rows), tmp_path / "out", set_aside=lambda *told: bad.append(told))
    assert {d["claimId"] for d in documents(Certified(tmp_path / "out"))} == {f"ride-{i}" for i in range(100) if i % 3}
    assert (len(bad), plan.set_aside) == (34, 34)
    assert {column for _, column, _ in bad} == {"purpose"}


def test_a_cell_that_never_ends_is_refused_even_if_bad_rows_are_set_aside(tmp_path: Path) -> None:
    claims = csv_file(tmp_path / "c.csv", [ride(0), ride(1)])
    claims.write_text(claims.read_text() + '"ride-3,1,')
    with pytest.raises(InvalidInput, match="a quoted cell that does not end"):
        draw(claims, tmp_path / "out", set_aside=lambda *told: None)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_claim_that_stands_twice_leaves_nothing_of_its_second_row(tmp_path: Path) -> None:
    rows = [ride(1), ride(2), ride(1)]
    rows[2][2] = "Han Meimei"
    draw(csv_file(tmp_path / "c.csv", rows), tmp_path / "out", set_aside=lambda *told: None)
    assert b"Han Meimei" not in (tmp_path / "out" / "private" / "documents.tsv").read_bytes()
    assert len(Certified(tmp_path / "out").by_claim("ride-1")) == 1


def test_a_private_purpose_is_a_digest_that_a_disclosure_of_its_own_opens(tmp_path: Path) -> None:
    draw(csv_file(tmp_path / "c.csv", [ride(0)]), tmp_path / "out", private_purpose=True)
    (bundle,) = Certified(tmp_path / "out").all(0)
    certificate = Certificate.from_value(parse_strict(str(bundle.document)))
    opened = {d.name: d for d in map(parse_disclosure, bundle.disclosures)}
    assert certificate.purpose == Digest(opened["purpose"].digest)
    assert certificate.beneficiary == Digest(opened["beneficiary"].digest)
    assert opened["purpose"].text == "Metro ride, 10 km"
    assert opened["purpose"].salt != opened["beneficiary"].salt
    assert canonical_bytes(certificate.to_value()).decode() == bundle.document


def test_claims_beyond_what_is_retired_leave_no_plan(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="more is claimed than is retired"):
        draw(csv_file(tmp_path / "c.csv", [ride(0)]), tmp_path / "out", (Room(LOT, 0, 0, 399),))
    assert list((tmp_path / "out").iterdir()) == []


def test_the_first_bad_row_stops_with_its_place(tmp_path: Path) -> None:
    rows = [ride(i) for i in range(5)]
    rows[3][1] = "4.5"
    with pytest.raises(InvalidInput) as refused:
        draw(csv_file(tmp_path / "c.csv", rows), tmp_path / "out")
    assert refused.value.place == "c.csv line 5, column grams"


@pytest.mark.parametrize("shuffled", [True, False])
def test_a_claim_id_that_stands_twice_is_refused(tmp_path: Path, shuffled: bool) -> None:
    with pytest.raises(InvalidInput, match="claim id stands twice") as refused:
        draw(csv_file(tmp_path / "c.csv", [ride(1), ride(2), ride(1)]), tmp_path / "out", shuffled=shuffled)
    assert refused.value.place == "c.csv line 4, column claim_id"
    assert "first on line 2" in str(refused.value.found)


@pytest.mark.parametrize("shuffled", [True, False])
def test_bad_rows_are_set_aside_with_line_column_and_reason(tmp_path: Path, shuffled: bool) -> None:
    rows = [ride(i) for i in range(6)] + [ride(2)]
    rows[1][1], rows[4] = "0", ["just one cell"]
    bad: list[tuple[int, str, str]] = []
    plan = draw(
        csv_file(tmp_path / "c.csv", rows),
        tmp_path / "out",
        (Room(LOT, 0, 0, 400 + 402 + 403 + 405),),
        shuffled=shuffled,
        set_aside=lambda *told: bad.append(told),
    )
    assert [(line, column) for line, column, _ in bad] == [(3, "grams"), (6, ""), (8, "claim_id")]
    assert "wrong number of cells" in bad[1][2]
    assert (plan.certificates, plan.set_aside) == (4, 3)


def test_bytes_that_are_not_utf8_are_the_fault_of_their_cell_alone(tmp_path: Path) -> None:
    claims = csv_file(tmp_path / "c.csv", [ride(0), ride(1)])
    claims.write_bytes(claims.read_bytes().replace("李雷".encode(), b"\xff\xfe", 1))
    bad: list[tuple[int, str, str]] = []
    plan = draw(claims, tmp_path / "out", set_aside=lambda *told: bad.append(told))
    assert [(line, column) for line, column, _ in bad] == [(2, "beneficiary")]
    assert plan.certificates == 1


def test_ndjson_says_the_same_as_csv(tmp_path: Path) -> None:
    rows = [ride(i) for i in range(3)]
    claims = tmp_path / "c.ndjson"
    values = [{**dict(zip(COLUMNS, row, strict=True)), "grams": int(row[1])} for row in rows]
    claims.write_text("".join(json.dumps(value) + "\n" for value in values) + '{"grams": 1.5}\n{"a": 1}\n\n')
    bad: list[tuple[int, str, str]] = []
    draw(claims, tmp_path / "json", shuffled=False, set_aside=lambda *told: bad.append(told))
    draw(csv_file(tmp_path / "c.csv", rows), tmp_path / "csv", shuffled=False)
    told = [
        [{**d, "salt": "", "beneficiary": ""} for d in documents(Certified(tmp_path / name))]
        for name in ("json", "csv")
    ]
    assert told[0] == told[1]
    assert [line for line, _, _ in bad] == [4, 5]


TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT, st.booleans(), st.booleans()), min_size=1, max_size=4))
def test_a_document_put_together_is_the_one_that_the_certificate_writes(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str, str, str, bool, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    rows = []
    for i, (claim, who, purpose, unit, active, priced) in enumerate(texts):
        activity = ["metro", "10.5", unit, ""] if active else [""] * 4
        price = ["CNY", "2", "2"] if priced else [""] * 3
        rows.append([f"{i}{claim}", "432", who, purpose, *activity, *price, "2026-11-22T08:00:00Z"])
    bad: list[object] = []
    rows.append(ride(0))
    draw(csv_file(folder / "c.csv", rows), folder / "out", set_aside=lambda *told: bad.append(told))
    assert Certified(folder / "out").plan.certificates == len(rows) - len(bad)
    for bundle in Certified(folder / "out").all(0):
        certificate = Certificate.from_value(parse_strict(str(bundle.document)))
        assert canonical_bytes(certificate.to_value()).decode() == bundle.document
        (disclosure,) = map(parse_disclosure, bundle.disclosures)
        assert certificate.beneficiary == Digest(disclosure.digest)


def test_a_plan_read_back_is_the_plan_drawn_and_private(tmp_path: Path) -> None:
    claims = csv_file(tmp_path / "c.csv", [ride(0)])
    plan = draw(claims, tmp_path / "out")
    assert read_plan(tmp_path / "out", plan.claims) == plan
    private = [tmp_path / "out" / "plan.json", *(tmp_path / "out" / "private").rglob("documents.*")]
    assert len(private) == 3
    assert all(path.stat().st_mode & 0o077 == 0 for path in private)
    tiles = [path.read_bytes() for path in (tmp_path / "out" / "tiles").rglob("*") if path.is_file()]
    assert [len(tile) for tile in tiles] == [40]


def test_a_plan_of_other_claims_is_not_finished(tmp_path: Path) -> None:
    draw(csv_file(tmp_path / "c.csv", [ride(0)]), tmp_path / "out")
    with pytest.raises(Contradiction, match="drawn for other claims"):
        read_plan(tmp_path / "out", "0x00")


@pytest.mark.parametrize("name", ["documents.tsv", "documents.idx"])
def test_a_damaged_document_file_is_a_contradiction(tmp_path: Path, name: str) -> None:
    draw(csv_file(tmp_path / "c.csv", [ride(i) for i in range(3)]), tmp_path / "out")
    (path,) = (tmp_path / "out" / "private").rglob(name)
    data = bytearray(path.read_bytes())
    data[20] ^= 1
    path.write_bytes(data)
    with pytest.raises(Contradiction, match="damaged"):
        list(Certified(tmp_path / "out").all(0))


def test_two_runs_do_not_work_in_one_folder(tmp_path: Path) -> None:
    with alone_in(tmp_path / "out"), pytest.raises(Unavailable, match="another run"), alone_in(tmp_path / "out"):
        pass
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("leaves_only", [True, False])
def test_a_tranche_goes_out_in_parts_without_its_disclosures(tmp_path: Path, leaves_only: bool) -> None:
    draw(csv_file(tmp_path / "c.csv", [ride(i) for i in range(300)]), tmp_path / "out")
    certified = Certified(tmp_path / "out")
    parts = list(certified.uploads(0, leaves_only=leaves_only, most=128))
    assert [len(part.leaves) for part in parts] == [128, 128, 44]
    bundles = list(certified.all(0))
    assert [leaf for part in parts for leaf in part.leaves] == [(b.leaf.grams, b.certificate_hash) for b in bundles]
    sent = [document for part in parts for document in part.documents]
    assert sent == ([] if leaves_only else [bundle.document for bundle in bundles])


def test_a_forgotten_claim_keeps_its_certificate_and_nothing_opens_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    draw(csv_file(tmp_path / "c.csv", [ride(i) for i in range(20)]), out, private_purpose=True)
    certified = Certified(out)
    certified.write_bundles()
    (before,) = certified.find("ride-7")
    certified.forget(before)
    (after,) = Certified(out).find("ride-7")
    assert after.document == before.document
    assert after.path == before.path
    assert (len(before.disclosures), after.disclosures) == (2, ())
    assert parse_bundle((out / "bundles" / f"0x{before.certificate_hash.hex()}.json").read_bytes()) == after
    kept = (out / "private" / "documents.tsv").read_bytes()
    for disclosure in before.disclosures:
        assert disclosure.encode() not in kept
        assert disclosure[2:36].encode() not in kept
    assert all(len(bundle.disclosures) == 2 for bundle in certified.all(0) if bundle != after)
    certified.forget(after)
    assert Certified(out).find("ride-7") == [after]


def test_what_is_not_in_the_folder_is_not_found(tmp_path: Path) -> None:
    draw(csv_file(tmp_path / "c.csv", [ride(0)]), tmp_path / "out")
    for which in ("ride-1", "0x" + "00" * 32, "1", "99999999999999999999"):
        with pytest.raises(InvalidInput):
            Certified(tmp_path / "out").find(which)
