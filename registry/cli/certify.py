"""`offsetproof certify`, `bundle`, `forget` and `publish`: claims become certificates; certificates become findable."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli import settings
from registry.cli.acting import credit_registry
from registry.cli.output import notes, out, print_json, reporting
from registry.cli.progress import Meter
from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x
from registry.domain.members import normal_text

if TYPE_CHECKING:
    from registry.chain.contracts import CreditRegistry
    from registry.workflows.certify import Room
    from registry.workflows.plan import Plan
    from registry.workflows.planning import SetAside


def certify(
    claims: Annotated[
        Path, typer.Argument(metavar="CLAIMS", help="One row a claim, CSV or .ndjson, of any length (docs/claims.md).")
    ],
    lot: Annotated[list[int], typer.Option("--lot", help="Lot whose retired grams are claimed; several in order.")],
    out_folder: Annotated[Path, typer.Option("--out", help="Folder for plan, tiles, documents and outcome.")],
    issuer: Annotated[str, typer.Option(help="Name of who certifies.")],
    platform: Annotated[str | None, typer.Option(help="Name of the platform, if that is another.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and draw, but keep and anchor nothing.")] = False,
    set_aside: Annotated[
        Path | None,
        typer.Option("--set-aside", metavar="FILE", help="Go on past bad rows, and list them here (CSV)."),
    ] = None,
    keep_order: Annotated[
        bool, typer.Option("--keep-order", help="Do not shuffle: neighbours in the file are neighbours in the tree.")
    ] = False,
    private: Annotated[
        list[str] | None,
        typer.Option("--private", metavar="FIELD", help="Also a salted digest in the document: purpose."),
    ] = None,
    bundles: Annotated[
        bool | None, typer.Option("--bundles/--no-bundles", help="One file a certificate; default up to 10,000.")
    ] = None,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Certify claims against retired credits: write the plan, anchor it, keep what every bundle is made of.

    A run that died is finished by the same command; nothing is anchored twice.
    """
    with reporting(as_json):
        from registry.workflows.certified import ALL_BUNDLES, Certified, write_outcome
        from registry.workflows.certify import anchor_plan
        from registry.workflows.claim_chunks import survey
        from registry.workflows.plan import read_plan
        from registry.workflows.planning import Request, alone_in, draw_to

        pinned, closed = settings.registry_file(registry), _closed_fields(private)
        issuer, platform = normal_text(issuer), None if platform is None else normal_text(platform)
        request = Request(survey(claims), tuple(lot), issuer, platform, not keep_order, "purpose" in closed)
        credits_ = credit_registry(registry, rpc, keystore, account)
        meter = Meter(notes)

        def drawn(folder: Path) -> "Plan":
            rooms, owner = [_room(credits_, number) for number in lot], _one_owner(credits_, lot)
            with _list_of(set_aside) as listed:
                plan = draw_to(folder, request, rooms, owner, pinned, progress=meter, set_aside=listed)
            meter.end()
            return plan

        if dry_run:
            with tempfile.TemporaryDirectory() as folder:
                plan = drawn(Path(folder))
            _tell_plan(plan, as_json, dry_run=True, **_forecast(credits_, plan))
            return
        with alone_in(out_folder):
            found = read_plan(out_folder, request.digest)
            if found is None:
                found = drawn(out_folder)
            else:
                notes.print("finishing the plan that an earlier run left")
            anchored = anchor_plan(found.tranches, credits_)
            some = found.certificates <= ALL_BUNDLES if bundles is None else bundles
            paths = Certified(out_folder).write_bundles() if some else []
            write_outcome(out_folder, found)
        _tell_plan(found, as_json, anchored=len(anchored), bundles=len(paths), folder=str(out_folder))


def _closed_fields(private: list[str] | None) -> set[str]:
    for field in private or []:
        if field not in ("beneficiary", "purpose"):
            raise InvalidInput(
                "no such field", expected="purpose (the beneficiary always is)", found=field[:40], place="--private"
            )
    return set(private or [])


@contextmanager
def _list_of(path: Path | None) -> "Iterator[SetAside | None]":
    """Writes bad rows to `path`; None if there is none."""
    if path is None:
        yield None
        return
    import csv

    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("line", "column", "reason"))
        yield lambda line, column, reason: rows.writerow((line, column, reason)) and None


def _room(credits_: "CreditRegistry", lot: int) -> "Room":
    from registry.domain.units import GRAMS_PER_CREDIT
    from registry.workflows.certify import Room

    state, marks = credits_.lot_of(lot), credits_.marks_of(lot)
    if not any(state.owner):
        raise InvalidInput(f"there is no lot {lot}", place="--lot")
    free = state.retired * GRAMS_PER_CREDIT - marks.claimed_grams
    return Room(lot, marks.tranches, marks.claimed_grams, free)


def _one_owner(credits_: "CreditRegistry", lots: list[int]) -> bytes:
    owners = {credits_.lot_of(lot).owner for lot in lots}
    if len(owners) != 1:
        raise InvalidInput("these lots have several owners", expected="one owner, who certifies", place="--lot")
    return owners.pop()


