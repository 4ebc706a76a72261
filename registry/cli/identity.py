"""`offsetproof identity`: does a domain say that an account is its own?"""

from datetime import UTC, datetime
from typing import Annotated

import typer

from registry.cli import settings
from registry.cli.output import GOOD, NEGATIVE, out, plain, print_json, reporting
from registry.domain.did_web import DidWeb, parse_did_web
from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x, parse_address
from registry.domain.registry_file import RegistryFile
from registry.workflows.identity import AskedDomain, ask_domain


def identity(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account: 0x and 40 hex digits.")],
    did: Annotated[
        str | None,
        typer.Option(help="The did:web to ask (default: the one that the registry file pins).", show_default=False),
    ] = None,
    registry: settings.RegistryOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Ask a domain whether it lists an account of the registry's chain in its DID document.

    It is the domain's own word, as of now. It changes no verdict and no level.
    """
    with reporting(as_json):
        pinned = settings.registry_file(registry)
        address = parse_address(account, any_case=True, place="ACCOUNT")
        asked = ask_domain(_did(did, address, pinned), pinned.chain_id, address)
    _show(asked, address, pinned, as_json)
    raise typer.Exit(GOOD if asked.match.matches else NEGATIVE)


def _did(given: str | None, account: bytes, registry: RegistryFile) -> DidWeb:
    named = given or registry.identities.get(account)
    if named is None:
        raise InvalidInput(
            "the registry file pins no identity for this account",
            expected="a did:web identifier",
            found=hex0x(account),
            hint="--did did:web:example.com",
        )
    return parse_did_web(named, "--did" if given else "registry.identities")


def _show(asked: AskedDomain, account: bytes, registry: RegistryFile, as_json: bool) -> None:
    did, match = asked.did, asked.match
    is_pinned = registry.identities.get(account) == str(did)
    if as_json:
        print_json(
            {
                "account": hex0x(account),
                "name": registry.name_of(account),
                "did": str(did),
                "pinned": is_pinned,
                "url": did.url,
                "chainId": str(registry.chain_id),
                "matches": match.matches,
                "code": match.code,
                "reason": match.reason,
                "fetchedAt": asked.fetched_at,
            }
        )
        return
    when = datetime.fromtimestamp(asked.fetched_at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    said = f"stated by the domain {did.host}" if match.matches else f"not stated by the domain {did.host}"
    out.print(f"[bold]{'✓' if match.matches else '✗'} {plain(said)}[/], fetched {when}")
    if not match.matches:
        out.print(f"  why        {plain(match.reason)}")
    out.print(f"  account    {hex0x(account)}  {plain(registry.name_of(account) or 'not named by the registry file')}")
    pinned = "pinned by the registry file" if is_pinned else "named by you, not by the registry file"
    out.print(f"  identity   {plain(str(did))}, {pinned}")
    out.print(f"  document   {plain(did.url)}")
    out.print("  This is the domain's word. It changes no verdict.")
