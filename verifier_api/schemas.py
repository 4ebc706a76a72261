"""The JSON of each answer as JSON Schema, by name: what `/openapi.json` refers to. All members are always there."""

from typing import Any

from registry.domain.hexes import ZERO_ADDRESS
from registry.proofs.verdict import EXIT_CODES, LEVEL_NAMES
from verifier_api.problems import KINDS, MORE_KINDS

Schema = dict[str, Any]

HASH: Schema = {"type": "string", "pattern": "^0x[0-9a-f]{64}$"}
ACCOUNT: Schema = {"type": "string", "pattern": f"^0x[0-9a-f]{{{2 * len(ZERO_ADDRESS)}}}$"}
DECIMAL: Schema = {"type": "string", "pattern": "^(0|[1-9][0-9]*)$", "description": "a wide integer"}
WHOLE: Schema = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}
COUNT: Schema = {**WHOLE, "description": "credits"}
GRAMS: Schema = {**WHOLE, "description": "grams of CO2e"}
TEXT: Schema = {"type": "string"}
YES_OR_NO: Schema = {"type": "boolean"}


def named(name: str) -> Schema:
    """A reference to a schema by name."""
    return {"$ref": f"#/components/schemas/{name}"}


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def one_of(*words: str) -> Schema:
    return {"type": "string", "enum": list(words)}


def members(says: str, **schemas: Schema) -> Schema:
    """An object with these members, all of them required."""
    return {"type": "object", "description": says, "required": list(schemas), "properties": schemas}


def _with(base: Schema, says: str, **more: Schema) -> Schema:
    return members(says, **base["properties"], **more)


def page_of(name: str) -> Schema:
    """A page of a list."""
    return members("a page", items=list_of(named(name)), next=or_null(TEXT), block=or_null(named("Block")))


