"""`offsetproof import`: what a source registry publishes, read row by row, and what is odd about it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from registry.cli import settings
from registry.cli.output import out, plain, print_json, reporting

MOST_SHOWN = 20
DIGITS = 16
"""Of the digest that names a folder."""


def import_files(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Tables that belong together, such as issuances and retirements."),
    ],
    registry: Annotated[
        str | None,
        typer.Option("--registry", metavar="NAME", help="Whose they are, if several could be.", show_default=False),
    ] = None,
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Where records, rejected rows and the report go; else imported/ and the digest of the files.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    as_json: settings.JsonOption = False,
) -> None:
    """Read tables that a source registry publishes: every row is read, or rejected with its reason.

    The format is told by the columns. Then rows are held against one another: ranges that overlap, credits retired
    twice, more retired than issued. Nothing is sent anywhere. Exit code 0 also if rows were rejected: the report says.
    """
    from registry.imports.importing import read_files
    from registry.imports.writing import write_import

    with reporting(as_json):
        today = datetime.now(UTC).date()
        imported = read_files(files, today=today, registry=registry, configured=settings.opaque_prefixes())
        value = imported.to_value()
        home = out_folder or Path("imported", imported.digest[:DIGITS])
        wrote = not dry_run and (out_folder is not None or not home.exists())
        if wrote:
            write_import(home, imported)
    if as_json:
        print_json(value | {"folder": None if dry_run else str(home)})
        return
    _show(value)
    if not dry_run:
        out.print(f"  {'wrote' if wrote else 'is in':<11}{plain(str(home))}")


def _show(value: dict[str, Any]) -> None:
    for file in value["files"]:
        out.print(f"  {plain(file['file'])}: {file['format']}, {file['rows']} rows")
    out.print(f"  parsed     {value['parsed']} of {value['rows']} rows")
    for kind, those in value["kinds"].items():
        out.print(f"             {those['rows']} {kind} rows, {those['credits']} credits")
    out.print(f"  rejected   {value['rejected']}")
    for one in value["rejections"][:MOST_SHOWN]:
        column = f", column {one['column']}" if one["column"] else ""
        out.print(f"             {plain(one['file'])} row {one['row']}{plain(column)}: {plain(one['reason'])}")
    out.print(f"  anomalies  {len(value['anomalies'])}")
    for one in value["anomalies"][:MOST_SHOWN]:
        places = ", ".join(f"{place['file']} row {place['row']}" for place in one["places"][:4])
        out.print(f"             {plain(one['kind'])}: {plain(one['found'])} ({plain(places)})")
    left = max(len(value["rejections"]), len(value["anomalies"])) - MOST_SHOWN
    if left > 0:
        out.print("  all of them: --json, or report.json in the folder")
