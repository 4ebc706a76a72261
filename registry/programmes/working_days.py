"""Working days in China, as the State Council arranges them a year at a time: weekends, holidays, days worked instead.

The arrangements come from the package chinesecalendar (MIT). A year that is not arranged yet is refused, not guessed.
"""

from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]

from registry.domain.errors import InvalidInput


def is_working_day(day: date) -> bool:
    """Whether people work on this day. Raises InvalidInput for a year without a known arrangement."""
    try:
        found: bool = chinese_calendar.is_workday(day)
    except NotImplementedError:
        raise InvalidInput(
            "the working days of this year are not known",
            expected="a year whose holidays the State Council has arranged",
            found=str(day.year),
            hint="a newer version of the package chinesecalendar may know it",
        ) from None
    return found


def working_days(first: date, last: date) -> int:
    """How many working days from `first` to `last`, both included; 0 if `last` is before `first`."""
    span = (last - first).days + 1
    return sum(is_working_day(first + timedelta(days=n)) for n in range(span))


def after_working_days(day: date, count: int) -> date:
    """The day on which `count` working days have passed, counted from the day after `day`."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
