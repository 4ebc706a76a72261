"""`offsetproof checkpoint` and `compare`: what a mirror commits to, signed; and two mirrors side by side."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import settings
from registry.cli.files import write_new
from registry.cli.output import NEGATIVE, out, plain, print_json, reporting
from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x

app = typer.Typer(help="Sign what a mirror commits to, or check what another one signed.", no_args_is_help=True)

KeyFile = Annotated[Path, typer.Option("--key", metavar="FILE", help="The signing key (checkpoint new-key).")]
KeyName = Annotated[str, typer.Option("--name", help="The key's name: a domain and path that you own, without scheme.")]


@app.command("new-key")
def new_key(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Where the key goes; never over another file.")],
    name: KeyName,
    as_json: settings.JsonOption = False,
) -> None:
    """Make a signing key, and print the verifier key that others pin."""
    with reporting(as_json):
        from registry.proofs.signed_note import note_key
        from registry.workflows.checkpoint import new_seed_file

        note_key(name, bytes(32))  # a bad name is refused before a file is made
        verifier = str(note_key(name, new_seed_file(path)))
    if as_json:
        print_json({"verifier_key": verifier, "file": str(path)})
        return
    out.print(plain(verifier))
    out.print(f"next: offsetproof checkpoint sign --key {plain(str(path))} --name {plain(name)}")


@app.command("sign")
def sign(
    key: KeyFile,
    name: KeyName,
    out_file: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Else standard output.")] = None,
    registry: settings.RegistryOption = None,
    db: settings.DatabaseOption = None,
) -> None:
    """Sign the mirror's checkpoint as of its final block."""
    with reporting(False):
        from registry.proofs.signed_note import sign_note
        from registry.store.database import open_store
        from registry.workflows.checkpoint import checkpoint_of, read_seed_file

        pinned, seed = settings.registry_file(registry), read_seed_file(key)
        store = open_store(settings.database_url(db), must_exist=True)
        with store.read() as session:
            note = sign_note(checkpoint_of(session, pinned).to_text(), name, seed)
        store.close()
        if out_file is None:
            typer.echo(note, nl=False)
        else:
            write_new(out_file, note.encode("utf-8"))


@app.command("check")
def check(
    note: Annotated[Path, typer.Argument(metavar="NOTE", help="The signed checkpoint.")],
    trusted: Annotated[
        list[str], typer.Option("--verifier-key", metavar="KEY", help="name+id+base64, which you pinned; several.")
    ],
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    db: settings.DatabaseOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Check who signed a checkpoint, and hold it against your own mirror (--db) or a node (--rpc)."""
    with reporting(as_json):
        from registry.proofs.signed_note import parse_note_key
        from registry.workflows.checkpoint import against_mirror, against_node, open_checkpoint

        pinned = settings.registry_file(registry)
        text = _read(note)
        found, signed = open_checkpoint(text, [parse_note_key(one) for one in trusted], pinned)
        wrong, held = list[str](), list[str]()
        if db is not None:
            from registry.store.database import open_store

            store = open_store(settings.database_url(db), must_exist=True)
            with store.read() as session:
                wrong += against_mirror(found, session, pinned)
            store.close()
            held.append("your mirror")
        for url in rpc or []:
            from registry.chain.node import Node
            from registry.chain.rpc import HttpRpc

            wrong += against_node(found, Node(HttpRpc(url)), pinned)
            held.append(url)
    if as_json:
        print_json(
            {
                "ok": not wrong,
                "block": found.block_number,
                "block_hash": hex0x(found.block_hash),
                "credit_history": hex0x(found.credit_history),
                "project_history": hex0x(found.project_history),
                "tranches": found.tranches,
                "tranches_digest": hex0x(found.tranches_digest),
                "signed_by": [str(one) for one in signed],
                "held_against": held,
                "differences": wrong,
            }
        )
    else:
        state = "[bold red]BAD[/]" if wrong else "[bold green]GOOD[/]"
        out.print(
            f"{state}  signed by {plain(', '.join(one.name for one in signed))}, as of block {found.block_number}"
        )
        for difference in wrong:
            out.print(f"  {plain(difference)}")
        if not held:
            out.print("  only the signature was checked: give --db or --rpc to hold it against your mirror or a node")
    if wrong:
        raise typer.Exit(NEGATIVE)


def compare(
    other: Annotated[
        str, typer.Argument(metavar="OTHER", help="Another mirror: a verifier API's address, or a database.")
    ],
    registry: settings.RegistryOption = None,
    db: settings.DatabaseOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Compare your mirror with another one, and name the first block in which they differ."""
    with reporting(as_json):
        from registry.store.database import open_store
        from registry.workflows.compare import Mirror, MirrorAtApi, MirrorInStore
        from registry.workflows.compare import compare as compare_mirrors

        pinned, url = settings.registry_file(registry), settings.database_url(db)
        store = open_store(url, must_exist=True)
        second = None if other.startswith(("http://", "https://")) else open_store(other, must_exist=True)
        theirs: Mirror = MirrorAtApi(other, pinned) if second is None else MirrorInStore(second, pinned, other)
        found = compare_mirrors(MirrorInStore(store, pinned, url), theirs, pinned)
        store.close()
        if second is not None:
            second.close()
    if as_json:
        print_json(
            {
                "same": found.first_difference is None,
                "agreed_block": found.agreed,
                "first_difference": found.first_difference,
                "ours": {"credits": hex0x(found.ours.credit), "projects": hex0x(found.ours.project)},
                "theirs": {"credits": hex0x(found.theirs.credit), "projects": hex0x(found.theirs.project)},
            }
        )
    elif found.first_difference is None:
        out.print(f"[bold green]SAME[/]  both tell one history up to block {found.agreed}")
    else:
        out.print(
            f"[bold red]DIFFERENT[/]  from block {found.first_difference} on; the same up to block {found.agreed}"
        )
        for name, ours, others in (
            ("credits", found.ours.credit, found.theirs.credit),
            ("projects", found.ours.project, found.theirs.project),
        ):
            if ours != others:
                out.print(f"  history of {name}: ours {hex0x(ours)}, theirs {hex0x(others)}")
        out.print("next: offsetproof audit --rpc URL, on each of them")
    if found.first_difference is not None:
        raise typer.Exit(NEGATIVE)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read", found=type(error).__name__) from None
