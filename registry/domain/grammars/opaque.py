"""Registries without a public coding rule (CCER, CDCER): the caller says what stands before the number.

Nothing is invented here. A prefix is an exact text; the series is that text without a separator at its end; what
follows it is the number. How a range is joined, and whether the number has a fixed width, is configured too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain.errors import InvalidInput
from registry.domain.grammars.characters import ALPHABET, SEPARATORS, name_character
from registry.domain.grammars.fields import MAX_DIGITS, Rule, number, padded, read_fields
from registry.domain.grammars.printed import Grammar, PrintedSerials, Template, ordered_range
from registry.domain.serials import require_series_id

JOINTS = ("-", *SEPARATORS)


@dataclass(frozen=True, slots=True)
class OpaquePrefix:
    """A configured prefix of `registry`, e.g. `OpaquePrefix("ccer", "CCER-2024-000001-")`.

    `digits`: the exact width of the number with zeros in front, 0 if it is printed without. `joint`: what stands
    between first and last, one of "-", " to ", " - ". Raises `InvalidInput` for a prefix that cannot be told from a
    number, or whose series id the contracts would refuse.
    """

    registry: str
    prefix: str
    digits: int = 0
    joint: str = " to "

    def __post_init__(self) -> None:
        for position, character in enumerate(self.prefix, start=1):
            if character not in ALPHABET:
                raise InvalidInput(
                    "a configured prefix has a character that serials do not hold",
                    expected="capital letters A-Z, digits, '-', '_' and '.'",
                    found=f"{name_character(character)} at character {position} of {self.prefix!r}",
                )
        if not self.prefix or self.prefix[-1].isdigit():
            raise InvalidInput(
                "a configured prefix must end with a letter or a separator",
                expected="a text after which the number begins, not itself ending with a digit",
                found=repr(self.prefix),
                hint=f"{self.prefix}-" if self.prefix else "the text that every serial of this series begins with",
            )
        if self.joint not in JOINTS or not 0 <= self.digits < MAX_DIGITS:
            raise InvalidInput(
                "a configured prefix has a separator or a width that serials do not use",
                expected=f"joint one of {', '.join(map(repr, JOINTS))}; digits 0 to {MAX_DIGITS - 1}",
                found=f"joint {self.joint!r}, digits {self.digits}",
            )
        require_series_id(self.series)

    @property
    def series(self) -> str:
        return self.prefix.rstrip("-_.")

    @property
    def stem(self) -> str:
        return self.series

    @property
    def label(self) -> str:
        return self.registry

    @property
    def example(self) -> str:
        return f"{self.prefix}{'1'.zfill(self.digits)}"

    def claims(self, text: str) -> bool:
        return text.startswith(self.prefix)

    def parse(self, text: str) -> PrintedSerials:
        numbers = text[len(self.prefix) :]
        first, joint, last = numbers.partition(self.joint)
        start = len(self.prefix)
        fields = read_fields(first, (self._rule("first"),), label=self.label, example=self.example, start=start)
        if joint:
            start += len(first) + len(joint)
            fields |= read_fields(last, (self._rule("last"),), label=self.label, example=self.example, start=start)
        serials = ordered_range(fields["first"], fields.get("last", fields["first"]), label=self.label)
        template = Template(head=self.prefix, joint=self.joint, digits=self.digits, as_range=bool(joint))
        return PrintedSerials(self.registry, self.series, serials, template, tuple(fields.items()))

    def respell(self, compact: str) -> str:
        numbers = compact[len(self.prefix) :]
        return self.prefix + numbers.replace("-", self.joint, 1) if numbers.count("-") == 1 else compact

    def _rule(self, name: str) -> Rule:
        return padded(name, self.digits) if self.digits else number(name)


def require_distinct(configured: Sequence[OpaquePrefix], known: Sequence[Grammar]) -> None:
    """Raise `InvalidInput` if a configured prefix could be read as another one, or as a registry we know."""
    for index, one in enumerate(configured):
        for grammar in known:
            if grammar.claims(one.prefix) or grammar.claims(one.example) or one.series.startswith(grammar.stem):
                raise InvalidInput(
                    f"the configured prefix {one.prefix!r} already means a serial or a series of {grammar.label}",
                    expected=f"a prefix whose series does not begin with {grammar.stem!r}",
                    found=f"{one.prefix!r}, series {one.series!r}",
                )
        for other in configured[index + 1 :]:
            if one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix) or one.series == other.series:
                raise InvalidInput(
                    "two configured prefixes cannot be told apart",
                    expected="no prefix that begins with another, and each its own series",
                    found=f"{one.prefix!r} and {other.prefix!r}",
                )
