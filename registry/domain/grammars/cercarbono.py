"""Cercarbono (EcoRegistry): the batch is printed as one text, the numbers stand in other columns.

    CDC_4_1_1_321_14_R1_XX_CO_1_2_2022  |  from 1  |  to 3552

Numbers run within the batch, from 0 in batches of the first years and from 1 since: serial 0 exists. The batch text is
the series. In one line we write `CDC_…_2022-1 to 3552`; that spelling is ours, the registry prints columns.
"""

from dataclasses import dataclass

from registry.domain.errors import InvalidInput
from registry.domain.grammars.characters import require_characters
from registry.domain.grammars.fields import number, read_fields
from registry.domain.grammars.printed import PrintedSerials, Template, ordered_range

JOINT = " to "
FEWEST_PARTS = 7
_DIGITS = frozenset("0123456789")
_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


@dataclass(frozen=True, slots=True)
class Cercarbono:
    registry: str = "cercarbono"
    label: str = "Cercarbono"
    stem: str = "CDC_"
    example: str = "CDC_4_1_1_321_14_R1_XX_CO_1_2_2022-1 to 3552"

    def claims(self, text: str) -> bool:
        return text.startswith("CDC_")

    def parse(self, text: str) -> PrintedSerials:
        batch, _, numbers = text.partition("-")
        require_batch(batch)
        first, joint, last = numbers.partition(JOINT)
        start = len(batch) + 1
        fields = read_fields(first, (number("first"),), label=self.label, example=self.example, start=start)
        if joint:
            start += len(first) + len(JOINT)
            fields |= read_fields(last, (number("last"),), label=self.label, example=self.example, start=start)
        serials = ordered_range(fields["first"], fields.get("last", fields["first"]), label=self.label)
        template = Template(head=f"{batch}-", joint=JOINT, as_range=bool(joint))
        return PrintedSerials(self.registry, batch, serials, template, tuple({"batch": batch, **fields}.items()))

    def respell(self, compact: str) -> str:
        parts = compact.split("-")
        return f"{parts[0]}-{parts[1]}{JOINT}{parts[2]}" if len(parts) == 3 else compact


def require_batch(batch: str) -> None:
    """Raise `InvalidInput` unless `batch` is a Cercarbono batch: `CDC` and at least six more parts joined by '_'."""
    parts = batch.split("_")
    position = 1
    for part in parts:
        leading_zero = part[:1] == "0" and len(part) > 1 and _DIGITS.issuperset(part)
        if not part or leading_zero or not _ALPHABET.issuperset(part):
            raise InvalidInput(
                "not a Cercarbono batch: a part does not fit",
                expected="capital letters or digits, numbers without leading zeros",
                found=f"{part!r} at character {position} of {batch!r}",
            )
        position += len(part) + 1
    if parts[0] != "CDC" or len(parts) < FEWEST_PARTS:
        raise InvalidInput(
            "not a Cercarbono batch",
            expected=f"'CDC' and at least {FEWEST_PARTS - 1} parts joined by '_'",
            found=repr(batch),
            hint="compare 'CDC_4_1_1_321_14_R1_XX_CO_1_2_2022'",
        )


def cercarbono_serials(batch: str, first: str | int, last: str | int) -> PrintedSerials:
    """The serials of a row whose batch and whose numbers (both included) stand in columns of their own.

    Text is read as strictly as `parse_serials` does: decimal, no leading zeros, no spaces.
    """
    require_characters(batch)
    require_batch(batch)
    text = f"{batch}-{first}{JOINT}{last}"
    require_characters(text)
    return Cercarbono().parse(text)
