"""One event is one line, whatever is in it; an unexpected error shows where, never what it says."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from registry.watch.logs import Form, is_logging, start_logging

SECRET = "乘客 张三, 0x5ec7e7"


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """A logger, with the root's handlers put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield logging.getLogger("offsetproof.test")
    root.handlers[:] = handlers
    root.setLevel(level)


def written(log: logging.Logger, form: Form, *arguments: Any, **options: Any) -> str:
    stream = io.StringIO()
    start_logging(form, stream=stream)
    log.info(*arguments, **options)
    return stream.getvalue()


def fail(text: str) -> None:
    try:
        int(text)
    except ValueError as error:
        raise KeyError(text) from error


def test_a_json_line_holds_time_level_message_and_facts(log: logging.Logger) -> None:
    line = json.loads(written(log, "json", "answered", extra={"fields": {"status": 200, "route": "/v1/lots/{key}"}}))
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "offsetproof.test",
        "message": "answered",
        "status": 200,
        "route": "/v1/lots/{key}",
    }
    assert is_logging()


@pytest.mark.parametrize("form", ["json", "text"])
def test_what_a_node_says_cannot_begin_a_line_of_its_own(log: logging.Logger, form: Form) -> None:
    text = written(log, form, "a\n2026-01-01T00:00:00Z error forged\r\x1b[2J", extra={"fields": {"x": "b\nc\u2028"}})
    assert text.count("\n") == 1
    assert "\x1b" not in text


@pytest.mark.parametrize("form", ["json", "text"])
def test_an_unexpected_error_shows_its_kind_causes_and_places_but_not_its_words(
    log: logging.Logger, form: Form
) -> None:
    try:
        fail(SECRET)
    except KeyError as error:
        text = written(log, form, "failed", exc_info=error)
    assert "KeyError" in text
    assert "ValueError" in text
    assert f"{__file__}:" in text
    assert "in fail" in text
    assert SECRET not in text
    assert "张三" not in text


def test_what_uvicorn_tells_again_without_the_request_is_left_out(log: logging.Logger) -> None:
    stream = io.StringIO()
    start_logging("json", stream=stream)
    try:
        fail(SECRET)
    except KeyError as error:
        logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=error)
    assert stream.getvalue() == ""
    logging.getLogger("uvicorn.error").error("something else")
    assert "something else" in stream.getvalue()
