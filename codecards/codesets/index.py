"""The routes from a term to codes: entries of the ICD-10-CM indexes and tables.

Source of the conventions: ICD-10-CM Guidelines FY2026, I.A.1, I.A.7, I.A.11, I.A.16.
"""

from __future__ import annotations

from functools import cached_property
import re

import attrs

__all__ = ["CodeIndex", "DrugEntry", "IndexEntry", "NeoplasmEntry"]

_WORD_BREAK = re.compile(r"\s*,\s*")


@attrs.frozen
class IndexEntry:
    """One line of the Alphabetic Index or of the External Cause Index.

    Codes are as printed: a dash at the end (``"C79.8-"``) means that more characters are needed.

    Args:
        path: The main term and the terms below it, down to this one, as
            printed but for nonessential modifiers: ``("Diabetes, diabetic", "type 2", "with", "neuropathy")``.
        nonessential_modifiers: Words in parentheses behind the last term,
            which may be absent or present without changing the code.
        code: The code the entry leads to, or None.
        manifestation: The code in brackets, to be assigned second, or None.
        see: The term to look under instead, or None.
        see_also: A further term to look under, or None.
        see_category: The category to look into, or None.
        subcategory: The subcategory that holds the codes, or None.
    """

    path: tuple[str, ...]
    nonessential_modifiers: tuple[str, ...] = ()
    code: str | None = None
    manifestation: str | None = None
    see: str | None = None
    see_also: str | None = None
    see_category: str | None = None
    subcategory: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes the entry leads to, in the order to assign them."""
        return tuple(code for code in (self.code or self.subcategory or self.see_category, self.manifestation) if code)

    def __str__(self) -> str:
        return ", ".join(self.path)


@attrs.frozen
class NeoplasmEntry:
    """One line of the Table of Neoplasms: the codes of a site by behavior.

    Args:
        path: The main term and the sites below it, down to this one.
        nonessential_modifiers: Words in parentheses behind the site.
        malignant_primary: The code, or None where the table has none; so for the other columns.
        malignant_secondary: As above.
        in_situ: As above.
        benign: As above.
        uncertain: As above.
        unspecified: As above.
        see: The site to look under instead, or None.
        see_also: A further site to look under, or None.
        note: Words that explain the site, or None.
    """

    path: tuple[str, ...]
    nonessential_modifiers: tuple[str, ...]
    malignant_primary: str | None
    malignant_secondary: str | None
    in_situ: str | None
    benign: str | None
    uncertain: str | None
    unspecified: str | None
    see: str | None = None
    see_also: str | None = None
    note: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all columns, in the order of the table."""
        columns = (
            self.malignant_primary,
            self.malignant_secondary,
            self.in_situ,
            self.benign,
            self.uncertain,
            self.unspecified,
        )
        return tuple(code for code in columns if code)


@attrs.frozen
class DrugEntry:
    """One line of the Table of Drugs and Chemicals: the codes of a substance by circumstance.

    Args:
        path: The substance and the terms below it, down to this one.
        nonessential_modifiers: Words in parentheses behind the substance.
        accidental: Poisoning, accidental; None where the table has none; so for the other columns.
        self_harm: Poisoning, intentional self-harm.
        assault: Poisoning, assault.
        undetermined: Poisoning, undetermined.
        adverse_effect: Adverse effect.
        underdosing: Underdosing.
        see: The substance to look under instead, or None.
        see_also: A further substance to look under, or None.
        note: Words that explain the substance, or None.
    """

    path: tuple[str, ...]
    nonessential_modifiers: tuple[str, ...]
    accidental: str | None
    self_harm: str | None
    assault: str | None
    undetermined: str | None
    adverse_effect: str | None
    underdosing: str | None
    see: str | None = None
    see_also: str | None = None
    note: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all columns, in the order of the table."""
        columns = (
            self.accidental,
            self.self_harm,
            self.assault,
            self.undetermined,
            self.adverse_effect,
            self.underdosing,
        )
        return tuple(code for code in columns if code)


@attrs.frozen(slots=False)
class CodeIndex:
    """The Alphabetic Index or the External Cause Index of one release.

    Args:
        title: The title as printed; empty where the file has none.
        year: The fiscal year the file names, such as ``"2026"``.
        entries: The lines, in print order.
    """

    title: str
    year: str
    entries: tuple[IndexEntry, ...]

    def __len__(self) -> int:
        return len(self.entries)

    def find(self, *terms: str) -> tuple[IndexEntry, ...]:
        """Return the entries that a path of terms leads to, in print order.

        Args:
            terms: The main term and the terms below it, in any case. A term
                answers to each of the words that it prints between commas:
                ``Diabetes, diabetic`` to ``diabetes`` and to ``diabetic``.
        """
        wanted = tuple(" ".join(term.lower().split()) for term in terms)
        if not wanted:
            return ()
        return tuple(
            entry
            for entry in self._by_main_term.get(wanted[0], ())
            if len(entry.path) == len(wanted)
            and all(word in _names(term) for word, term in zip(wanted[1:], entry.path[1:], strict=True))
        )

    @cached_property
    def _by_main_term(self) -> dict[str, list[IndexEntry]]:
        found: dict[str, list[IndexEntry]] = {}
        for entry in self.entries:
            for name in _names(entry.path[0]):
                found.setdefault(name, []).append(entry)
        return found


def _names(term: str) -> set[str]:
    whole = term.lower()
    return {whole, *_WORD_BREAK.split(whole)}
