"""Two languages, the same keys; every text that is asked for exists, and every text is asked for."""

import json
import re
from pathlib import Path
from string import Formatter

import pytest

import verifier_api.language as language
from registry.proofs.verdict import CHECK_NAMES, EXIT_CODES, LEVEL_NAMES
from verifier_api.certificate_page import STEPS_TO_TAKE
from verifier_api.language import LANGUAGES, choose_language, messages
from verifier_api.problems import KINDS, MORE_KINDS

HOME = Path(language.__file__).parent
SOURCES = [*HOME.rglob("*.py"), *HOME.glob("templates/*.html")]
LITERAL = re.compile(r"""["']([a-z]+\.[A-Za-z0-9_.-]+)["']""")
ENDINGS = (".html", ".json", ".css", ".svg", ".py", ".csv", ".", "_")
DYNAMIC = re.compile(
    r"(verdict|check|checks\.status|level|role|reason|note|status|tape|trouble|problem|error|nav|count|trace\.heading"
    r"|value|status\.finality|status\.heading|audit\.heading|audit\.step_|lots|batches|projects|retirements|accounts)"
    r"[._]?"
)


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert [list(messages(name)) for name in LANGUAGES] == [list(messages("en"))] * 2


def test_no_text_is_given_twice_for_one_key() -> None:
    for name in LANGUAGES:
        pairs = json.loads((HOME / "messages" / f"{name}.json").read_text("utf-8"), object_pairs_hook=list)
        assert len(pairs) == len(dict(pairs))


def test_both_languages_fill_in_the_same_figures() -> None:
    def fields(text: str) -> set[str | None]:
        return {field for _, field, _, _ in Formatter().parse(text) if field}

    for key, text in messages("en").items():
        assert fields(text) == fields(messages("zh")[key]), key


def test_chinese_texts_are_chinese() -> None:
    same = {key for key, text in messages("en").items() if text == messages("zh")[key]}
    assert same <= {"site.name", "common.tonne_note", "trace.tonnes", "credits.grams_value"} | {
        key for key in same if not re.search(r"[A-Za-z]{4}", messages("en")[key])
    }
    for key, text in messages("zh").items():
        assert key in same or re.search(r"[\u4e00-\u9fff]", text), key


def test_every_key_that_is_asked_for_exists() -> None:
    known = messages("en")
    prefixes = {key.split(".")[0] for key in known}
    for path in SOURCES:
        for key in LITERAL.findall(path.read_text("utf-8")):
            if key.split(".")[0] in prefixes and not key.endswith(ENDINGS):
                assert key in known, f"{path.name} asks for {key}"


def test_every_text_is_asked_for() -> None:
    used = {key for path in SOURCES for key in LITERAL.findall(path.read_text("utf-8"))}
    idle = [key for key in messages("en") if key not in used and not DYNAMIC.match(key)]
    assert idle == []


def test_every_verdict_check_level_and_problem_has_its_texts() -> None:
    known = messages("en")
    for verdict in EXIT_CODES:
        assert {f"verdict.{verdict}.{part}" for part in ("word", "heading", "meaning")} <= set(known)
        assert all(f"verdict.{verdict}.do_{i}" in known for i in range(1, STEPS_TO_TAKE[verdict] + 1))
        assert f"verdict.{verdict}.do_{STEPS_TO_TAKE[verdict] + 1}" not in known
    for n in CHECK_NAMES:
        assert all(f"check.{n}.{s}" in known for s in ("name", "passed", "failed", "pending", "unavailable"))
    for level in range(len(LEVEL_NAMES)):
        assert known[f"level.{level}.name"] == LEVEL_NAMES[level]
    for _, kind in (*KINDS.items(), *MORE_KINDS):
        assert {f"problem.{kind}.heading", f"problem.{kind}.text"} <= set(known)


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        ("zh", "en", "zh"),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, "en-GB,zh;q=0.5", "en"),
        (None, "fr,zh;q=0.1", "zh"),
        (None, "zh;q=0,en", "en"),
        (None, "zh;q=x", "en"),
        (None, None, "en"),
        ("fr", "zh", "zh"),
        ("", "*", "en"),
    ],
)
def test_the_address_decides_the_language_then_the_browser(
    asked: str | None, accepted: str | None, chosen: str
) -> None:
    assert choose_language(asked, accepted) == chosen
