"""Commands of registrar, operator and platform: each is one call of the CreditRegistry, signed by whoever acts."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from registry.cli import acting, settings
from registry.cli.acting import EvidenceOption, account_of, credit_registry, evidence_hash, told
from registry.cli.output import out, print_json, reporting
from registry.domain.errors import InvalidInput
from registry.domain.members import normal_text

LotArgument = Annotated[int, typer.Argument(metavar="LOT", help="Number of the lot.")]
BatchArgument = Annotated[int, typer.Argument(metavar="BATCH", help="Number of the batch.")]
FirstOption = Annotated[int, typer.Option("--first", help="Index of the first credit in the batch.")]
EndOption = Annotated[int, typer.Option("--end", help="Index after the last credit.")]


def deploy(
    out_file: Annotated[Path, typer.Option("--out", help="Where to write the registry file.")],
    name: Annotated[str, typer.Option(help="Name of the registry.")],
    registrar: Annotated[str, typer.Option(help="Account that issues and attests.")],
    operator: Annotated[str, typer.Option(help="Account that confirms withdrawals and source cancellations.")],
    pauser: Annotated[str | None, typer.Option(help="Account that can stop new business (default: operator).")] = None,
    admin: Annotated[str | None, typer.Option(help="Administrator (default: whoever deploys).")] = None,
    operator_name: Annotated[str, typer.Option(help="Name of the operator.")] = "",
    finality_blocks: Annotated[
        int | None, typer.Option(help="Blocks until final, where the chain has no `finalized` tag.", show_default=False)
    ] = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Deploy both contracts, give out the roles, and write the registry file that verifiers pin."""
    with reporting(as_json):
        from registry.chain.deploy import deploy as deploy_contracts
        from registry.domain.registry_file import Finality
        from registry.proofs.canonical import canonical_bytes

        if out_file.exists():
            raise InvalidInput(f"{out_file} exists", hint="a registry file is never overwritten; name another --out")
        deployer = acting.sender(rpc, keystore, account)
        operating = account_of(operator, "--operator")
        pinned = deploy_contracts(
            deployer,
            registrar=account_of(registrar, "--registrar"),
            operator=operating,
            operator_name=normal_text(operator_name or name),
            demo=False,
            pauser=account_of(pauser, "--pauser") if pauser else operating,
            admin=account_of(admin, "--admin") if admin else deployer.address,
            name=normal_text(name),
            finality=Finality("tag") if finality_blocks is None else Finality("depth", finality_blocks),
        )
        out_file.parent.mkdir(parents=True, exist_ok=True)
        out_file.write_bytes(canonical_bytes(pinned.to_value()) + b"\n")
    if as_json:
        print_json(pinned.to_value())
    else:
        out.print(f"[bold]deployed[/]; the registry file is {out_file}")
        out.print(f"next: offsetproof project programme --registry {out_file} …")


