"""A verdict as a page: the one heading, the ten steps in words, who attested, what to do now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verifier_api.formats import mass
from verifier_api.language import Speaker
from verifier_api.values import Value

STEPS_TO_TAKE = {
    "retired": 1,
    "pending": 2,
    "compromised": 2,
    "invalid": 3,
    "unknown": 3,
    "unknown registry": 2,
    "unavailable": 2,
}


@dataclass(frozen=True, slots=True)
class Step:
    """A check as the page shows it: `text` in the visitor's language, `reason` the program's own words in English."""

    n: int
    status: str
    text: str
    level: int | None
    block: int | None
    reason: str
    follows: bool
    """Not made, only because of an earlier step."""


def heading(t: Speaker, verdict: Value) -> str:
    """The answer in one line, with the amount where there is one."""
    name = verdict["verdict"]
    if _lacks_document(verdict):
        return t("verdict.unpublished.heading", mass=mass(verdict["grams"]))
    if name == "pending" and not verdict["grams"]:
        return t("verdict.pending.heading_bare")
    return t(f"verdict.{name}.heading", mass=mass(verdict["grams"] or 0))


def meaning(t: Speaker, verdict: Value) -> str:
    """What the verdict means, in a sentence or two."""
    return t("verdict.unpublished.meaning" if _lacks_document(verdict) else f"verdict.{verdict['verdict']}.meaning")


def _lacks_document(verdict: Value) -> bool:
    return verdict["verdict"] == "unavailable" and any(c["code"] == "unpublished" for c in verdict["checks"])


def todo(t: Speaker, verdict: Value, registry: Mapping[str, Any]) -> list[str]:
    """What to do now."""
    name = verdict["verdict"]
    if _lacks_document(verdict):
        return [t("verdict.unpublished.do_1"), t("verdict.unpublished.do_2")]
    values = {"operator": registry["operator"]["name"], "name": registry["name"]}
    return [t(f"verdict.{name}.do_{i}", **values) for i in range(1, STEPS_TO_TAKE[name] + 1)]


def steps(t: Speaker, verdict: Value) -> list[Step]:
    """The ten checks in words."""
    found = []
    for check in verdict["checks"]:
        read = check["block"] is not None
        found.append(
            Step(
                check["n"],
                check["status"],
                _step_text(t, check, verdict),
                check["level"] if read else None,
                check["block"]["number"] if read else None,
                check["reason"],
                check["code"] == "not-checked",
            )
        )
    return found


def _step_text(t: Speaker, check: Value, verdict: Value) -> str:
    who = _who(verdict, "registrar") or _who(verdict, "verifier") or t("attest.unnamed")
    for key in (f"check.{check['n']}.{check['code']}", f"reason.{check['code']}"):
        if t.known(key):
            return t(key, who=who)
    return t(f"check.{check['n']}.{check['status']}")


def open_steps(found: list[Step], verdict: str) -> list[Step]:
    """The steps that stand in the way: first those that decide the verdict; none that only wait for another."""
    first = {"pending": "pending", "unavailable": "unavailable"}.get(verdict, "failed")
    still_open = [s for s in found if s.status != "passed" and (not s.follows or s.status == first == "unavailable")]
    return sorted(still_open, key=lambda s: (s.status != first, s.n))


def attested(t: Speaker, verdict: Value) -> list[Value]:
    """Who attested, with the role in words."""
    return [
        {**a, "roleText": t(f"role.{a['role']}") if t.known(f"role.{a['role']}") else a["role"]}
        for a in verdict["attestedBy"]
    ]


def distinct(t: Speaker, verdict: Value) -> str:
    """Whether different organisations attested, as far as names, numbers and accounts tell."""
    who = verdict["attestedBy"]
    for member in ("name", "organisation", "account"):
        known = [a[member] for a in who if a[member]]
        if len(set(known)) < len(known):
            return t("attest.same")
    return t("attest.distinct" if all(a["name"] or a["organisation"] for a in who) else "attest.unclear")


def _who(verdict: Value, role: str) -> str:
    return next((a["name"] or a["account"] or "" for a in verdict["attestedBy"] if a["role"] == role), "")


def commands(verdict: Value, file_name: str | None, here: str) -> list[str]:
    """How to check it without this site, with the real file names; without a file, how to ask the site at `here`."""
    if verdict["claim"] is None:
        sought = verdict["certificateHash"] or verdict["number"]
        return [f"offsetproof verify {sought} --registry registry.json --api {here}"]
    what = file_name or "CERTIFICATE.json"
    return [
        f"offsetproof verify {what} --registry registry.json --rpc URL",
        f"offsetproof verify {what} --registry registry.json --rpc URL --rpc OTHER-URL --quorum 2",
    ]
