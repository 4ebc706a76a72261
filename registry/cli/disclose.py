"""`offsetproof disclose`: see what a certificate's file says of persons, and hand it on with less."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import settings
from registry.cli.files import write_new
from registry.cli.output import out, plain, print_json, reporting
from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x
from registry.workflows.disclosing import CLOSED, OPENED, PersonalField, personal_fields, withhold
from registry.workflows.reading import read_certificate_file

SAID = {OPENED: "disclosed, can be left out", CLOSED: "not disclosed", "plain": "in the document, cannot be left out"}


def disclose(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The certificate's file, in any form.")],
    out_file: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write the file to hand on (never over another).", show_default=False
        ),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep", metavar="FIELD", help="beneficiary or purpose: go on disclosing it.", show_default=False
        ),
    ] = None,
    as_json: settings.JsonOption = False,
) -> None:
    """List what a certificate's file says of persons; with --out, hand it on without that.

    Number, hash and verdict stay the same. Nothing is looked up: this does not say whether the certificate is good.
    """
    with reporting(as_json):
        if keep and out_file is None:
            raise InvalidInput("nothing to write", hint="--keep goes with --out FILE")
        given = read_certificate_file(bundle)
        before = personal_fields(given)
        handed_on = withhold(given, keep or ())
        if out_file is not None:
            write_new(out_file, handed_on.to_json())
        fields = before if out_file is None else personal_fields(handed_on)
    if as_json:
        print_json(
            {
                "certificate_hash": hex0x(given.certificate_hash),
                "file": None if out_file is None else str(out_file),
                "fields": [{"name": field.name, "state": field.state, "text": field.text} for field in fields],
            }
        )
        return
    if out_file is not None:
        out.print(f"wrote {plain(str(out_file))}")
    _show(fields)
    if out_file is None and any(field.state == OPENED for field in fields):
        out.print(f"  next         offsetproof disclose {plain(str(bundle))} --out FILE")
    elif out_file is not None:
        out.print(f"  next         offsetproof verify {plain(str(out_file))} --registry registry.json --rpc URL")


def _show(fields: tuple[PersonalField, ...]) -> None:
    for field in fields:
        said = f"  {plain(field.text)}" if field.text is not None else ""
        out.print(f"  {field.name:<13}{SAID[field.state]}{said}")
    out.print("  all else in the document (claim id, activity, price, platform, time) and the grams of neighbours stay")
