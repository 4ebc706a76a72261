"""`offsetproof certify`, `bundle` and `publish`: claims become certificates; certificates become findable."""

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
from registry.domain.hexes import parse_hash

if TYPE_CHECKING:
    from registry.chain.contracts import CreditRegistry
    from registry.workflows.certify import Room
    from registry.workflows.planning import Plan, SetAside


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
        from registry.domain.certificates import Issuer
        from registry.workflows.certified import ALL_BUNDLES, Certified, write_outcome
        from registry.workflows.certify import anchor_plan
        from registry.workflows.planning import Task, alone_in, claims_digest, draw_to, read_plan

        pinned = settings.registry_file(registry)
        digest = claims_digest(claims, lot, issuer, platform, shuffled=not keep_order)
        credits_ = credit_registry(registry, rpc, keystore, account)
        meter = Meter(notes)

        def task() -> Task:
            rooms = tuple(_room(credits_, number) for number in lot)
            named = Issuer(issuer, _one_owner(credits_, lot))
            return Task(claims, rooms, named, pinned, platform, not keep_order)

        if dry_run:
            with tempfile.TemporaryDirectory() as folder, _list_of(set_aside) as listed:
                plan = draw_to(Path(folder), task(), digest, progress=meter, set_aside=listed)
                meter.end()
            _tell_plan(plan, as_json, dry_run=True, **_forecast(credits_, plan))
            return
        with alone_in(out_folder):
            found = read_plan(out_folder, digest)
            if found is None:
                with _list_of(set_aside) as listed:
                    found = draw_to(out_folder, task(), digest, progress=meter, set_aside=listed)
                meter.end()
            else:
                notes.print("finishing the plan that an earlier run left")
            anchored = anchor_plan(found.tranches, credits_)
            some = found.certificates <= ALL_BUNDLES if bundles is None else bundles
            paths = Certified(out_folder).write_bundles() if some else []
            write_outcome(out_folder, found)
        _tell_plan(found, as_json, anchored=len(anchored), bundles=len(paths), folder=str(out_folder))


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
    from registry.domain.hexes import hex0x
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

        certified = Certified(folder)
        if which.startswith("0x") and len(which) == 66:
            found = certified.by_hash(parse_hash(which, any_case=True))
        else:
            found = certified.by_claim(which)
            if not found and which.isascii() and which.isdigit():
                found = [certified.at(tranche, int(which))]
        if not found:
            raise InvalidInput("no such certificate in this folder", found=which[:100])
        for one in found:
            sys.stdout.write(one.to_json().decode("utf-8") + "\n")


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
