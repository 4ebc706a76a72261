"""Each rule refuses once, with its article, and a dossier in order passes."""

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from registry.cli.app import app
from registry.domain.errors import InvalidInput
from registry.programmes import PROGRAMMES, check_dossier, find_programme, read_dossier
from registry.programmes.working_days import after_working_days, is_working_day, working_days

GOOD: dict[str, Any] = {
    "programme": "CCER-2023",
    "project": {
        "sourceId": "CN-2024-0001",
        "methodology": "CCER-14-001-V01",
        "started": "2013-05-01",
        "validator": "Body A",
        "crediting": {"from": "2021-01-01", "to": "2030-12-31"},
        "expectedAnnualTonnes": 1_000,
        "designPublic": {"from": "2024-03-01", "to": "2024-03-29"},
        "applied": "2024-04-01",
        "decided": "2024-04-22",
    },
    "reports": [
        {
            "from": "2021-01-01",
            "to": "2021-12-31",
            "tonnes": 1_000,
            "parts": [600, 400],
            "verifier": "Body B",
            "public": {"from": "2024-05-06", "to": "2024-05-31"},
            "applied": "2024-06-03",
            "decided": "2024-06-21",
        },
        {"from": "2022-01-01", "to": "2022-12-31", "tonnes": 900},
    ],
}


def found(**changes: Any) -> list[tuple[str, str, str]]:
    """Severity, place and article of what is found when members (`project__started`) are changed."""
    dossier = deepcopy(GOOD)
    for path, value in changes.items():
        *above, last = path.split("__")
        at: Any = dossier
        for name in above:
            at = at[int(name[1:])] if isinstance(at, list) else at[name]
        if value is None:
            del at[last]
        else:
            at[last] = value
    return [(one.severity, one.place, one.article) for one in check_dossier(read_dossier(json.dumps(dossier)))]


def test_a_dossier_in_order_passes() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"project__started": "2012-11-08"}, ("refused", "project.started", "art 10")),
        (
            {"project__designPublic": {"from": "2024-03-05", "to": "2024-03-29"}},
            ("refused", "project.designPublic", "arts 12, 13"),
        ),
        ({"project__designPublic": None}, ("refused", "project.designPublic", "arts 12, 13")),
        ({"project__applied": "2024-03-29"}, ("refused", "project.designPublic", "arts 12, 13")),
        ({"project__decided": "2024-04-30"}, ("warning", "project.decided", "art 15")),
        ({"project__decided": "2024-03-31"}, ("refused", "project.decided", "")),
        ({"reports__n0__verifier": "Body A"}, ("refused", "reports[0].verifier", "art 18")),
        (
            {"reports__n0__applied": "2026-06-01", "reports__n0__decided": None},
            ("refused", "reports[0].from", "art 17"),
        ),
        (
            {"reports__n0__public": {"from": "2024-05-08", "to": "2024-05-31"}},
            ("refused", "reports[0].public", "art 19"),
        ),
        ({"reports__n0__decided": "2024-07-01"}, ("warning", "reports[0].decided", "art 22")),
        ({"reports__n0__parts": [600, 401]}, ("refused", "reports[0].parts", "")),
        ({"reports__n0__tonnes": 1_001, "reports__n0__parts": None}, ("warning", "reports[0].tonnes", "")),
        ({"reports__n1__from": "2021-12-31"}, ("refused", "reports[1]", "")),
        ({"reports__n1__to": "2031-01-01", "reports__n1__from": "2030-06-01"}, ("warning", "reports[1].tonnes", "")),
    ],
)
def test_what_is_forbidden_is_refused_by_its_article(changes: dict[str, Any], wanted: tuple[str, str, str]) -> None:
    severity, place, article = wanted
    cited = f"2023 measures, {article}" if article else ""
    assert (severity, place, cited) in found(**changes)


def test_reductions_before_the_day_are_refused() -> None:
    changes = {
        "project__crediting": {"from": "2020-01-01", "to": "2029-12-31"},
        "reports__n0__from": "2020-09-22",
        "reports__n0__to": "2021-09-21",
    }
    assert ("refused", "reports[0].from", "2023 measures, art 17") in found(**changes)
    changes["reports__n0__from"] = "2020-09-23"
    assert all(article != "2023 measures, art 17" for _, _, article in found(**changes))


def test_rules_of_one_programme_bind_no_other() -> None:
    changes = {"programme": "CDCER", "project__started": "2010-01-01", "reports__n0__verifier": "Body A"}
    assert found(**changes, project__designPublic=None) == []


def test_plain_reason_binds_all() -> None:
    assert ("refused", "reports[0].parts", "") in found(programme="GENERIC", reports__n0__parts=[1])


@pytest.mark.parametrize(
    ("changes", "message", "place"),
    [
        ({"programme": "CCER-2099"}, "no such programme", "programme"),
        ({"project__started": "2013-02-30"}, "not a day", "project.started"),
        ({"project__started": 2013}, "not a day", "project.started"),
        ({"reports__n0__to": "2020-12-31"}, "ends before it begins", "reports[0].to"),
        ({"reports__n0__tonnes": 0}, "tonnes", "reports[0].tonnes"),
        ({"reports__n0__tonnes": 10.5}, "10.5", ""),
        ({"reports__n0__unknown": 1}, "unknown", "reports[0]"),
        ({"reports": {}}, "not a list", "reports"),
        ({"project__sourceId": None}, "sourceId", "project"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(changes: dict[str, Any], message: str, place: str) -> None:
    with pytest.raises(InvalidInput, match=message) as error:
        found(**changes)
    assert place in str(error.value)


def test_working_days_are_those_that_the_state_council_arranged() -> None:
    assert not is_working_day(date(2024, 10, 1))  # national day
    assert is_working_day(date(2024, 9, 29))  # a Sunday worked instead
    assert working_days(date(2024, 9, 28), date(2024, 10, 8)) == 3
    assert after_working_days(date(2024, 9, 30), 1) == date(2024, 10, 8)
    assert after_working_days(date(2024, 9, 30), 0) == date(2024, 9, 30)
    with pytest.raises(InvalidInput, match="not known"):
        is_working_day(date(2099, 1, 1))


def test_every_programme_names_steps_and_source() -> None:
    assert len({one.code for one in PROGRAMMES}) == len(PROGRAMMES)
    for programme in PROGRAMMES:
        assert programme.source
        assert [step.key for step in programme.steps][-2:] == ["verification", "issuance"]
    assert find_programme("CCER-2023").step("none") is None


def test_the_command_shows_and_checks(tmp_path: Path) -> None:
    run = CliRunner()
    assert "art 43" in run.invoke(app, ["programme", "show", "CCER-2023"]).stdout
    assert "温室气体自愿减排" in run.invoke(app, ["programme", "list"]).stdout
    path = tmp_path / "dossier.json"
    path.write_text(json.dumps(GOOD))
    assert run.invoke(app, ["programme", "check", str(path)]).exit_code == 0
    path.write_text(json.dumps(GOOD).replace("2013-05-01", "2012-11-08"))
    refused = run.invoke(app, ["programme", "check", str(path)])
    assert refused.exit_code == 1
    assert "2023 measures, art 10" in refused.stdout
    value = json.loads(run.invoke(app, ["programme", "check", str(path), "--json"]).stdout)
    assert (value["refused"], value["warnings"]) == (1, 0)
    assert run.invoke(app, ["programme", "show", "NONE"]).exit_code == 2
