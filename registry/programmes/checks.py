"""What a programme's rules, and plain reason, say of a dossier: papers in, findings out, nobody is asked."""

from collections.abc import Iterator
from datetime import date

from registry.programmes.dossier import Dossier, Period, Report
from registry.programmes.programme import REFUSED, WARNING, Article, Finding, Programme
from registry.programmes.working_days import after_working_days, working_days

_LONG_YEAR = 366


def check_dossier(dossier: Dossier) -> list[Finding]:
    """Everything that is forbidden or odd, in the order of the dossier."""
    found = [*_project(dossier)]
    for number, report in enumerate(dossier.reports):
        found += _report(dossier, report, f"reports[{number}]")
        found += _overlap(dossier, number)
    return found


def _project(dossier: Dossier) -> Iterator[Finding]:
    programme, project = dossier.programme, dossier.project
    if programme.started_after and project.started:
        after, article = programme.started_after
        if project.started <= after:
            yield _refused(
                article, "project.started", "the project started too early", f"after {after}", project.started
            )
    if programme.crediting_years and project.crediting:
        lengths, article = programme.crediting_years
        years = project.crediting.last.year - project.crediting.first.year + 1
        if years > max(lengths):
            expected = f"at most {max(lengths)} years"
            yield _refused(article, "project.crediting", "the crediting period is too long", expected, f"{years} years")
    yield from _made_public(programme, "design", project.design_public, project.applied, "project.designPublic")
    yield from _decided(programme, "registration", project.applied, project.decided, "project.decided")


def _report(dossier: Dossier, report: Report, place: str) -> Iterator[Finding]:
    programme, project, period = dossier.programme, dossier.project, report.period
    if programme.reduced_after and period.first <= programme.reduced_after[0]:
        after, article = programme.reduced_after
        yield _refused(article, f"{place}.from", "the reductions arose too early", f"after {after}", period.first)
    if programme.years_back and report.applied:
        years, article = programme.years_back
        oldest = _years_before(report.applied, years)
        if period.first < oldest:
            what = f"the reductions arose more than {years} years before the application"
            yield _refused(article, f"{place}.from", what, f"{oldest} or later", period.first)
    if programme.parted and report.verifier and report.verifier == project.validator:
        what = "the project's validator verifies its report"
        yield _refused(programme.parted, f"{place}.verifier", what, "another body", report.verifier)
    if project.crediting and not (project.crediting.first <= period.first and period.last <= project.crediting.last):
        what = "the report is not within the crediting period"
        yield Finding(REFUSED, place, what, str(project.crediting), str(period))
    if report.parts and sum(report.parts) != report.tonnes:
        what = "the parts do not add up to the total"
        yield Finding(REFUSED, f"{place}.parts", what, str(report.tonnes), str(sum(report.parts)))
    if report.applied and report.applied <= period.last:
        what = "applied for before the period ended"
        yield Finding(REFUSED, f"{place}.applied", what, f"after {period.last}", str(report.applied))
    if project.expected_annual_tonnes:
        # Rounded up, and by the longest year: only what is surely above is worth a warning.
        most = -(-project.expected_annual_tonnes * period.days // (_LONG_YEAR - 1))
        if report.tonnes > most:
            what = "more than the project expected for so many days"
            yield Finding(WARNING, f"{place}.tonnes", what, f"at most {most}", str(report.tonnes))
    yield from _made_public(programme, "monitoring", report.public, report.applied, f"{place}.public")
    yield from _decided(programme, "issuance", report.applied, report.decided, f"{place}.decided")


def _overlap(dossier: Dossier, number: int) -> Iterator[Finding]:
    period = dossier.reports[number].period
    for before, other in enumerate(dossier.reports[:number]):
        if period.first <= other.period.last and other.period.first <= period.last:
            what = f"the period overlaps that of reports[{before}]"
            yield Finding(REFUSED, f"reports[{number}]", what, f"no day of {other.period}", str(period))


def _made_public(
    programme: Programme, key: str, public: Period | None, applied: date | None, place: str
) -> Iterator[Finding]:
    step = programme.step(key)
    if step is None or step.public_days is None:
        return
    if public is None:
        if applied is not None:
            what = f"applied for, and the {step.english} was not made public"
            yield Finding(REFUSED, place, what, f"{step.public_days} working days", "none", _cited(step.article))
        return
    days = working_days(public.first, public.last)
    if days < step.public_days:
        what = f"the {step.english} was public too shortly"
        expected, found = f"{step.public_days} working days", f"{days} ({public})"
        yield Finding(REFUSED, place, what, expected, found, _cited(step.article))
    if applied is not None and applied <= public.last:
        what = f"applied for while the {step.english} was still public"
        yield Finding(REFUSED, place, what, f"an application after {public.last}", str(applied), _cited(step.article))


def _decided(
    programme: Programme, key: str, applied: date | None, decided: date | None, place: str
) -> Iterator[Finding]:
    step = programme.step(key)
    if step is None or applied is None or decided is None:
        return
    if decided < applied:
        yield Finding(REFUSED, place, "decided before it was applied for", f"{applied} or later", str(decided))
    elif step.decided_within is not None:
        last = after_working_days(applied, step.decided_within)
        if decided > last:
            what = f"decided later than {step.decided_within} working days after the application"
            yield Finding(WARNING, place, what, f"{last} or earlier", str(decided), _cited(step.article))


def _refused(article: Article, place: str, what: str, expected: str, found: object) -> Finding:
    return Finding(REFUSED, place, what, expected, str(found), article.number)


def _cited(article: Article | None) -> str:
    return article.number if article else ""


def _years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 1 March for a 29 February that was none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)
