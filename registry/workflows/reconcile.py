"""The chain against a source registry's own export, serial by serial: is what is retired here cancelled there?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from registry.domain.grammars import GRAMMARS, OpaquePrefix
from registry.domain.range_set import RangeSet
from registry.domain.serials import SerialRange
from registry.imports.records import ENDED, Place, Record
from registry.store.ended_serials import SeriesSerials, serials_by_series
from registry.store.session import Session

MATCHED, MISSING, EXTRA = "matched", "missing", "extra"


@dataclass(frozen=True, slots=True)
class Finding:
    """Serial numbers of a series. `missing`: retired here, not ended at the source; `confirmed` says that the operator
    attested it all the same. `extra`: live here and ended there, in the rows `places`."""

    state: str
    series: str
    range: SerialRange
    confirmed: bool = False
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many credits agree, and each range that does not. `gone`: withdrawn here, ended there, as they may be.
    `elsewhere`: ended there and never issued here."""

    matched: int
    gone: int
    elsewhere: int
    findings: tuple[Finding, ...]

    def count(self, state: str) -> int:
        """Credits found in a state."""
        if state == MATCHED:
            return self.matched
        return sum(one.range.width for one in self.findings if one.state == state)

    @property
    def agrees(self) -> bool:
        return not self.findings


def reconcile(
    session: Session, records: Iterable[Record], *, configured: Sequence[OpaquePrefix] = (), as_of: int | None = None
) -> Reconciled:
    """Compare the mirror, as of block `as_of`, with what a source registry publishes as ended.

    Looks at every series of the registries that the records belong to: what is retired here of a registry that no
    record names says nothing. Raises Unavailable for an empty mirror.
    """
    there = defaultdict[str, list[Record]](list)
    registries = set[str]()
    for record in records:
        registries.add(record.registry)
        if record.kind in ENDED and record.serials:
            there[record.serials.series].append(record)
    stems = tuple(one.stem for one in (*GRAMMARS, *configured) if one.registry in registries)
    here = serials_by_series(session, lambda series: series in there or series.startswith(stems), as_of)
    return compare_serials(here, there)


def compare_serials(here: Mapping[str, SeriesSerials], there: Mapping[str, Sequence[Record]]) -> Reconciled:
    """The comparison alone: the mirror's serial numbers by series, the ended records of the source by series."""
    matched = gone = elsewhere = 0
    findings: list[Finding] = []
    for series in sorted({*here, *there}):
        ours, theirs = here.get(series, SeriesSerials()), there.get(series, ())
        ended = RangeSet.of(one.serials.range for one in theirs if one.serials)
        matched += (ours.retired & ended).width
        gone += (ours.gone & ended).width
        elsewhere += (ended - ours.issued).width
        missing = ours.retired - ended
        for part, confirmed in ((missing - ours.confirmed, False), (missing & ours.confirmed, True)):
            findings += [Finding(MISSING, series, one, confirmed) for one in part]
        live = ours.issued - ours.retired - ours.gone
        for one in live & ended:
            places = tuple(r.place for r in theirs if r.serials and r.serials.range.overlaps(one))
            findings.append(Finding(EXTRA, series, one, places=places))
    findings.sort(key=lambda one: (one.series, one.range.first))
    return Reconciled(matched, gone, elsewhere, tuple(findings))
