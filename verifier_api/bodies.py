"""Reading what people send, bounded: in bytes while it arrives, and in time."""

import asyncio
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

from registry.workflows.reading import MAX_CERTIFICATE
from verifier_api.problems import Problem

DRAIN_SECONDS = 2.0
MULTIPART_OVERHEAD = 16_384
PDF = b"%PDF-"
ONLY_SMALL = ("application/json", "application/cbor", "text/plain")
ANY_SIZE = ("application/pdf", "application/octet-stream", "")
"""A PDF may have 5 MiB, every other file `OFFSETPROOF_BUNDLE_BYTES`. Of these types a PDF may come."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A body that arrived whole, with the media type it claims (lower case, without parameters)."""

    media_type: str
    body: bytes


def _too_large(limit: int, found: str) -> Problem:
    return Problem(
        413,
        "too-large",
        "the body is larger than this route reads",
        expected=f"at most {limit:,} bytes",
        found=found,
        hint="send one certificate's file at a time; a bundle is a few kilobytes, a PDF has 5 MiB at most",
        headers={"connection": "close"},
    )


async def _drain(request: Request) -> None:
    """Read on and forget, for a short while, so that a browser hears the answer instead of a broken connection."""
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            async for _ in request.stream():
                pass
    except (TimeoutError, ClientDisconnect):
        pass


async def read_body(request: Request, limit: int, seconds: float) -> bytes:
    """The body, at most `limit` bytes, arrived within `seconds`; raises Problem 413, 408 or 400."""
    declared = request.headers.get("content-length")
    if declared is not None and (not declared.isdigit() or len(declared) > 15 or int(declared) > limit):
        await _drain(request)
        raise _too_large(limit, f"{declared[:20]} bytes announced")
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    parts.clear()
                    break
                parts.append(chunk)
    except TimeoutError:
        raise Problem(
            408,
            "too-slow",
            "the body took too long to arrive",
            expected=f"all of it within {seconds:g} seconds",
            found=f"{size:,} bytes",
            headers={"connection": "close"},
        ) from None
    except ClientDisconnect:
        raise Problem(400, "bad-request", "the sender went away") from None
    if size > limit:
        await _drain(request)
        raise _too_large(limit, f"more than {limit:,} bytes")
    return b"".join(parts)


async def read_sent(request: Request, limit: int, seconds: float) -> Sent:
    """A certificate's file as the body, or as the one file of a multipart form; raises Problem for anything else.

    `limit` counts for every file but a PDF, which may be larger.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "multipart/form-data":
        body = await read_body(request, max(limit, MAX_CERTIFICATE) + MULTIPART_OVERHEAD, seconds)
        return await _first_file(request, body, limit)
    if media_type not in (*ONLY_SMALL, *ANY_SIZE):
        await _drain(request)
        raise Problem(
            415,
            "unsupported-type",
            "this media type is not read here",
            expected="application/json, application/pdf, application/cbor, text/plain, or a form with one file",
            found=media_type[:80],
        )
    most = limit if media_type in ONLY_SMALL else max(limit, MAX_CERTIFICATE)
    body = await read_body(request, most, seconds)
    _require_size(body, limit)
    return Sent(media_type, body)


def _require_size(body: bytes, limit: int) -> None:
    """Raise Problem 413 for a file that is larger than its kind may be."""
    most = max(limit, MAX_CERTIFICATE) if body.startswith(PDF) else limit
    if len(body) > most:
        raise _too_large(most, f"{len(body):,} bytes in the file")


async def _first_file(request: Request, body: bytes, limit: int) -> Sent:
    async def replay() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    again = Request(request.scope, replay)
    try:
        async with again.form(max_files=1, max_fields=8, max_part_size=limit) as form:
            for _, part in form.multi_items():
                if not isinstance(part, str):
                    data = await part.read()
                    _require_size(data, limit)
                    return Sent((part.content_type or "").lower(), data)
    except Problem:
        raise
    except Exception as error:  # Starlette's multipart errors have no common public base
        raise Problem(400, "bad-request", "the form could not be read", found=str(error)[:120]) from None
    raise Problem(
        400, "no-file", "no file came with the form", expected="one file", hint="choose the certificate's file"
    )
