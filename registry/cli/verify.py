"""`offsetproof verify`: is this certificate good, and whom must I trust for that answer?"""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from registry.cli import settings
from registry.cli.output import GOOD, out, plain, print_json, reporting
from registry.domain.errors import Contradiction, InvalidInput
from registry.domain.hexes import parse_hash
from registry.domain.numbers import parse_number
from registry.domain.registry_file import RegistryFile
from registry.proofs.bundle import Bundle
from registry.proofs.header_trust import TrustedBlock, parse_checkpoints, parse_trusted_block
from registry.proofs.verdict import EXIT_CODES
from registry.workflows import verifying
from registry.workflows.reading import read_certificate_file

MARKS = {"passed": "✓", "failed": "✗", "pending": "…", "unavailable": "?"}

MEANINGS = {
    "retired": "The credits named below were cancelled, and this certificate alone claims them.",
    "pending": "Not yet: nothing is wrong so far, and something is still to come. Ask again later.",
    "compromised": "The credits were retired, but later suspended or invalidated. Ask the platform to replace them.",
    "invalid": "This is not a certificate of cancelled credits. Do not rely on it; ask whoever gave it to you.",
    "unknown": "No such certificate stands on this registry's chain.",
    "unknown registry": "This speaks of a registry that you have not pinned. Nothing here says whether it is genuine.",
    "unavailable": "Could not be checked. That is an outage or a missing source, not a sign of forgery.",
}