def _forecast(credits_: "CreditRegistry", plan: "Plan") -> dict[str, object]:
    """Serial numbers that the plan would claim, gas of its transactions as the node estimates it, and their cost."""
    from registry.domain.lots import Position, lot_batch

    rpc, gas, serials = credits_.sender.rpc, 0, []
    for t in plan.tranches:
        data = credits_.calldata("anchor", t.lot, t.number, t.start, t.leaf_count, t.total, t.root)
        call = {"from": hex0x(credits_.sender.address), "to": hex0x(credits_.address), "data": hex0x(data)}
        gas += int(rpc.request("eth_estimateGas", [call]), 16)
        batch = credits_.batch_of(lot_batch(t.lot))
        first, end = Position(t.start, t.total).credit_range(t.lot)
        serials.append(
            {
                "series": credits_.series_of(batch.series),
                "first": str(batch.first_serial + first),
                "last": str(batch.first_serial + end - 1),
            }
        )
    price = int(rpc.request("eth_gasPrice"), 16)
    return {"serials": serials, "gas": gas, "gas_price_wei": str(price), "cost_wei": str(gas * price)}


def _tell_plan(plan: "Plan", as_json: bool, *, dry_run: bool = False, **facts: object) -> None:
    listed = [
        {"lot": str(t.lot), "tranche": t.number, "start": t.start, "grams": t.total, "certificates": t.leaf_count}
        for t in plan.tranches
    ]
    if as_json:
        print_json({"dry_run": dry_run, "tranches": listed, "set_aside": plan.set_aside, **facts})
        return
    out.print("[bold]would anchor[/]" if dry_run else "[bold]anchored[/]")
    for row in listed:
        out.print(
            f"  tranche {row['tranche']} of lot {row['lot']}: {row['certificates']} certificates, {row['grams']:,} g "
            f"from gram {row['start']:,}"
        )
    if plan.set_aside:
        out.print(f"  {plan.set_aside} bad rows set aside")
    if dry_run:
        for run in facts["serials"]:  # type: ignore[attr-defined]
            out.print(f"  serials {run['series']} {run['first']} to {run['last']}")
        out.print(f"  {facts['gas']:,} gas at {facts['gas_price_wei']} wei: {facts['cost_wei']} wei")
    else:
        out.print(f"  files in {facts['folder']}; one bundle: offsetproof bundle {facts['folder']} HASH")
        out.print(f"next: offsetproof publish {facts['folder']} --api URL")


def bundle(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The --out folder of certify.")],
    which: Annotated[str, typer.Argument(metavar="HASH|INDEX|CLAIM_ID", help="Certificate hash, index, or claim id.")],
    tranche: Annotated[int, typer.Option(help="With an index: which of the folder's tranches, from 0.")] = 0,
) -> None:
    """Print one certificate's bundle from a certified folder; several lines if the claim crossed lots."""
    with reporting(False):
        from registry.workflows.certified import Certified

        for one in Certified(folder).find(which, tranche):
            sys.stdout.write(one.to_json().decode("utf-8") + "\n")


def forget(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The --out folder of certify.")],
    which: Annotated[str, typer.Argument(metavar="HASH|CLAIM_ID", help="Certificate hash, or claim id.")],
    as_json: settings.JsonOption = False,
) -> None:
    """Destroy the names and salts of a claim in a certified folder. Its certificates stay valid, without a name.

    Nobody can undo this. It reaches neither the claims file nor what was handed out or backed up.
    """
    with reporting(as_json):
        from registry.workflows.certified import Certified

        certified = Certified(folder)
        found = certified.find(which)
        for one in found:
            certified.forget(one)
        if as_json:
            print_json({"forgotten": [hex0x(one.certificate_hash) for one in found]})
            return
        out.print(f"[bold]forgotten[/] {len(found)} certificates of {folder}")
        out.print("next: remove the row from the claims file, and what mail, backups and logs hold")


def publish(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The --out folder of certify.")],
    api: settings.ApiOption = None,
    leaves_only: Annotated[bool, typer.Option("--leaves-only", help="Hashes and grams, no documents.")] = False,
    as_json: settings.JsonOption = False,
) -> None:
    """Publish a certified folder to a verifier API, so that its certificates are found by hash and number.

    Personal fields are salted digests in the documents; what opens them is never sent.
    """
    with reporting(as_json):
        from registry.workflows.certified import Certified
        from registry.workflows.publishing import put_tranche

        url = settings.api_url(api)
        if url is None:
            raise InvalidInput("no verifier API", hint="give --api URL or set OFFSETPROOF_API_URL")
        certified = Certified(folder)
        meter = Meter(notes)
        answers = [
            put_tranche(url, certified, ordinal, leaves_only=leaves_only, progress=meter)
            for ordinal in range(len(certified.plan.tranches))
        ]
        meter.end()
    if as_json:
        print_json({"published": answers})
    else:
        out.print(f"[bold]published[/] {len(answers)} tranches to {url}")
