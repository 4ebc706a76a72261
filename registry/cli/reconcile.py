"""`offsetproof reconcile`: does the source registry hold as cancelled what is retired here?"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.cli import settings
from registry.cli.output import NEGATIVE, UNDECIDED, out, plain, print_json, reporting

if TYPE_CHECKING:
    from registry.workflows.reconcile import Finding

MOST_SHOWN = 20


def reconcile(
    source: Annotated[
        list[Path], typer.Option("--source", metavar="FILE", help="The source registry's export; give several.")
    ],
    as_of: settings.BlockOption = None,
    db: settings.DatabaseOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Hold the mirror's retirements against the source registry's own export, serial by serial.

    Exit code 0: every credit retired here is ended there, and none that is live here. 1: some differ. 3: rows of the
    export could not be read, so that nothing is decided.
    """
    with reporting(as_json):
        from registry.imports.importing import place_value, read_files
        from registry.store.database import open_store
        from registry.store.latest import at_block
        from registry.workflows.reconcile import EXTRA, MATCHED, MISSING
        from registry.workflows.reconcile import reconcile as compare

        configured = settings.opaque_prefixes()
        imported = read_files(source, today=datetime.now(UTC).date(), configured=configured)
        store = open_store(settings.database_url(db), must_exist=True)
        with store.read() as session:
            block = at_block(session, as_of)
            found = compare(session, imported.records, configured=configured, as_of=as_of)
        store.close()
    rejected = list(imported.rejected)

    def finding_value(one: "Finding") -> dict[str, Any]:
        return {
            "state": one.state,
            "series": one.series,
            "first": str(one.range.first),
            "last": str(one.range.last),
            "count": one.range.width,
            "confirmed": one.confirmed,
            "places": [place_value(place) for place in one.places],
        }

    value: dict[str, Any] = {
        "agrees": found.agrees and not rejected,
        "matched": found.count(MATCHED),
        "missing": found.count(MISSING),
        "extra": found.count(EXTRA),
        "withdrawn": found.gone,
        "elsewhere": found.elsewhere,
        "rejected": len(rejected),
        "block": block,
        "findings": [finding_value(one) for one in found.findings],
    }
    if as_json:
        print_json(value)
    else:
        _show(value)
    if found.findings:
        raise typer.Exit(NEGATIVE)
    if rejected:
        raise typer.Exit(UNDECIDED)


def _show(value: dict[str, Any]) -> None:
    out.print(f"as of block {value['block']}")
    out.print(f"  matched    {value['matched']} credits are retired here and ended there")
    out.print(f"  missing    {value['missing']} are retired here and not ended there")
    out.print(f"  extra      {value['extra']} are live here and ended there")
    out.print(f"  withdrawn  {value['withdrawn']} left this registry and ended there")
    out.print(f"  elsewhere  {value['elsewhere']} ended there and were never issued here")
    for one in value["findings"][:MOST_SHOWN]:
        numbers = one["first"] if one["first"] == one["last"] else f"{one['first']} to {one['last']}"
        more = ", attested by the operator all the same" if one["confirmed"] else ""
        rows = ", ".join(f"{place['file']} row {place['row']}" for place in one["places"][:4])
        out.print(f"  {one['state']:<9}  {plain(one['series'])} {numbers}{more}{plain(f' ({rows})' if rows else '')}")
    if len(value["findings"]) > MOST_SHOWN:
        out.print(f"  and {len(value['findings']) - MOST_SHOWN} ranges more: --json lists all")
    if value["rejected"]:
        out.print(f"  {value['rejected']} rows of the export could not be read: offsetproof import says which")
