"""CDM certified emission reductions: unique for a Party of origin and a commitment period.

    CN-5-971162088-2-2-0-2898 - CN-5-971164018-2-2-0-2898     party-type-number-original CP-applicable CP-LULUCF-project
    HN-05-00-37743-01-01-000-0000492                          the same with zeros and a supplementary type

Decision 3/CMP.1, annex, appendix D, paragraph 7: the number is unique to the CER "for the identified commitment period
and Party of origin". That period is the original one; the applicable one changes when a CER is carried over.
"""

from dataclasses import dataclass

from registry.domain.errors import InvalidInput
from registry.domain.grammars.fields import code, literal, number, padded, read_fields
from registry.domain.grammars.printed import PrintedSerials, Template, ordered_range

JOINT = " - "

PLAIN = (
    code("country", 2, 2),
    literal("unit-type", "5"),
    number("first"),
    literal("original-period", "1", "2"),
    literal("applicable-period", "1", "2"),
    number("lulucf"),
    number("project"),
)
PADDED = (
    code("country", 2, 2),
    literal("unit-type", "05"),
    literal("supplementary-type", "00"),
    number("first"),
    literal("original-period", "01", "02"),
    literal("applicable-period", "01", "02"),
    padded("lulucf", 3),
    padded("project", 7),
)


@dataclass(frozen=True, slots=True)
class Cdm:
    registry: str = "cdm"
    label: str = "CDM"
    stem: str = "CDM-CER-"
    example: str = "CN-5-971162088-2-2-0-2898 - CN-5-971164018-2-2-0-2898"

    def claims(self, text: str) -> bool:
        return text[:2].isalpha() and text[2:3] == "-" and text[3:4].isdigit()

    def parse(self, text: str) -> PrintedSerials:
        halves = text.split(JOINT)
        if len(halves) > 2:
            raise InvalidInput(
                "not a CDM serial: more than two ends",
                expected=f"one serial, or two joined by {JOINT!r}",
                found=f"{len(halves)} parts in {text!r}",
            )
        low = self._read(halves[0], start=0)
        high = self._read(halves[1], start=len(halves[0]) + len(JOINT)) if len(halves) == 2 else low
        self._require_same_credits(low, high)
        serials = ordered_range(low["first"], high["first"], label=self.label)
        head, number_text, tail = self._around(halves[0], low)
        template = Template(head=head, joint=JOINT, tail=tail, repeats=True, as_range=len(halves) == 2)
        series = f"{self.stem}{low['country']}-CP{int(low['original-period'])}"
        fields = {**low, "first": number_text, "last": high["first"]}
        return PrintedSerials(self.registry, series, serials, template, tuple(fields.items()))

    def respell(self, compact: str) -> str:
        parts = compact.split("-")
        if len(parts) in (2 * len(PLAIN), 2 * len(PADDED)):
            half = len(parts) // 2
            return "-".join(parts[:half]) + JOINT + "-".join(parts[half:])
        return compact

    def _read(self, half: str, *, start: int) -> dict[str, str]:
        rules = PADDED if half.split("-")[1:2] == ["05"] or half.count("-") + 1 == len(PADDED) else PLAIN
        return read_fields(half, rules, label=self.label, example=self.example, start=start)

    @staticmethod
    def _around(half: str, fields: dict[str, str]) -> tuple[str, str, str]:
        parts = half.split("-")
        at = list(fields).index("first")
        return "-".join(parts[:at]) + "-", parts[at], "-" + "-".join(parts[at + 1 :])

    @staticmethod
    def _require_same_credits(low: dict[str, str], high: dict[str, str]) -> None:
        for name, value in low.items():
            if name != "first" and value != high.get(name):
                raise InvalidInput(
                    f"not a CDM serial: the two ends differ in field '{name}'",
                    expected=f"{value!r} in both",
                    found=f"{value!r} and {high.get(name)!r}",
                    hint="a range lies within one party, period and project; write two ranges",
                )