_BLOCK = members("a block; time in seconds since 1970", number=WHOLE, hash=HASH, timestamp=WHOLE)
_SERIALS = members("serial numbers, both ends included", series=TEXT, first=DECIMAL, last=DECIMAL)
_LOT = members(
    "a lot and its marks",
    lot=DECIMAL, batch=DECIMAL, firstIndex=WHOLE, count=COUNT, retired=COUNT, confirmed=COUNT,
    confirmedBy=or_null(ACCOUNT), claimedGrams=GRAMS, tranches=WHOLE, owner=or_null(ACCOUNT),
    claimant=or_null(ACCOUNT), withdrawalRequested=YES_OR_NO, withdrawn=YES_OR_NO, serials=or_null(named("Serials")),
)  # fmt: skip
_STANDING = members("serials in trouble", first=DECIMAL, last=DECIMAL, trouble=one_of("suspended", "invalidated"))
_BATCH = members(
    "an issuance",
    batch=DECIMAL, report=DECIMAL, count=COUNT, serials=or_null(named("Serials")), registrar=or_null(ACCOUNT),
    owner=or_null(ACCOUNT), evidence=HASH, blockNumber=WHOLE, transaction=HASH,
)  # fmt: skip
_PROJECT = members(
    "a project; organisations by number",
    project=DECIMAL, programme=TEXT, sourceId=TEXT, status=TEXT, bridged=YES_OR_NO, proponent=or_null(WHOLE),
    validator=or_null(WHOLE), validatorAccount=or_null(ACCOUNT), registrar=or_null(ACCOUNT), blockNumber=WHOLE,
)  # fmt: skip
_REPORT = members(
    "a monitoring report; days since 1970, endDay not included",
    report=DECIMAL, project=DECIMAL, fromDay=WHOLE, endDay=WHOLE, tonnes=WHOLE, status=TEXT, verifier=or_null(WHOLE),
    attestor=or_null(ACCOUNT), blockNumber=WHOLE,
)  # fmt: skip
_RETIREMENT = members(
    "a retirement",
    retirement=TEXT, lot=DECIMAL, firstIndex=WHOLE, count=COUNT, account=or_null(ACCOUNT),
    serials=or_null(named("Serials")), blockNumber=WHOLE, timestamp=WHOLE, transaction=HASH,
)  # fmt: skip
_TRANCHE = members(
    "an anchored tranche",
    lot=DECIMAL, tranche=WHOLE, start=GRAMS, total=GRAMS, leafCount=WHOLE, root=HASH, anchor=HASH,
    account=or_null(ACCOUNT), published=YES_OR_NO, blockNumber=WHOLE,
)  # fmt: skip
_CLAIM = members(
    "a certificate's place",
    certificateHash=HASH, number=TEXT, lot=DECIMAL, tranche=WHOLE, index=WHOLE, startGram=GRAMS, endGram=GRAMS,
    grams=GRAMS, documented=YES_OR_NO,
)  # fmt: skip
_HISTORIES = {
    "type": "object",
    "description": "history hash of each contract; empty for an empty mirror",
    "properties": {"projectRegistry": HASH, "creditRegistry": HASH},
}
_UNPUBLISHED = members("anchored, and published by nobody", tranches=WHOLE, grams=GRAMS)
_CHECK = members(
    "a numbered step, docs/spec/verification.md",
    n={"type": "integer", "minimum": 1, "maximum": 10}, name=TEXT,
    status=one_of("passed", "failed", "pending", "unavailable"), code=TEXT,
    level={"type": "integer", "minimum": 0, "maximum": 3}, reason=TEXT, block=or_null(named("Block")),
)  # fmt: skip
_VERDICT = members(
    "docs/spec/verification.md",
    verdict=one_of(*EXIT_CODES), level={"type": "integer", "minimum": 0, "maximum": 3}, levelName=one_of(*LEVEL_NAMES),
    certificateHash=or_null(HASH), number=or_null(TEXT), grams=or_null(GRAMS),
    position=or_null(members("grams of the lot", startGram=GRAMS, endGram=GRAMS)), serials=list_of(named("Serials")),
    checks=list_of(named("Check")),
    attestedBy=list_of(members(
        "who attested", role=TEXT, account=or_null(ACCOUNT), name=or_null(TEXT), organisation=or_null(WHOLE)
    )),
    block=or_null(named("Block")), historyHash=or_null(HASH),
    registry=or_null(members(
        "the pinned registry", name=TEXT, chainId=DECIMAL, creditRegistry=ACCOUNT, projectRegistry=ACCOUNT,
        operator=TEXT,
    )),
    demo=YES_OR_NO, notes=list_of(TEXT), unpublished=or_null(_UNPUBLISHED),
    claim=or_null(members("the place judged", lot=DECIMAL, tranche=WHOLE, index=WHOLE)),
    stated=or_null({"type": "object", "description": "what only the document says; nobody checked it"}),
    others=list_of(named("Verdict")),
)  # fmt: skip
_TRACED_LOT = members(
    "the part of a lot that was asked for",
    lot=named("Lot"), startGram=GRAMS, endGram=GRAMS, state=one_of("claimed", "retired", "live", "withdrawn", "mixed"),
    retirements=list_of(_with(_RETIREMENT, "a retirement", confirmed=YES_OR_NO)),
    certificates=list_of(_with(_CLAIM, "a certificate", gramsHere=GRAMS)),
    unpublished=list_of(_with(_TRANCHE, "a tranche that nobody published", gramsHere=GRAMS)), more=YES_OR_NO,
)  # fmt: skip
_STANDING_BATCH = _with(_BATCH, "an issuance", standing=list_of(named("Standing")))

