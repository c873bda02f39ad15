"""Which year's code books an exam uses."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
import pytest

from codecards.certifications.editions import CERTIFICATIONS, UnknownCertificationError, edition_rule

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@given(days)
def test_aapc_uses_the_books_of_the_calendar_year(day: date) -> None:
    """Whatever came into force in October."""
    assert {edition_rule(name).year_of(day) for name in ("CPC", "CIC")} == {day.year}


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 4, 30), 2025),
        (date(2026, 5, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
        (date(2027, 4, 30), 2026),
        (date(2027, 5, 1), 2027),
    ],
)
def test_ahima_switches_on_the_first_of_may(day: date, year: int) -> None:
    """The list of books changes once a year."""
    assert [edition_rule(name).year_of(day) for name in ("CCS", "CCA")] == [year, year]


@given(days, st.sampled_from(CERTIFICATIONS))
def test_the_year_changes_once_a_year_and_never_back(day: date, name: str) -> None:
    """From one day to the next it stays or grows by one."""
    rule = edition_rule(name)
    tomorrow = day + timedelta(days=1)

    assert rule.year_of(tomorrow) - rule.year_of(day) == ((tomorrow.month, tomorrow.day) == rule.switches)


def test_every_rule_says_where_it_stands() -> None:
    """A rule without a source does not ship."""
    for name in CERTIFICATIONS:
        for source in edition_rule(name).sources:
            assert source.address.startswith("https://")
            assert source.read_on
            assert source.says


def test_names_are_taken_in_any_case_and_others_refused() -> None:
    """The message says which there are."""
    assert edition_rule(" cpc ").certification == "CPC"
    with pytest.raises(UnknownCertificationError, match="'CPA'; choose from CPC, CIC, CCS, CCA"):
        edition_rule("CPA")
