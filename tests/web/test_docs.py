"""docs/http.md says what the code does: every route, every kind of error, every setting, and no other."""

import re
from pathlib import Path

import httpx

from verifier_api.problems import KINDS, MORE_KINDS
from verifier_api.settings import Settings

TEXT = (Path(__file__).parents[2] / "docs" / "http.md").read_text("utf-8")


def test_the_routes_are_those_of_the_application(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    real = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    table = TEXT.split("## Routes")[1].split("\n## ")[0]
    assert set(re.findall(r"`((?:GET|POST|PUT) /[^`]+)`", table)) == real


def test_the_kinds_of_error_are_those_of_the_code() -> None:
    table = TEXT.split("## Errors")[1].split("\n## ")[0]
    written = {
        (int(status), kind)
        for status, kinds in re.findall(r"\| (\d{3}) \| (.+) \|", table)
        for kind in re.findall(r"`([a-z-]+)`", kinds)
    }
    assert written == {*KINDS.items(), *MORE_KINDS}


def test_the_settings_are_those_of_the_code() -> None:
    table = TEXT.split("## Settings")[1].split("\n## ")[0]
    assert set(re.findall(r"`OFFSETPROOF_([A-Z_]+)`", table)) == {name.upper() for name in Settings.model_fields}
