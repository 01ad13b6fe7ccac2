"""Dates as articles carry them: YYYY-MM-DD, and only such as the calendar has."""

import re
from datetime import date

_GIVEN = re.compile(r"((?:19|20)\d\d)(?:\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})|(\d\d)(\d\d))(?!\d)")


def iso_date(year: int, month: int, day: int) -> str | None:
    """Return the day as YYYY-MM-DD, None where the calendar has none.

    >>> iso_date(2024, 2, 29), iso_date(2023, 2, 29)
    ('2024-02-29', None)
    """
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def read_date(given: str) -> str | None:
    """Return the day that ``given`` begins with, a time after it or not; None where no whole date stands there.

    Without anything between them, year, month and day have eight digits: of fewer nobody knows which are the month's.

    >>> read_date("2024年11月5日 10:30"), read_date("20241105"), read_date("2024-11")
    ('2024-11-05', '2024-11-05', None)
    """
    match = _GIVEN.match(given.strip())
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part is not None)
    return iso_date(year, month, day)
