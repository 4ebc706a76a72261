"""`offsetproof export`: the mirror as tables for others."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import settings
from registry.cli.output import out, plain, print_json, reporting


def export(
    out_folder: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="A new folder for the tables.")],
    as_of: settings.BlockOption = None,
    db: settings.DatabaseOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Write projects and credits as OffsetsDB has them, with the serial numbers that it leaves out."""
    with reporting(as_json):
        from registry.store.database import open_store
        from registry.store.latest import at_block
        from registry.workflows.export import write_export

        store = open_store(settings.database_url(db), must_exist=True)
        with store.read() as session:
            block = at_block(session, as_of)
            projects, transactions = write_export(session, out_folder, as_of=as_of)
        store.close()
    if as_json:
        print_json({"folder": str(out_folder), "projects": projects, "transactions": transactions, "block": block})
    else:
        out.print(f"  wrote      {plain(str(out_folder))}: {projects} projects, {transactions} transactions")
        out.print(f"  as of      block {block}")
