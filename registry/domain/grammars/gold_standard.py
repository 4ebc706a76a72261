"""Gold Standard verified emission reductions: numbers run within a batch, batches are numbered over the registry.

    GS1-1-KE-GS11603-16-2025-30256-110-5463      programme-product-country-project-type-vintage-batch-first-last
    GS1-1-KH-1020-16-2012-325-1-22283            until 2012 the project is printed without "GS"

Gold Standard labelled CERs keep their CDM serial and belong to `cdm`.
"""

from dataclasses import dataclass

from registry.domain.grammars.fields import code, literal, number, prefixed_number, read_fields, year
from registry.domain.grammars.printed import PrintedSerials, Template, ordered_range

_PREFIX = (
    literal("programme", "GS1"),
    number("product"),
    code("country", 2, 2),
    prefixed_number("project", "GS"),
    number("project-type"),
    year("vintage"),
    number("batch"),
)
RANGE = (*_PREFIX, number("first"), number("last"))
SINGLE = (*_PREFIX, number("first"))


@dataclass(frozen=True, slots=True)
class GoldStandard:
    registry: str = "gold-standard"
    label: str = "Gold Standard"
    stem: str = "GS-"
    example: str = "GS1-1-KE-GS11603-16-2025-30256-110-5463"

    def claims(self, text: str) -> bool:
        return text.startswith("GS1-")

    def parse(self, text: str) -> PrintedSerials:
        single = text.count("-") + 1 == len(SINGLE)
        fields = read_fields(text, SINGLE if single else RANGE, label=self.label, example=self.example)
        serials = ordered_range(fields["first"], fields.get("last", fields["first"]), label=self.label)
        head = "-".join(text.split("-")[: len(_PREFIX)]) + "-"
        template = Template(head=head, joint="-", as_range=not single)
        return PrintedSerials(self.registry, f"{self.stem}{fields['batch']}", serials, template, tuple(fields.items()))

    def respell(self, compact: str) -> str:
        return compact
