"""Sending a tranche to a verifier API, in parts if it is large."""

import json
import secrets
from collections.abc import Callable

import httpx

from registry.domain.errors import InvalidInput, Unavailable
from registry.workflows.certified import Certified
from registry.workflows.uploads import Upload

PART = 20_000
"""Leaves a part: with their documents some 15 MB."""
_SECONDS = 60
_SECONDS_OF_PARTS = 1800
"""The last part's answer comes when the whole tranche is checked and added."""


def put_tranche(
    url: str,
    certified: Certified,
    ordinal: int,
    *,
    leaves_only: bool,
    part_size: int = PART,
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> dict[str, object]:
    """Publish the folder's tranche `ordinal` to the API at `url`; returns its answer.

    Raises InvalidInput if the API refuses the tranche, Unavailable if it does not answer or has not indexed it yet.
    """
    tranche = certified.plan.tranches[ordinal]
    where, name = f"{url}/v1/tranches/{tranche.lot}/{tranche.number}", f"tranche {tranche.number} of lot {tranche.lot}"
    parts = -(-tranche.leaf_count // part_size)
    token, answer = secrets.token_hex(16), dict[str, object]()
    for part, upload in enumerate(certified.uploads(ordinal, leaves_only=leaves_only, most=part_size)):
        query: dict[str, str | int] = {} if parts == 1 else {"upload": token, "part": part, "parts": parts}
        answer = _put(where, name, upload, query, _SECONDS if parts == 1 else _SECONDS_OF_PARTS)
        progress("certificates sent", min((part + 1) * part_size, tranche.leaf_count), tranche.leaf_count)
    return answer


def _put(where: str, name: str, upload: Upload, query: dict[str, str | int], seconds: int) -> dict[str, object]:
    body = json.dumps(upload.to_value(), ensure_ascii=False)
    try:
        response = httpx.put(
            where,
            params=query,
            content=body.encode("utf-8"),
            headers={"content-type": "application/json"},
            timeout=seconds,
            trust_env=False,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(f"the API at {where} did not answer", found=type(error).__name__) from None
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if response.is_success and isinstance(answer, dict):
        return answer
    said = answer.get("detail") or answer.get("title") if isinstance(answer, dict) else None
    text = str(said or f"HTTP status {response.status_code}")[:300]
    if response.status_code in (400, 409, 413, 415, 422):
        raise InvalidInput(f"the API refused {name}", found=text)
    raise Unavailable(
        f"the API did not take {name}",
        found=text,
        hint="again when it has indexed the anchoring transaction",
    )
