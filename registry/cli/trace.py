"""`offsetproof trace`: follow a credit by its serial number, from project to the grams of certificates."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.cli import settings
from registry.cli.output import NEGATIVE, out, plain, print_json, reporting
from registry.domain.hexes import hex0x

if TYPE_CHECKING:
    from registry.store.trace import Trace


def trace(
    serial: Annotated[str, typer.Argument(metavar="SERIAL", help="As its registry prints it, or SERIES:NUMBER.")],
    registry: settings.RegistryOption = None,
    db: settings.DatabaseOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Trace a credit through the mirror. Of a printed range, its first credit is traced."""
    with reporting(as_json):
        from registry.domain.asked import parse_asked_serials
        from registry.store.database import open_store
        from registry.store.trace import trace_credit

        asked = parse_asked_serials(serial, configured=settings.opaque_prefixes())
        series, number = asked.series, asked.range.first
        pinned = settings.registry_file(registry)
        store = open_store(settings.database_url(db), must_exist=True)
        with store.read() as session:
            found = trace_credit(session, series, number)
        store.close()
    if found is None:
        value: dict[str, Any] = {"series": series, "serial": str(number), "issued": False}
        if as_json:
            print_json(value)
        else:
            out.print(f"[bold red]NOT ISSUED HERE[/]  {plain(series)} {number}")
        raise typer.Exit(NEGATIVE)
    value = _value(found)
    if as_json:
        print_json(value)
    else:
        _show(found, dict(pinned.names))


def _value(found: "Trace") -> dict[str, Any]:
    project, report, lot, retirement = found.project, found.report, found.lot, found.retirement
    return {
        "series": found.series,
        "serial": str(found.serial),
        "issued": True,
        "project": {"programme": project.programme_code, "source_id": project.source_id, "status": project.status}
        if project
        else None,
        "report": {"number": report.report, "tonnes": report.tonnes, "status": report.status} if report else None,
        "batch": {
            "number": found.batch.batch,
            "first_serial": str(found.batch.first_serial),
            "count": found.batch.count,
        },
        "lot": {"number": str(lot.lot), "owner": hex0x(lot.owner), "count": lot.count, "retired": lot.retired}
        if lot
        else None,
        "trouble": found.trouble or None,
        "retired": retirement is not None,
        "retired_in_block": retirement.block_number if retirement else None,
        "grams": [
            {
                "certificate_hash": hex0x(claim.certificate_hash),
                "tranche": tranche.tranche,
                "start_gram": claim.start,
                "grams": claim.grams,
            }
            for tranche in found.tranches
            for claim in tranche.claims or ()
        ],
        "unpublished_tranches": [tranche.tranche for tranche in found.tranches if tranche.claims is None],
        "block": found.block_number,
    }


def _show(found: "Trace", names: dict[bytes, str]) -> None:
    value = _value(found)
    out.print(f"[bold]{plain(found.series)} {found.serial}[/]  as of block {found.block_number}")
    if value["project"]:
        out.print(
            f"  project     {plain(value['project']['programme'])} {plain(value['project']['source_id'])}, "
            f"{value['project']['status']}"
        )
    if value["report"]:
        out.print(
            f"  report      no. {value['report']['number']}, {value['report']['tonnes']:,} t, "
            f"{value['report']['status']}"
        )
    out.print(f"  batch       no. {found.batch.batch}, {found.batch.count} credits from {found.batch.first_serial}")
    if found.lot:
        owner = names.get(found.lot.owner, hex0x(found.lot.owner))
        out.print(f"  lot         {found.lot.lot} of {plain(owner)}, {found.lot.retired} of {found.lot.count} retired")
    if found.trouble:
        out.print(f"  [bold red]trouble     {found.trouble}[/]")
    retired = f"retired in block {value['retired_in_block']}" if value["retired"] else "live: not retired"
    out.print(f"  credit      {retired}")
    for claim in value["grams"]:
        out.print(f"  claimed     {claim['grams']:,} g by certificate {claim['certificate_hash']}")
    for tranche in value["unpublished_tranches"]:
        out.print(f"  claimed     by tranche {tranche}, whose certificates nobody published")
