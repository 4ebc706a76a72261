"""Four programmes on one registry software (APX): `PREFIX-first to last`, numbers from 1 in each batch.

    CAR-1-US-1008-27-845-WA-2015-2010-1 to 8645     Climate Action Reserve; "ROC" instead of "1" for compliance credits
    ACR-US-102-2003-274-120158095 to 120158156      American Carbon Registry
    ART-GY-102-2021-11-2750301 to 2750400           ART TREES
    FCPF-CI-130-2023-20-1 to 46404                  FCPF credits, in the ART registry

The last field of the prefix is the batch, numbered over the programme: what stands before it describes the batch and
may be reprinted, so the series is programme and batch alone.
"""

from dataclasses import dataclass

from registry.domain.grammars.fields import Rule, alphanumeric, code, literal, number, read_fields, year
from registry.domain.grammars.printed import PrintedSerials, Template, ordered_range

JOINT = " to "

_CAR = (
    literal("programme", "CAR"),
    alphanumeric("unit-type", 1, 4),
    code("country", 2, 2),
    number("project"),
    number("project-type"),
    number("code"),
    code("state", 2, 3),
    year("vintage"),
    number("batch"),
    number("first"),
)


def _short(programme: str) -> tuple[Rule, ...]:
    return (
        literal("programme", programme),
        code("country", 2, 2),
        number("project"),
        year("vintage"),
        number("batch"),
        number("first"),
    )


@dataclass(frozen=True, slots=True)
class Apx:
    """One programme on the APX software; `rules` end with the batch and the first number."""

    registry: str
    label: str
    programme: str
    rules: tuple[Rule, ...]
    example: str

    @property
    def stem(self) -> str:
        return f"{self.programme}-"

    def claims(self, text: str) -> bool:
        return text.startswith(self.stem)

    def parse(self, text: str) -> PrintedSerials:
        front, joint, last = text.partition(JOINT)
        fields = read_fields(front, self.rules, label=self.label, example=self.example)
        if joint:
            end = read_fields(
                last, (number("last"),), label=self.label, example=self.example, start=len(front) + len(JOINT)
            )
            fields |= end
        serials = ordered_range(fields["first"], fields.get("last", fields["first"]), label=self.label)
        head = front[: len(front) - len(fields["first"])]
        template = Template(head=head, joint=JOINT, as_range=bool(joint))
        series = f"{self.stem}{fields['batch']}"
        return PrintedSerials(self.registry, series, serials, template, tuple(fields.items()))

    def respell(self, compact: str) -> str:
        parts = compact.split("-")
        if len(parts) == len(self.rules) + 1:
            return "-".join(parts[:-1]) + JOINT + parts[-1]
        return compact


CAR = Apx("car", "Climate Action Reserve", "CAR", _CAR, "CAR-1-US-1008-27-845-WA-2015-2010-1 to 8645")
ACR = Apx("acr", "American Carbon Registry", "ACR", _short("ACR"), "ACR-US-102-2003-274-120158095 to 120158156")
ART = Apx("art", "ART TREES", "ART", _short("ART"), "ART-GY-102-2021-11-2750301 to 2750400")
FCPF = Apx("fcpf", "FCPF", "FCPF", _short("FCPF"), "FCPF-CI-130-2023-20-1 to 46404")
