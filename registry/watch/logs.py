"""Log lines on standard error, as JSON or as text: one event a line, its facts as fields.

`log.info("said", extra={"fields": {...}})`. An error that nobody expected is shown by its kind and the places in the
code, without its message: that can quote what somebody sent.
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

Form = Literal["json", "text"]

_QUIET = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "alembic": logging.WARNING,
    "python_multipart": logging.ERROR,  # it warns by quoting bytes of what was sent
}


def start_logging(form: Form, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send all log lines of this process, uvicorn's too, to `stream` (standard error) in one form."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    handler.addFilter(_not_twice)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(level, least))


def is_logging() -> bool:
    """Whether `start_logging` was called in this process."""
    return any(isinstance(handler.formatter, JsonLines | TextLines) for handler in logging.getLogger().handlers)


def fields_of(record: logging.LogRecord) -> Mapping[str, Any]:
    """The facts beside the message."""
    found: Mapping[str, Any] = getattr(record, "fields", {})
    return found


def places(error: BaseException) -> Iterator[str]:
    """The error and its causes, each by kind and by where in the code it passed; nothing that it says."""
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        yield type(now).__qualname__
        for frame in traceback.extract_tb(now.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _moment(record, "milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **fields_of(record),
        }
        if record.exc_info and record.exc_info[1]:
            line["traceback"] = list(places(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """For people: time, level, message, facts."""

    def format(self, record: logging.LogRecord) -> str:
        facts = "".join(f" {name}={value}" for name, value in fields_of(record).items())
        line = f"{_moment(record, 'seconds')} {record.levelname.lower():<7} {record.getMessage()}{facts}"
        lines = ["".join(c if c.isprintable() else "�" for c in line)]
        if record.exc_info and record.exc_info[1]:
            lines += places(record.exc_info[1])
        return "\n".join(lines)


def _moment(record: logging.LogRecord, to: str) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec=to).replace("+00:00", "Z")


def _not_twice(record: logging.LogRecord) -> bool:
    """uvicorn tells again, without the request, what the application told already."""
    return not (record.name == "uvicorn.error" and record.exc_info and "ASGI application" in record.getMessage())
