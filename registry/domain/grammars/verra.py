"""Verra (VCS): one run of block numbers over the whole programme.

    19385-941467007-941467431-VCS-VCU-1507-VER-ET-14-1340-01012020-31122020-1     since 2020
    8040-449402275-449402275-VCU-042-MER-PE-14-1360-01072013-30062014-1           issued through Markit
    240-7863589-7889021-VCU-003-APX-IN-1-101-01042006-18032007-0                  issued through APX

Every operator obtained its numbers from the one VCS project database, so the block number alone identifies a credit:
issuance id, operator, country and the flag for additional certifications describe it and may be reprinted.
"""

from dataclasses import dataclass

from registry.domain.grammars.fields import code, day, digits, literal, number, read_fields
from registry.domain.grammars.printed import PrintedSerials, Template, ordered_range

SERIES = "VERRA-VCU"

_BLOCK = (number("issuance"), number("first"), number("last"))
_ORIGIN = (code("country", 2, 2), number("scope"), number("project"))
_PERIOD = (day("period-start"), day("period-end"), literal("additional-certification", "0", "1"))

CURRENT = (
    *_BLOCK,
    literal("programme", "VCS"),
    literal("unit", "VCU"),
    digits("code", 3, 6),
    literal("operator", "VER"),
    *_ORIGIN,
    *_PERIOD,
)
OLDER = (*_BLOCK, literal("unit", "VCU"), digits("code", 3, 6), literal("operator", "MER", "APX"), *_ORIGIN, *_PERIOD)


@dataclass(frozen=True, slots=True)
class Verra:
    registry: str = "verra"
    label: str = "Verra"
    stem: str = SERIES
    example: str = "19385-941467007-941467431-VCS-VCU-1507-VER-ET-14-1340-01012020-31122020-1"

    def claims(self, text: str) -> bool:
        return text[:1].isdigit() and "-VCU-" in text

    def parse(self, text: str) -> PrintedSerials:
        rules = CURRENT if "-VCS-" in text else OLDER
        fields = read_fields(text, rules, label=self.label, example=self.example)
        serials = ordered_range(fields["first"], fields["last"], label=self.label)
        block = f"{fields['issuance']}-{fields['first']}-{fields['last']}"
        template = Template(head=f"{fields['issuance']}-", joint="-", tail=text[len(block) :])
        return PrintedSerials(self.registry, SERIES, serials, template, tuple(fields.items()))

    def respell(self, compact: str) -> str:
        return compact