def verify(
    what: Annotated[str, typer.Argument(metavar="FILE|HASH|NUMBER", help="A bundle, a certificate hash or number.")],
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    quorum: Annotated[
        int | None, typer.Option(help="How many nodes must agree (default 2 if several are given).", show_default=False)
    ] = None,
    api: settings.ApiOption = None,
    max_age: Annotated[
        int, typer.Option(help="Oldest block, in seconds, on which standing and source cancellation may rest.")
    ] = verifying.DAY,
    trusted_block: Annotated[
        list[str] | None,
        typer.Option(
            "--trusted-block",
            metavar="HASH|NUMBER:HASH",
            help="Hash of a block that you know from a source you trust; proofs under it reach level 3. "
            "Several may be given.",
            show_default=False,
        ),
    ] = None,
    checkpoints: Annotated[
        Path | None,
        typer.Option(help="A file of such blocks, bound to the registry file's chain.", show_default=False),
    ] = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Check a certificate, by its file or by its hash or number.

    Without --rpc, --api or a trusted block only the file itself is checked, and the answer is not decided (exit 3).
    """
    with reporting(as_json):
        pinned = settings.optional_registry_file(registry)
        nodes = settings.rpc_urls(rpc)
        source = settings.api_url(api)
        trusted = trusted_blocks(trusted_block, checkpoints, pinned)
        value = answer(what, pinned, nodes, quorum, source, now=int(time.time()), max_age=max_age, trusted=trusted)
    show(value, as_json)
    raise typer.Exit(EXIT_CODES.get(str(value["verdict"]), GOOD))


def trusted_blocks(
    given: list[str] | None, checkpoints: Path | None, pinned: RegistryFile | None
) -> tuple[TrustedBlock, ...]:
    """The blocks named by hand and those of the checkpoints file; raises InvalidInput."""
    named = tuple(parse_trusted_block(text) for text in given or ())
    if checkpoints is None:
        return named
    if pinned is None:
        raise InvalidInput("no registry file", hint="give --registry FILE: it says which chain the checkpoints are of")
    return named + parse_checkpoints(settings.read_text(checkpoints), pinned)


def answer(
    what: str,
    pinned: RegistryFile | None,
    nodes: list[str],
    quorum: int | None,
    source: str | None,
    *,
    now: int,
    max_age: int,
    trusted: tuple[TrustedBlock, ...] = (),
) -> dict[str, Any]:
    """The verdict as JSON, from the best source given: nodes and trusted blocks, else the API, else nothing."""
    bundle = _bundle(what, source, bool(nodes or trusted))
    if bundle is None:
        assert source is not None
        if pinned is None:
            raise InvalidInput("no registry file", hint="give --registry FILE: nothing else says which chain to ask")
        reported = verifying.fetch_verdict(source, what)
        verifying.require_same_registry(source, reported, pinned)
        return reported
    if pinned is not None and nodes:
        try:
            return verifying.verify_with_nodes(
                bundle, pinned, nodes, quorum=quorum, now=now, max_age=max_age, trusted=trusted
            ).to_value()
        except Contradiction as error:
            value = verifying.verify_alone(bundle, pinned, now=now).to_value()
            if value["verdict"] == "unavailable":
                value["verdict"] = "unknown registry"
            return value | {"notes": [str(error)]}
    if pinned is not None and (trusted or (bundle.evidence and source is None)):
        proven = verifying.verify_with_evidence(bundle, pinned, trusted, now=now, max_age=max_age)
        if proven.verdict != "unavailable" or source is None:
            return proven.to_value()
    if pinned is not None and source is not None:
        return verifying.verify_with_api(bundle, pinned, source, now=now)
    return verifying.verify_alone(bundle, pinned, now=now).to_value()


def _bundle(what: str, source: str | None, has_chain: bool) -> Bundle | None:
    """The bundle in a file, or the published one of a hash or number; None if the API alone is to answer."""
    path = Path(what)
    if path.is_file():
        return read_certificate_file(path)
    if not _is_look_up(what):
        raise InvalidInput(
            f"no such file, and not a certificate hash or number: {what[:80]!r}",
            expected="a bundle file, 0x and 64 hex digits, or a number like 3YA9-8YYJ-3CR5-P",
        )
    if source is None:
        raise InvalidInput(
            "a hash alone does not say where its certificate is",
            hint="give --api URL of a verifier that knows the published certificates, or the certificate's file",
        )
    return verifying.fetch_bundle(source, what) if has_chain else None


def _is_look_up(text: str) -> bool:
    for parse in (parse_hash, parse_number):
        try:
            parse(text)
        except InvalidInput:
            continue
        return True
    return False


def show(value: dict[str, Any], as_json: bool) -> None:
    """A verdict for machines or for people."""
    if as_json:
        print_json(value)
        return
    verdict = str(value["verdict"])
    colour = "green" if verdict == "retired" else "yellow" if EXIT_CODES.get(verdict) == 3 else "red"
    level = f"level {value['level']}, {value['levelName']}"
    demo = "  \\[demo]" if value.get("demo") else ""
    out.print(f"[bold {colour}]{verdict.upper()}[/]  {level}{demo}")
    out.print(MEANINGS[verdict])
    out.print()
    if value.get("grams") is not None:
        out.print(f"  amount      {value['grams']:,} g CO2e")
    for serials in value.get("serials") or ():
        out.print(f"  serials     {plain(serials['series'])} {serials['first']} to {serials['last']}")
    if value.get("position"):
        position = value["position"]
        out.print(f"  position    gram {position['startGram']:,} to {position['endGram']:,} of the lot")
    out.print(f"  number      {value.get('number') or '-'}")
    out.print(f"  hash        {value.get('certificateHash') or '-'}")
    for attestation in value.get("attestedBy") or ():
        who = plain(attestation.get("name") or attestation.get("account") or f"no. {attestation.get('organisation')}")
        out.print(f"  attested    {attestation['role']}: {who}")
    if value.get("block"):
        out.print(f"  as of       block {value['block']['number']}, time {value['block']['timestamp']}")
    if value.get("checks"):
        out.print()
    for check in value.get("checks") or ():
        out.print(f"  {MARKS.get(check['status'], ' ')} {check['n']:>2}  {plain(check['name'])}")
        if check["status"] != "passed":
            out.print(f"        {plain(check['reason'])}")
    for note in value.get("notes") or ():
        out.print(f"\n  note: {plain(note)}")
