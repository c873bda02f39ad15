"""Which edition of each code book an exam uses on a given day.

Exams lag behind the code sets in force: since 1 October 2026 claims take ICD-10-CM of fiscal year 2027, while
exams of that autumn still use the books of 2026. The books of year Y are ICD-10-CM and ICD-10-PCS of fiscal
year Y, in force from 1 October Y-1, and HCPCS Level II and CPT of calendar year Y.
"""

from __future__ import annotations

from datetime import date

import attrs

from codecards.errors import CodecardsError

__all__ = ["CERTIFICATIONS", "EditionRule", "RuleSource", "UnknownCertificationError", "edition_rule"]


class UnknownCertificationError(CodecardsError, ValueError):
    """A name that is not one of the certifications codecards knows."""


@attrs.frozen
class RuleSource:
    """Where a rule stands.

    Args:
        address: The page.
        read_on: The day the page, or the copy of it, is dated or was read, as far as known.
        says: What it says, in own words.
    """

    address: str
    read_on: str
    says: str


@attrs.frozen
class EditionRule:
    """Which edition of the code books the exams of one certification use.

    Args:
        certification: Its name, such as ``"CPC"``.
        sponsor: Who holds the exam, such as ``"AAPC"``.
        systems: The coding systems of its books, by their names, such as ``"icd-10-cm"``.
        switches: Month and day of each year from which the books of that year are used.
        sources: Where the rule stands.
    """

    certification: str
    sponsor: str
    systems: tuple[str, ...]
    switches: tuple[int, int]
    sources: tuple[RuleSource, ...]

    def year_of(self, day: date) -> int:
        """Return the year of the code books that an exam on `day` uses.

        >>> edition_rule("CPC").year_of(date(2026, 12, 1)), edition_rule("CCS").year_of(date(2026, 4, 30))
        (2026, 2025)
        """
        return day.year if (day.month, day.day) >= self.switches else day.year - 1


_AAPC = RuleSource(
    "https://www.aapc.com/certification/faq.aspx",
    "undated copy, read in November 2026",
    "Exams are made for the code sets of the current calendar year; last year's books may be brought, at a risk.",
)
_AAPC_CIC = RuleSource(
    "https://aapc.com/certifications/cic/taking-the-cic-exam",
    "undated copy, read in November 2026",
    "Books are ICD-10-CM and ICD-10-PCS of the current year, of any publisher; no CPT and no HCPCS book.",
)
_AHIMA = RuleSource(
    "https://www.ahima.org/certification-careers/certifications-overview/ccs",
    "quoted in May 2026; the page itself was not read",
    "From 1 May 2026 exams use the code book list of 2026, before that the list of 2025; wrong books bar one.",
)
_JANUARY_1 = (1, 1)
_MAY_1 = (5, 1)
_RULES = (
    EditionRule("CPC", "AAPC", ("icd-10-cm", "hcpcs", "cpt"), _JANUARY_1, (_AAPC,)),
    EditionRule("CIC", "AAPC", ("icd-10-cm", "icd-10-pcs"), _JANUARY_1, (_AAPC, _AAPC_CIC)),
    EditionRule("CCS", "AHIMA", ("icd-10-cm", "icd-10-pcs", "cpt"), _MAY_1, (_AHIMA,)),
    # The list of books for the CCA holds no HCPCS Level II book, but its rules are asked.
    EditionRule("CCA", "AHIMA", ("icd-10-cm", "icd-10-pcs", "hcpcs", "cpt"), _MAY_1, (_AHIMA,)),
)

CERTIFICATIONS = tuple(rule.certification for rule in _RULES)
"""The certifications whose rule is known."""


def edition_rule(certification: str) -> EditionRule:
    """Return the rule of a certification.

    Args:
        certification: Its name, in any case, such as ``"CPC"``.

    Raises:
        UnknownCertificationError: No certification is called that; the message lists those that are.
    """
    wanted = certification.strip().upper()
    for rule in _RULES:
        if rule.certification == wanted:
            return rule
    msg = f"no certification is called {certification!r}; choose from {', '.join(CERTIFICATIONS)}"
    raise UnknownCertificationError(msg)
