"""All commands. Each imports what it needs when it runs, so that the base install starts fast and needs no web3."""

import sys

import typer

from registry.cli import (
    certify,
    checkpoint,
    demo,
    disclose,
    export,
    identity,
    importing,
    mirror,
    operate,
    programme,
    project,
    prove,
    reconcile,
    render,
    serve,
    trace,
    verify,
)
from registry.cli.output import USAGE, notes

app = typer.Typer(
    name="offsetproof",
    help="Certify, mirror and verify retirements of carbon credits.\n\n"
    "Exit codes: 0 good, 1 a negative answer, 2 wrong usage or input, 3 not decided.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.command("verify")(verify.verify)
app.command("prove")(prove.prove)
app.command("render")(render.render)
app.command("disclose")(disclose.disclose)
app.command("identity")(identity.identity)
app.command("import")(importing.import_files)
app.command("export")(export.export)
app.command("reconcile")(reconcile.reconcile)
app.command("trace")(trace.trace)
app.command("demo")(demo.demo)
app.command("certify")(certify.certify)
app.command("bundle")(certify.bundle)
app.command("forget")(certify.forget)
app.command("publish")(certify.publish)
app.command("index")(mirror.index)
app.command("audit")(mirror.audit)
app.command("compare")(checkpoint.compare)
app.command("serve")(serve.serve)
app.add_typer(checkpoint.app, name="checkpoint")
app.add_typer(programme.app, name="programme")
app.add_typer(project.app, name="project")
for name, command in operate.COMMANDS.items():
    app.command(name)(command)


def main() -> None:
    """Run the command line; what a missing extra install lacks is said, not shown as a traceback."""
    try:
        app()
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package == "registry":
            raise
        notes.print(f"this command needs the package '{package}', which the base install leaves out;")
        notes.print("  try      pip install 'offsetproof\\[chain,embedded,photo,postgres,render,server]'")
        sys.exit(USAGE)
    except KeyboardInterrupt:
        notes.print("stopped")
        sys.exit(130)