SCHEMAS: dict[str, Schema] = {
    "Block": _BLOCK,
    "Serials": _SERIALS,
    "Standing": _STANDING,
    "Lot": _LOT,
    "Batch": _BATCH,
    "Project": _PROJECT,
    "Report": _REPORT,
    "Retirement": _RETIREMENT,
    "Account": members("an account and how many lots it holds", account=ACCOUNT, lots=WHOLE),
    "Tranche": _TRANCHE,
    "OneTranche": _with(_TRANCHE, "a tranche, and whether its anchor is final", final=YES_OR_NO, block=named("Block")),
    "Check": _CHECK,
    "Verdict": _VERDICT,
    "OneLot": _with(
        _LOT, "a lot with what happened to it", standing=list_of(named("Standing")),
        retirements=list_of(named("Retirement")), anchored=list_of(named("Tranche")), block=named("Block"),
    ),
    "OneBatch": _with(
        _STANDING_BATCH, "an issuance with its first lots", lots=list_of(named("Lot")), moreLots=YES_OR_NO,
        block=named("Block"),
    ),
    "OneProject": _with(
        _PROJECT, "a project with its reports and issuances", reports=list_of(named("Report")),
        batches=list_of(named("Batch")), block=named("Block"),
    ),
    "OneRetirement": _with(_RETIREMENT, "a retirement", block=named("Block")),
    "OneAccount": members(
        "an account with its first lots", account=ACCOUNT, lots=list_of(named("Lot")), moreLots=YES_OR_NO,
        retirements=list_of(named("Retirement")), block=or_null(named("Block")),
    ),
    "Trace": members(
        "where serial numbers are",
        asked=members("as read", text=TEXT, series=TEXT, first=DECIMAL, last=DECIMAL, printed=or_null(TEXT)),
        batches=list_of(members(
            "an issuance", project=or_null(named("Project")), report=or_null(named("Report")), batch=_STANDING_BATCH,
            serials=named("Serials"), lots=list_of(_TRACED_LOT), more=YES_OR_NO,
        )),
        block=or_null(named("Block")),
    ),
    "Published": members(
        "a tranche that is published", lot=DECIMAL, tranche=WHOLE, certificates=WHOLE, newDocuments=WHOLE,
        block=or_null(named("Block")),
    ),
    "Waiting": members("a part that waits for the others", lot=DECIMAL, tranche=WHOLE, missingParts=WHOLE),
    "Status": members(
        "how far chain and mirror are", chainHead=or_null(members("the head", number=WHOLE, hash=HASH)),
        chainHeadFrom=one_of("node", "mirror"), indexed=or_null(named("Block")), final=or_null(named("Block")),
        behind=or_null(WHOLE), finality={"type": "object"}, historyHashes=_HISTORIES,
        counts=or_null({"type": "object"}), registry=TEXT, demo=YES_OR_NO, block=or_null(named("Block")),
    ),
    "Audit": members(
        "the last audit", ok=or_null(YES_OR_NO), withNode=YES_OR_NO, firstBadBlock=or_null(WHOLE),
        problems=list_of(members("a problem", block=or_null(WHOLE), kind=TEXT, message=TEXT)),
        counts={"type": "object", "additionalProperties": WHOLE}, historyHashes=_HISTORIES, unproven=list_of(TEXT),
        unpublished=_with(_UNPUBLISHED, "anchored, and published by nobody", items=list_of({"type": "object"})),
        error=or_null(TEXT), ranAt=WHOLE, block=or_null(named("Block")),
    ),
    "Checkpoints": members(
        "history hashes by block, newest first",
        registry=members("whose", chainId=DECIMAL, creditRegistry=ACCOUNT),
        at=members("as of block `at`", number=WHOLE, creditHistory=HASH, projectHistory=HASH),
        items=list_of(members("a block", block=named("Block"), creditHistory=HASH, projectHistory=HASH)),
        next=or_null(DECIMAL), block=or_null(named("Block")),
    ),
    "Alive": members("the process lives", alive=YES_OR_NO),
    "Ready": members("the mirror may be asked", ready=YES_OR_NO, behind=WHOLE, block=WHOLE),
    "Problem": {
        "type": "object",
        "description": "RFC 9457",
        "required": ["type", "title", "status", "kind"],
        "additionalProperties": False,
        "properties": {
            "type": TEXT, "title": TEXT, "status": {"type": "integer"},
            "kind": one_of(*sorted({*KINDS.values(), *(kind for _, kind in MORE_KINDS)})),
            "detail": TEXT, "place": TEXT, "expected": TEXT, "found": TEXT, "hint": TEXT, "requestId": TEXT,
        },
    },
}  # fmt: skip
