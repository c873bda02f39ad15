"""What people type, as a full-text query: word endings, beginnings of words, one wrong letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
import json
import re
import sqlite3
from string import ascii_lowercase

import attrs

from codecards.codesets.outline import folded

__all__ = ["LAST_SIGN", "FullTextQuery", "full_text_queries", "words_of"]

LAST_SIGN = "\U0010ffff"
"""Sorts behind every other character: the end of a range of texts that begin alike."""

_WORD = re.compile(r"[^\W_]+")
# They link words and tell no two titles apart.
_LINKS = frozenset({"a", "an", "and", "at", "by", "due", "for", "from", "in", "of", "on", "or", "the", "to", "with"})
_SHORTEST_BEGINNING = 3
_SHORTEST_CORRECTED = 4
_MOST_CORRECTIONS = 6
# SQLite ranks some 3,000 words of texts a millisecond (measured on FY2026); words as common as those
# beyond this rank nothing anyway.
_MOST_RANKED = 15_000


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of `text` as the index holds them, without words that only link.

    >>> words_of("Sézary disease of the skin")
    ('sezary', 'disease', 'skin')
    """
    words = tuple(_WORD.findall(folded(text).lower()))
    return tuple(word for word in words if word not in _LINKS) or words


@attrs.frozen
class FullTextQuery:
    """A query in the language of SQLite's full-text tables.

    Args:
        match: The expression.
        rows: How many texts it may find at most.
        words: How many words each of them is ranked by.
    """

    match: str
    rows: int
    words: int = 1

    @property
    def is_ranked(self) -> bool:
        """False where ranking all it finds would take longer than a search should."""
        return self.rows * self.words <= _MOST_RANKED


def full_text_queries(connection: sqlite3.Connection, words: Sequence[str]) -> Iterator[FullTextQuery]:
    """Yield full-text queries for `words`, strictest first: all of them, then any of the rarer ones.

    A word stands for itself, its singular or plural, and, where it is the last
    one or otherwise unknown, for words that begin with it. An unknown word of
    four letters or more stands for those that one wrong, missing, superfluous
    or swapped letter away from it are known.

    Args:
        connection: A search index, whose table ``words`` lists the words it knows
            and how many texts hold each.
        words: What to search for, as `words_of` gives it.
    """
    last = len(words) - 1
    groups = [_alternatives(connection, word, is_last=at == last) for at, word in enumerate(words)]
    found = sorted((group for group in groups if group is not None), key=lambda group: group.rows)
    if found and len(found) == len(groups):
        yield FullTextQuery(" AND ".join(group.match for group in found), found[0].rows, len(found))
    if found and len(groups) > 1:
        # The rarest words tell most; the commonest would find half the book.
        totals = list(accumulate(group.rows for group in found))
        count = max(1, sum(rows * at <= _MOST_RANKED for at, rows in enumerate(totals, 1)))
        yield FullTextQuery(" OR ".join(group.match for group in found[:count]), totals[count - 1], count)


def _alternatives(connection: sqlite3.Connection, word: str, *, is_last: bool) -> FullTextQuery | None:
    """Return the query for one word, or None where the index knows nothing like it."""
    found = _known(connection, (word, *_numbers(word)))
    if (is_last or not found) and len(word) >= _SHORTEST_BEGINNING and (rows := _beginning_with(connection, word)):
        found[f'"{word}"*'] = rows
    if not found and len(word) >= _SHORTEST_CORRECTED and word.isalpha():
        found = dict(islice(_known(connection, sorted(_misspelt(word))).items(), _MOST_CORRECTIONS))
    return FullTextQuery(f"({' OR '.join(found)})", sum(found.values())) if found else None


def _known(connection: sqlite3.Connection, words: Sequence[str]) -> dict[str, int]:
    """Return those of `words` that the index holds, quoted, with how many texts hold each; most frequent first."""
    query = "SELECT word, rows FROM json_each(?) JOIN words ON word = value ORDER BY rows DESC, word"
    return {f'"{word}"': rows for word, rows in connection.execute(query, (json.dumps(words),))}


def _beginning_with(connection: sqlite3.Connection, word: str) -> int:
    """Return how many texts, at most, hold a longer word that begins with `word`."""
    query = "SELECT total(rows) FROM words WHERE word > ? AND word < ?"
    (rows,) = connection.execute(query, (word, f"{word}{LAST_SIGN}")).fetchone()
    return int(rows)


def _numbers(word: str) -> Iterator[str]:
    """Yield what may be the singular or the plural of an English `word`."""
    if not word.isalpha():
        return
    yield f"{word}s"
    if word.endswith("s"):
        yield word[:-1]
    if word.endswith("ies"):
        yield f"{word[:-3]}y"
    elif word.endswith("es"):
        yield word[:-2]
    elif word.endswith("y"):
        yield f"{word[:-1]}ies"


def _misspelt(word: str) -> set[str]:
    """Return all words that differ from `word` in one letter, wrong, missing or superfluous, or in two swapped."""
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {head + tail[1:] for head, tail in splits if tail}
    found |= {head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1}
    found |= {head + letter + tail[1:] for head, tail in splits if tail for letter in ascii_lowercase}
    found |= {head + letter + tail for head, tail in splits for letter in ascii_lowercase}
    return found - {word}
