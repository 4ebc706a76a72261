"""Sending a tranche to a verifier API."""

import json
from collections.abc import Sequence

import httpx

from registry.domain.errors import InvalidInput, Unavailable
from registry.proofs.bundle import Bundle
from registry.workflows.uploads import Upload


def put_tranche(url: str, lot: int, tranche: int, bundles: Sequence[Bundle], *, leaves_only: bool) -> dict[str, object]:
    """Publish one tranche to the API at `url`; returns its answer.

    Raises InvalidInput if the API refuses the tranche, Unavailable if it does not answer or has not indexed it yet.
    """
    body = json.dumps(Upload.of(bundles, leaves_only=leaves_only).to_value(), ensure_ascii=False)
    where = f"{url}/v1/tranches/{lot}/{tranche}"
    try:
        response = httpx.put(
            where,
            content=body.encode("utf-8"),
            headers={"content-type": "application/json"},
            timeout=60,
            trust_env=False,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(f"the API at {url} did not answer", found=type(error).__name__) from None
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if response.is_success and isinstance(answer, dict):
        return answer
    said = answer.get("detail") or answer.get("title") if isinstance(answer, dict) else None
    text = str(said or f"HTTP status {response.status_code}")[:300]
    if response.status_code in (400, 409, 413, 415, 422):
        raise InvalidInput(f"the API refused tranche {tranche} of lot {lot}", found=text)
    raise Unavailable(
        f"the API did not take tranche {tranche} of lot {lot}",
        found=text,
        hint="again when it has indexed the anchoring transaction",
    )