def register_series(
    series: Annotated[str, typer.Argument(metavar="ID", help="Canonical series id, like VERRA-VCU.")],
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Register a series, once."""
    with reporting(as_json):
        from registry.chain.events import SeriesRegistered

        receipt = credit_registry(registry, rpc, keystore, account).register_series(series)
        told(receipt, "series registered", as_json, series=receipt.event(SeriesRegistered).series)


def issue(
    report: Annotated[int, typer.Option(help="Number of the verified or recorded report.")],
    serials: Annotated[str, typer.Option(help="The serial numbers as their registry prints them.")],
    to: Annotated[str, typer.Option(help="Account that receives the lot.")],
    evidence: EvidenceOption,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Issue credits by their serial numbers, as one lot. The series must be registered."""
    with reporting(as_json):
        from registry.chain.events import Issued
        from registry.domain.grammars import parse_serials
        from registry.workflows.issuing import find_hint

        printed = parse_serials(serials, configured=settings.opaque_prefixes())
        credits_ = credit_registry(registry, rpc, keystore, account)
        series = credits_.series_number(printed.series)
        if series == 0:
            raise InvalidInput(
                f"series {printed.series} is not registered", hint=f"offsetproof register-series {printed.series}"
            )
        receipt = credits_.issue(
            report,
            series,
            printed.range.first,
            printed.range.width,
            account_of(to, "--to"),
            evidence_hash(evidence),
            find_hint(credits_, series, printed.range.first),
        )
        batch = receipt.event(Issued).batch
        told(receipt, f"{printed.range.width} credits issued", as_json, batch=batch, lot=str(batch << 32))


def split(
    lot: LotArgument,
    count: Annotated[int, typer.Option(help="Credits that stay in the lot.")],
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Split a lot: it keeps its first credits and its marks, the rest is a new lot."""
    with reporting(as_json):
        receipt = credit_registry(registry, rpc, keystore, account).split(lot, count)
        told(receipt, "lot split", as_json, lot=str(lot), tail=str(lot + count))


def transfer(
    lot: LotArgument,
    to: Annotated[str, typer.Option(help="Account that receives the lot.")],
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Move a whole lot in which nothing is retired."""
    with reporting(as_json):
        credits_ = credit_registry(registry, rpc, keystore, account)
        receipt = credits_.transfer_from(credits_.owner_of(lot), account_of(to, "--to"), lot)
        told(receipt, "lot moved", as_json, lot=str(lot), to=to)


def retire(
    lot: LotArgument,
    count: Annotated[int, typer.Option(help="Credits to retire, from the first live one on.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Retire credits. Nobody can undo this."""
    with reporting(as_json):
        credits_ = credit_registry(registry, rpc, keystore, account)
        first = (lot & 0xFFFFFFFF) + credits_.lot_of(lot).retired
        if not yes and not typer.confirm(f"Retire {count} credits of lot {lot} for ever?", err=True):
            raise typer.Abort
        told(credits_.retire(lot, first, count), f"{count} credits retired", as_json, lot=str(lot), first_index=first)


def anchor(
    lot: LotArgument,
    root: Annotated[str, typer.Option(help="Root of the Merkle-sum tree over the certificates, 0x….")],
    total: Annotated[int, typer.Option(help="Grams of all certificates together.")],
    leaf_count: Annotated[int, typer.Option(help="Number of certificates.")],
    tranche: Annotated[int, typer.Option(help="The number that this tranche must get.")],
    start: Annotated[int, typer.Option(help="The gram of the lot that it must start at.")],
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Anchor a tree that another program built (`certify` does it all). The expected values make a retry harmless."""
    with reporting(as_json):
        from registry.chain.events import Anchored
        from registry.domain.hexes import hex0x, parse_hash

        receipt = credit_registry(registry, rpc, keystore, account).anchor(
            lot, tranche, start, leaf_count, total, parse_hash(root, any_case=True, place="--root")
        )
        told(receipt, f"{total:,} g anchored", as_json, lot=str(lot), anchor=hex0x(receipt.event(Anchored).anchor))


def name_claimant(
    lot: LotArgument,
    claimant: Annotated[str, typer.Option(help="Account that may retire and claim (zero address: nobody).")],
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Let another account retire and claim a lot, until it moves."""
    with reporting(as_json):
        credits_ = credit_registry(registry, rpc, keystore, account)
        receipt = credits_.name_claimant(lot, account_of(claimant, "--claimant"))
        told(receipt, "claimant named", as_json, lot=str(lot), claimant=claimant)


def confirm_cancellation(
    lot: LotArgument,
    count: Annotated[int, typer.Option(help="Retired credits to confirm, from the first unconfirmed one on.")],
    evidence: EvidenceOption,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Attest that the source registry holds retired credits as cancelled (operator)."""
    with reporting(as_json):
        credits_ = credit_registry(registry, rpc, keystore, account)
        first = (lot & 0xFFFFFFFF) + credits_.marks_of(lot).confirmed
        receipt = credits_.confirm_source_cancellation(lot, first, count, evidence_hash(evidence))
        told(receipt, f"{count} cancellations confirmed", as_json, lot=str(lot), first_index=first)


def withdraw(
    lot: LotArgument,
    step: Annotated[str, typer.Option(help="request or cancel (owner), confirm (operator), force (registrar).")],
    evidence: Annotated[str | None, typer.Option(help="For confirm and force: a file or its SHA-256.")] = None,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Take credits out without a claim. Terminal once confirmed."""
    with reporting(as_json):
        if step not in ("request", "cancel", "confirm", "force"):
            raise InvalidInput("unknown step", expected="request, cancel, confirm or force", found=step, place="--step")
        needs_evidence = step in ("confirm", "force")
        if needs_evidence != (evidence is not None):
            wanted = "an --evidence" if needs_evidence else "no --evidence"
            raise InvalidInput(f"{step} takes {wanted}", place="--evidence")
        credits_ = credit_registry(registry, rpc, keystore, account)
        if step == "request":
            receipt = credits_.request_withdrawal(lot)
        elif step == "cancel":
            receipt = credits_.cancel_withdrawal(lot)
        else:
            assert evidence is not None
            do = credits_.confirm_withdrawal if step == "confirm" else credits_.force_withdraw
            receipt = do(lot, evidence_hash(evidence))
        told(receipt, f"withdrawal: {step}", as_json, lot=str(lot))


def standing(
    step: Annotated[str, typer.Argument(metavar="suspend|reinstate|invalidate")],
    batch: BatchArgument,
    first: FirstOption,
    end: EndOption,
    evidence: EvidenceOption,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Say that credits are in trouble, or no longer (registrar). Invalidation is final."""
    with reporting(as_json):
        if step not in ("suspend", "reinstate", "invalidate"):
            raise InvalidInput("unknown step", expected="suspend, reinstate or invalidate", found=step)
        credits_ = credit_registry(registry, rpc, keystore, account)
        receipt = getattr(credits_, step)(batch, first, end, evidence_hash(evidence))
        told(receipt, f"{step}: done", as_json, batch=batch, credits=end - first)


def business(
    step: Annotated[str, typer.Argument(metavar="pause|unpause|close")],
    successor: Annotated[str | None, typer.Option(help="For close: the contract that follows.")] = None,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Stop new business for a while (pauser), allow it again (administrator), or close for ever (administrator)."""
    with reporting(as_json):
        if step not in ("pause", "unpause", "close"):
            raise InvalidInput("unknown step", expected="pause, unpause or close", found=step)
        credits_ = credit_registry(registry, rpc, keystore, account)
        if step == "close":
            to = account_of(successor, "--successor") if successor else bytes(20)
            told(credits_.close(to), "closed for ever", as_json)
        else:
            told(credits_.pause() if step == "pause" else credits_.unpause(), f"{step}: done", as_json)


COMMANDS: dict[str, Callable[..., None]] = {
    "deploy": deploy,
    "register-series": register_series,
    "issue": issue,
    "split": split,
    "transfer": transfer,
    "retire": retire,
    "anchor": anchor,
    "name-claimant": name_claimant,
    "confirm-cancellation": confirm_cancellation,
    "withdraw": withdraw,
    "standing": standing,
    "business": business,
}
