"""`offsetproof programme …`: the rules of crediting programmes, and what they say of a project's papers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.cli import settings
from registry.cli.output import NEGATIVE, out, plain, print_json, reporting

if TYPE_CHECKING:
    from registry.programmes.programme import Finding, Programme

app = typer.Typer(help="Crediting programmes and their rules.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_programmes(as_json: settings.JsonOption = False) -> None:
    """List the programmes whose rules are known here."""
    from registry.programmes import PROGRAMMES

    if as_json:
        print_json([_value(one) for one in PROGRAMMES])
        return
    for one in PROGRAMMES:
        out.print(f"  {one.code:<10}{plain(one.chinese)}  {plain(one.english)}")


@app.command("show")
def show(code: Annotated[str, typer.Argument(metavar="CODE")], as_json: settings.JsonOption = False) -> None:
    """Show a programme's steps: who does each, how long things are public, how soon they are decided."""
    from registry.programmes import find_programme

    with reporting(as_json):
        value = _value(find_programme(code))
    if as_json:
        print_json(value)
        return
    out.print(f"[bold]{value['code']}[/]  {plain(value['chinese'])}  {plain(value['english'])}")
    out.print(f"  from       {plain(value['source'])}")
    for step in value["steps"]:
        days = f", public {step['public_days']} working days" if step["public_days"] else ""
        days += f", decided within {step['decided_within']} working days" if step["decided_within"] else ""
        cited = f"  ({step['article']})" if step["article"] else ""
        out.print(f"  {step['key']:<13}{plain(step['chinese'])} {plain(step['english'])}, {step['actor']}{days}{cited}")
    for rule in value["rules"]:
        out.print(f"  {plain(rule['article'])}: {plain(rule['says'])}")


@app.command("check")
def check(
    dossier: Annotated[Path, typer.Argument(metavar="DOSSIER", help="A project's papers as JSON: docs/programmes.md.")],
    as_json: settings.JsonOption = False,
) -> None:
    """Say what a programme's rules forbid in a project's dossier, and by which article. Exit code 1 if anything."""
    from registry.programmes import check_dossier, read_dossier
    from registry.programmes.programme import REFUSED

    with reporting(as_json):
        read = read_dossier(settings.read_text(dossier))
        findings = check_dossier(read)
    refused = [one for one in findings if one.severity == REFUSED]
    if as_json:
        print_json(
            {
                "programme": read.programme.code,
                "project": read.project.source_id,
                "refused": len(refused),
                "warnings": len(findings) - len(refused),
                "findings": [_finding(one) for one in findings],
            }
        )
    else:
        out.print(f"  {plain(read.project.source_id)}, {read.programme.code}: {len(refused)} refused")
        for one in findings:
            cited = f", {plain(one.article)}" if one.article else ""
            out.print(f"  {one.severity:<9}{plain(one.place)}: {plain(one.message)}{cited}")
            out.print(f"           expected {plain(one.expected)}, found {plain(one.found)}")
    if refused:
        raise typer.Exit(NEGATIVE)


def _finding(one: "Finding") -> dict[str, str]:
    return {
        "severity": one.severity,
        "place": one.place,
        "article": one.article,
        "message": one.message,
        "expected": one.expected,
        "found": one.found,
    }


def _value(one: "Programme") -> dict[str, Any]:
    limits = (one.started_after, one.reduced_after, one.years_back, one.crediting_years)
    rules = [limit[1] for limit in limits if limit]
    rules += [*([one.parted] if one.parted else []), *one.notes]
    return {
        "code": one.code,
        "chinese": one.chinese,
        "english": one.english,
        "source": one.source,
        "steps": [
            {
                "key": step.key,
                "chinese": step.chinese,
                "english": step.english,
                "actor": step.actor,
                "public_days": step.public_days,
                "decided_within": step.decided_within,
                "article": step.article.number if step.article else None,
            }
            for step in one.steps
        ],
        "rules": [{"article": rule.number, "says": rule.says} for rule in rules],
    }
