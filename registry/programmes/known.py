"""The programmes known here. Rules as gathered from public texts; what was not found is left open, never invented."""

from datetime import date

from registry.domain.errors import InvalidInput
from registry.programmes.programme import Article, Programme, Step

_2023 = "Measures for voluntary greenhouse gas emission reduction trading (2023)"


def _art(number: str, says: str) -> Article:
    return Article(f"2023 measures, {number}", says)


CCER_2023 = Programme(
    "CCER-2023",
    "温室气体自愿减排（2023年办法）",
    "China certified emission reductions, 2023 measures",
    f"{_2023}, full text",
    (
        Step(
            "design", "项目设计文件", "design document", "proponent", _art("arts 12, 13", "public 20 working days"), 20
        ),
        Step("validation", "审定", "validation", "validator", _art("arts 12-15", "by an accredited body")),
        Step(
            "registration",
            "登记",
            "registration",
            "registrar",
            _art("art 15", "decided within 15 working days of the application"),
            decided_within=15,
        ),
        Step("monitoring", "监测报告", "monitoring report", "proponent", _art("art 19", "public 20 working days"), 20),
        Step("verification", "核查", "verification", "verifier", _art("art 18", "by another body than the validator")),
        Step(
            "issuance",
            "减排量登记",
            "issuance",
            "registrar",
            _art("art 22", "decided within 15 working days of the application"),
            decided_within=15,
        ),
    ),
    started_after=(date(2012, 11, 8), _art("art 10", "a project started after 8 November 2012")),
    reduced_after=(date(2020, 9, 22), _art("art 17", "reductions arose after 22 September 2020")),
    years_back=(5, _art("art 17", "reductions arose within 5 years before the application")),
    parted=_art("art 18", "the verifier of a report is not the project's validator"),
    notes=(
        _art("art 6", "the registry's records are the final basis for ownership"),
        _art("art 16", "a registered project can be taken off the register"),
        _art("art 25", "trade by listing, block agreement or one-sided auction"),
        _art("art 28", "units used for neutrality are cancelled in the registry"),
        _art("art 43", "units obtained by fraud or error are cancelled by force"),
    ),
)

CCER_2012 = Programme(
    "CCER-2012",
    "温室气体自愿减排（2012年暂行办法）",
    "China certified emission reductions, 2012 interim measures",
    "interim measures of 2012, as told by the exchange's public pages; closed to new projects since March 2017",
    (
        Step("validation", "审定", "validation", "validator"),
        Step("registration", "备案", "filing of the project", "registrar"),
        Step("monitoring", "监测", "monitoring", "proponent"),
        Step("reporting", "报告", "report", "proponent"),
        Step("verification", "核查", "verification", "verifier"),
        Step("issuance", "签发", "filing of the reductions", "registrar"),
    ),
    crediting_years=((7, 14, 21, 10), Article("2012 interim measures", "10 years, or 7 renewed at most twice")),
    notes=(_art("art 49", "projects filed before 14 March 2017 are registered anew; issued units stay usable"),),
)

CDCER = Programme(
    "CDCER",
    "成都“碳惠天府”减排量",
    "Chengdu reductions (Carbon Benefits Tianfu)",
    "成府发〔2020〕4号, by way of a summary; no coding rule and no time limits were found",
    (
        Step("design", "项目开发", "project design", "proponent"),
        Step("validation", "审定", "validation", "validator"),
        Step("registration", "登记", "registration", "registrar"),
        Step("monitoring", "监测报告", "monitoring report", "proponent"),
        Step("verification", "核查", "verification", "verifier"),
        Step("issuance", "签发", "issuance", "registrar"),
    ),
)

GENERIC = Programme(
    "GENERIC",
    "一般项目",
    "a programme without rules of its own here",
    "plain reason only",
    CDCER.steps,
)

PROGRAMMES: tuple[Programme, ...] = (CCER_2023, CCER_2012, CDCER, GENERIC)


def find_programme(code: str) -> Programme:
    """A programme by its code. Raises InvalidInput for one that is not known here."""
    for programme in PROGRAMMES:
        if programme.code == code:
            return programme
    raise InvalidInput(
        "no such programme",
        expected=", ".join(one.code for one in PROGRAMMES),
        found=code[:40],
        hint="GENERIC asks only what plain reason asks",
        place="programme",
    )
