"""One error family. Each message says what was expected, what was found and what to try.

The four kinds differ in what the caller can do: correct the input (`InvalidInput`), try again later (`Unavailable`),
stop and look into it (`Contradiction`), or accept the refusal (`Refused`).
"""


class OffsetproofError(Exception):
    """Base of all errors of this project. `expected`, `found` and `hint` may be empty."""

    def __init__(self, message: str, *, expected: str = "", found: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.found = found
        self.hint = hint

    def __str__(self) -> str:
        parts = [self.message]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.found:
            parts.append(f"found {self.found}")
        if self.hint:
            parts.append(f"try: {self.hint}")
        return "; ".join(parts)


class InvalidInput(OffsetproofError):
    """A file, row, value or request is wrong. Final: the same input fails again.

    `place` says where, for example "claims.csv line 7, column grams" or "document.price.units".
    """

    def __init__(self, message: str, *, expected: str = "", found: str = "", hint: str = "", place: str = "") -> None:
        super().__init__(message, expected=expected, found=found, hint=hint)
        self.place = place

    def __str__(self) -> str:
        text = super().__str__()
        return f"{self.place}: {text}" if self.place else text


class Unavailable(OffsetproofError):
    """Something did not answer, or answers too late to be used. Retryable; never shown as forgery or as not found."""


class Contradiction(OffsetproofError):
    """Things that must agree do not: wrong chain, broken history, reorganisation below finality. Final."""


class Refused(OffsetproofError):
    """The contract or a policy says no. Final until the state changes.

    `reason` names the refusal as the contract does (for example "SerialsOverlap"); `evidence` holds its arguments by
    name, so that a person reads both ranges and a program need not parse a sentence.
    """

    def __init__(
        self,
        message: str,
        *,
        expected: str = "",
        found: str = "",
        hint: str = "",
        reason: str = "",
        evidence: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message, expected=expected, found=found, hint=hint)
        self.reason = reason
        self.evidence: dict[str, object] = dict(evidence or {})
