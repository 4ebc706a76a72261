"""`offsetproof render`: a verified certificate as PDF, picture, QR codes and badge."""

import time
from pathlib import Path
from typing import Annotated

import typer

from registry.cli import settings
from registry.cli.output import notes as errors
from registry.cli.output import out, plain, print_json, reporting
from registry.domain.errors import InvalidInput
from registry.proofs.bundle import Bundle
from registry.proofs.verdict import PASSED, RETIRED, Verdict
from registry.workflows import verifying
from registry.workflows.reading import read_certificate_file


def render(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="A certificate's file, in any form.")],
    out_folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the files go.")],
    pdf: Annotated[bool, typer.Option("--pdf", help="A4, with the bundle as attachment.")] = False,
    card: Annotated[bool, typer.Option("--card", help="A picture to share; it names no person.")] = False,
    qr: Annotated[
        bool, typer.Option("--qr", help="Two codes: the short address, and the whole certificate if it fits.")
    ] = False,
    badge: Annotated[bool, typer.Option("--badge", help="HTML for a platform's page.")] = False,
    lang: Annotated[str, typer.Option("--lang", help="zh or en.")] = "zh",
    address: Annotated[
        str | None, typer.Option("--address", metavar="URL", help="The verifier whose page the codes open.")
    ] = None,
    fonts: Annotated[
        Path | None, typer.Option("--fonts", metavar="DIR", help="A folder with Noto Sans SC.", show_default=False)
    ] = None,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    quorum: Annotated[int | None, typer.Option(help="How many nodes must agree.", show_default=False)] = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Verify a certificate, then write what people hold. Without a choice, all four; without `retired`, nothing.

    The same file and verdict give the same bytes.
    """
    with reporting(as_json):
        wanted = {"pdf": pdf, "card": card, "qr": qr, "badge": badge}
        chosen = {name for name, asked in wanted.items() if asked or not any(wanted.values())}
        url = address or settings.api_url(None)
        if url is None:
            raise InvalidInput("no address", hint="give --address URL of the verifier whose page the codes shall open")
        certificate = read_certificate_file(bundle)
        nodes = settings.rpc_urls(rpc) or [settings.one_rpc_url(rpc)]
        verdict = verifying.verify_with_nodes(
            certificate, settings.registry_file(registry), nodes, quorum=quorum, now=int(time.time())
        )
        if verdict.verdict != RETIRED:
            raise typer.Exit(_refuse(verdict, as_json))
        written, notes = write(verdict, certificate, url, lang, chosen, out_folder, fonts)
    if as_json:
        print_json({"number": verdict.number, "files": [str(path) for path in written], "notes": notes})
        return
    for path in written:
        out.print(f"wrote {plain(str(path))}  {path.stat().st_size:,} bytes")
    for note in notes:
        out.print(f"note: {plain(note)}")
    out.print(f"next: offsetproof verify {plain(str(written[0]))} --registry registry.json --rpc URL")


def _refuse(verdict: Verdict, as_json: bool) -> int:
    """Say why nothing was written; the exit code is that of the verdict."""
    if as_json:
        print_json({"verdict": verdict.verdict, "files": [], "checks": [check.to_value() for check in verdict.checks]})
        return verdict.exit_code
    errors.print(f"nothing written: only a certificate of retired credits is made into a page; found {verdict.verdict}")
    for check in verdict.checks:
        if check.status != PASSED:
            errors.print(f"  {check.n:>2}  {plain(check.reason)}")
    return verdict.exit_code


def write(
    verdict: Verdict, bundle: Bundle, url: str, language: str, chosen: set[str], folder: Path, fonts: Path | None
) -> tuple[list[Path], list[str]]:
    """Make everything, then write it; the files in order, and what could not be made with the reason."""
    from registry.render.addresses import MOST_CODE, VerifierAddress, whole_code
    from registry.render.badge import render_badge
    from registry.render.card import render_card
    from registry.render.pdf import render_pdf
    from registry.render.qr import qr_png
    from registry.render.sheet import sheet_of
    from registry.render.typesetter import Typesetter, font_folders

    page = VerifierAddress(url)
    sheet = sheet_of(verdict, bundle, page, language)
    made: dict[str, bytes] = {}
    notes: list[str] = []
    if chosen & {"pdf", "card"}:
        typesetter = Typesetter(font_folders(fonts))
        if "pdf" in chosen:
            made[".pdf"] = render_pdf(verdict, bundle, page, language, typesetter)
        if "card" in chosen:
            made["-card.png"] = render_card(verdict, bundle, page, language, typesetter)
    if "qr" in chosen:
        made["-address.png"] = qr_png(sheet.short_address, 8)
        whole = whole_code(bundle, page)
        if whole is None:
            notes.append(f"no code of the whole certificate: it needs more than {MOST_CODE} bytes; the PDF carries it")
        else:
            made["-whole.png"] = qr_png(whole, 4)
    if "badge" in chosen:
        made["-badge.html"] = render_badge(verdict, bundle, page, language).encode("utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for ending, content in made.items():
        path = folder / f"{sheet.number}{ending}"
        path.write_bytes(content)
        written.append(path)
    return written, notes
