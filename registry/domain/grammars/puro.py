"""Puro, certificates issued until the registry's change: 30 digits, unique over the registry.

    643002406555908610000000140219-643002406555908610000000140220

The first 18 digits are the production facility (a GSRN), the other 12 count its certificates (docs.api.puro.earth,
"Certificate Id"). The 30 digits fit a uint128, so the number is all of them and the series is the registry.
"""

from dataclasses import dataclass

from registry.domain.errors import InvalidInput
from registry.domain.grammars.fields import padded, read_fields
from registry.domain.grammars.printed import PrintedSerials, Template, ordered_range

SERIES = "PURO"
DIGITS = 30
FACILITY_DIGITS = 18
RANGE = (padded("first", DIGITS), padded("last", DIGITS))
SINGLE = (padded("first", DIGITS),)


@dataclass(frozen=True, slots=True)
class Puro:
    registry: str = "puro"
    label: str = "Puro"
    stem: str = SERIES
    example: str = "643002406555908610000000140219-643002406555908610000000140220"

    def claims(self, text: str) -> bool:
        return len(text) >= FACILITY_DIGITS and text[:FACILITY_DIGITS].isdigit()

    def parse(self, text: str) -> PrintedSerials:
        single = "-" not in text
        fields = read_fields(text, SINGLE if single else RANGE, label=self.label, example=self.example)
        first, last = fields["first"], fields.get("last", fields["first"])
        if first[:FACILITY_DIGITS] != last[:FACILITY_DIGITS]:
            raise InvalidInput(
                "not a Puro serial: the two ends are of different facilities",
                expected=f"the same first {FACILITY_DIGITS} digits",
                found=f"{first[:FACILITY_DIGITS]} and {last[:FACILITY_DIGITS]}",
            )
        serials = ordered_range(first, last, label=self.label)
        template = Template(head="", joint="-", digits=DIGITS, as_range=not single)
        named = {"facility": first[:FACILITY_DIGITS], **fields}
        return PrintedSerials(self.registry, SERIES, serials, template, tuple(named.items()))

    def respell(self, compact: str) -> str:
        return compact
