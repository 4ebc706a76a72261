"""`offsetproof certify` and `publish`: claims become certificates; certificates become findable."""

import hashlib
import io
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli import settings
from registry.cli.acting import credit_registry
from registry.cli.output import notes, out, print_json, reporting
from registry.domain.errors import InvalidInput

if TYPE_CHECKING:
    from registry.chain.contracts import CreditRegistry
    from registry.workflows.certify import Room, Tranche

MOST_CLAIMS_FILE = 64 * 1_048_576


def certify(
    claims: Annotated[Path, typer.Argument(metavar="CLAIMS.csv", help="One row a claim (docs/claims.md).")],
    lot: Annotated[list[int], typer.Option("--lot", help="Lot whose retired grams are claimed; several in order.")],
    out_folder: Annotated[Path, typer.Option("--out", help="Folder for plan, bundles and outcome.")],
    issuer: Annotated[str, typer.Option(help="Name of who certifies.")],
    platform: Annotated[str | None, typer.Option(help="Name of the platform, if that is another.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and allot, but write and anchor nothing.")] = False,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Certify claims against retired credits: write the plan, anchor it, write one bundle a certificate.

    A run that died is finished by the same command; nothing is anchored twice.
    """
    with reporting(as_json):
        from registry.domain.certificates import Issuer
        from registry.workflows.certify import anchor_plan, draw_plan, read_plan, write_bundles, write_plan
        from registry.workflows.claims import read_claims

        pinned = settings.registry_file(registry)
        text = settings.read_text(claims, MOST_CLAIMS_FILE)
        digest = _digest(text, lot, issuer, platform)
        rows = list(read_claims(io.StringIO(text, newline=""), claims.name))
        credits_ = credit_registry(registry, rpc, keystore, account)
        tranches = read_plan(out_folder, digest)
        if tranches is None:
            rooms = [_room(credits_, number) for number in lot]
            owner = _one_owner(credits_, lot)
            named = Issuer(issuer, owner)
            tranches = draw_plan(rows, rooms, named, pinned, salt=lambda: secrets.token_bytes(16), platform=platform)
            if not dry_run:
                write_plan(tranches, digest, out_folder)
        else:
            notes.print("finishing the plan that an earlier run left")
        if dry_run:
            _tell_plan(tranches, as_json, dry_run=True)
            return
        anchored = anchor_plan(tranches, credits_)
        paths = write_bundles(tranches, out_folder)
        _tell_plan(tranches, as_json, anchored=len(anchored), bundles=len(paths), folder=str(out_folder))


def _digest(text: str, lots: list[int], issuer: str, platform: str | None) -> str:
    """What a plan is for: the claims, the lots, the names. Anything else begins another plan."""
    told = "\n".join([*map(str, lots), issuer, platform or "", text])
    return "0x" + hashlib.sha256(told.encode("utf-8")).hexdigest()


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


def _tell_plan(tranches: "list[Tranche]", as_json: bool, *, dry_run: bool = False, **facts: object) -> None:
    listed = [
        {"lot": str(t.lot), "tranche": t.number, "start": t.start, "grams": t.total, "certificates": len(t.bundles)}
        for t in tranches
    ]
    if as_json:
        print_json({"dry_run": dry_run, "tranches": listed, **facts})
        return
    out.print("[bold]would anchor[/]" if dry_run else "[bold]anchored[/]")
    for row in listed:
        out.print(
            f"  tranche {row['tranche']} of lot {row['lot']}: {row['certificates']} certificates, {row['grams']:,} g "
            f"from gram {row['start']:,}"
        )
    if not dry_run:
        out.print(f"  bundles in {facts['folder']}/bundles")
        out.print(f"next: offsetproof publish {facts['folder']} --api URL")


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
        from registry.workflows.certify import read_any_plan
        from registry.workflows.publishing import put_tranche

        url = settings.api_url(api)
        if url is None:
            raise InvalidInput("no verifier API", hint="give --api URL or set OFFSETPROOF_API_URL")
        answers = [put_tranche(url, tranche, leaves_only=leaves_only) for tranche in read_any_plan(folder)]
    if as_json:
        print_json({"published": answers})
    else:
        out.print(f"[bold]published[/] {len(answers)} tranches to {url}")
