"""A full-text index of one release: made once, kept in a cache folder, read with SQLite.

The kept file is named after what it was made from and after its own checksum. A file that is damaged, or
that cannot be written, costs time only: the index is made again, in memory if need be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache, lru_cache
import hashlib
from itertools import pairwise
from pathlib import Path
import re
import sqlite3
from typing import NamedTuple

from codecards.codesets.codeset import CodeSet
from codecards.codesets.index_lookup import IndexTerm, Route, TermIndex
from codecards.codesets.model import Code, GuidanceKind
from codecards.codesets.search_terms import LAST_SIGN, FullTextQuery, full_text_queries, words_of
from codecards.codesets.syntax import undotted
from codecards.files import UnwritableFileError, write_file

__all__ = ["Found", "SearchIndex", "index_bytes", "kept_index"]

_FORMAT = "1"
_ENDING = ".search"
_DIGEST_LENGTH = 32
_WORDINGS = (GuidanceKind.INCLUSION_TERM, GuidanceKind.INCLUDES)
_SCHEMA = """
    CREATE TABLE codes (
        id INTEGER PRIMARY KEY, key TEXT, code TEXT, title INTEGER, short TEXT, is_billable INTEGER
    );
    CREATE TABLE texts (id INTEGER PRIMARY KEY, code INTEGER, sort TEXT, text TEXT);
    CREATE TABLE words (word TEXT PRIMARY KEY, rows INTEGER) WITHOUT ROWID;
    CREATE VIRTUAL TABLE terms USING fts5(
        title, header, inclusion, entry, content='', tokenize='unicode61 remove_diacritics 2'
    );
    CREATE VIRTUAL TABLE vocabulary USING fts5vocab(terms, row);
"""
# The weights of the four columns: bm25 saturates, beyond about 5 a higher one makes no difference.
_FINISH = """
    INSERT INTO terms(terms, rank) VALUES ('rank', 'bm25(5.0, 3.0, 2.0, 1.5)');
    INSERT INTO terms(terms) VALUES ('optimize');
    INSERT INTO words SELECT term, doc FROM vocabulary;
    DROP TABLE vocabulary;
    CREATE INDEX by_key ON codes (key);
    ANALYZE;
"""
_SORTS = ("title", "header", "inclusion", "entry")
_TITLES = _SORTS[:2]
# Chosen by looking at results: words that stand side by side as they were typed, and a text that is no more than them.
_ADJACENT = 0.1
_SAME = 1.5
# So many texts are looked at, and three for each code that is wanted where that is more.
_POOL = 150
# ICD-10-CM Guidelines FY2026, I.A.7: words in parentheses may be absent without changing the code.
_NONESSENTIAL = re.compile(r"\([^)]*\)")
_OPENED = 8


class Found(NamedTuple):
    """A code that was found, in plain values."""

    code: str
    description: str
    short_description: str | None
    is_billable: bool
    matched: str
    sort: str
    score: float


class _Text(NamedTuple):
    """A text under which a code is found; `sort` is its column."""

    key: str
    sort: str
    text: str


_Row = tuple[str, str, str | None, int, str, str, float]


class SearchIndex:
    """A search index, in memory; threads may share it.

    Args:
        content: What `index_bytes` returned.
    """

    def __init__(self, content: bytes) -> None:
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self._connection.deserialize(content)

    def by_code(self, key: str, limit: int) -> list[Found]:
        """Return the code that is `key`, undotted, and those that begin with it, in tabular order."""
        query = """
            SELECT codes.code, texts.text, short, is_billable, codes.code, 'code', 0.0
            FROM codes JOIN texts ON texts.id = codes.title
            WHERE key >= ? AND key < ? ORDER BY codes.id LIMIT ?
        """
        return [_found(row) for row in self._connection.execute(query, (key, f"{key}{LAST_SIGN}", limit))]

    def by_words(self, text: str, limit: int) -> list[Found]:
        """Return the codes whose texts hold the words of `text`, best first.

        Args:
            text: What to search for; quotes and operators mean nothing.
            limit: How many codes to return at most.
        """
        words = words_of(text)
        for query in full_text_queries(self._connection, words) if words else ():
            if rows := self._rows(query, max(_POOL, 3 * limit)):
                found = (_found(row, words) for row in rows)
                best: dict[str, Found] = {}
                for item in sorted(found, key=lambda item: -item.score):
                    best.setdefault(item.code, item)
                return list(best.values())[:limit]
        return []

    def _rows(self, query: FullTextQuery, limit: int) -> list[_Row]:
        order, score = ("rank", "-rank") if query.is_ranked else ("rowid", "1.0")
        statement = f"""
            SELECT codes.code, titles.text, short, is_billable, texts.text, texts.sort, found.score
            FROM (SELECT rowid, {score} AS score FROM terms WHERE terms MATCH ? ORDER BY {order} LIMIT ?) AS found
            JOIN texts ON texts.id = found.rowid
            JOIN codes ON codes.id = texts.code
            JOIN texts AS titles ON titles.id = codes.title
            ORDER BY found.score DESC, found.rowid
        """  # noqa: S608 -- words of ours only
        return self._connection.execute(statement, (query.match, limit)).fetchall()


def index_bytes(codeset: CodeSet, entries: Iterable[IndexTerm] = ()) -> bytes:
    """Return the search index of a release, for `SearchIndex`.

    Args:
        codeset: The release, whose titles and inclusion terms are found.
        entries: Lines of its alphabetic indexes, whose terms are found as well.
    """
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(_SCHEMA)
        codes = tuple(codeset)
        ids = {undotted(code.code): number for number, code in enumerate(codes, 1)}
        # Short texts first: among texts that hold a word once, that is the order
        # of bm25, so it stands in where ranking would take too long.
        texts = [text for text in _texts(codes, entries) if text.key in ids]
        texts.sort(key=lambda text: (_SORTS.index(text.sort), len(text.text.split())))
        numbered = list(enumerate(texts, 1))
        titles = {text.key: number for number, text in numbered if text.sort in _TITLES}
        rows = ((number, ids[key], sort, text) for number, (key, sort, text) in numbered)
        connection.executemany("INSERT INTO texts VALUES (?, ?, ?, ?)", rows)
        for column in _SORTS:
            held = ((number, text) for number, (_, sort, text) in numbered if sort == column)
            connection.executemany(f"INSERT INTO terms (rowid, {column}) VALUES (?, ?)", held)  # noqa: S608 -- one of ours
        keyed = zip(ids, codes, strict=True)
        plain = (
            (ids[key], key, code.code, titles[key], code.short_description, code.is_billable) for key, code in keyed
        )
        connection.executemany("INSERT INTO codes VALUES (?, ?, ?, ?, ?, ?)", plain)
        connection.executescript(_FINISH)
        connection.commit()
        connection.execute("VACUUM")
        return connection.serialize()
    finally:
        connection.close()


def kept_index(name: str, made_from: Iterable[str], make: Callable[[], bytes], folder: Path | None) -> SearchIndex:
    """Return the index that `make` makes, from the cache where it is there and whole.

    Args:
        name: What to call it in the cache, such as ``"icd-10-cm-2026"``; of several
            files of one name only the last one written stays.
        made_from: All that decides what `make` returns, such as checksums of files.
        make: Makes the index, as `index_bytes` does.
        folder: The folder of the cache, made where it is missing; None keeps nothing.
    """
    if folder is None:
        return SearchIndex(make())
    stem = f"{name}.{_key(made_from)}"
    for path in folder.glob(f"{stem}.*{_ENDING}"):
        with suppress(OSError, ValueError):
            state = path.stat()
            return _opened(path, state.st_size, state.st_mtime_ns, state.st_ino)
    content = make()
    path = folder / f"{stem}.{_digest(content)}{_ENDING}"
    with suppress(OSError, UnwritableFileError):
        write_file(path, content)
        for other in folder.glob(f"{name}.*{_ENDING}"):
            if other != path:
                other.unlink()
    return SearchIndex(content)


@lru_cache(maxsize=_OPENED)
def _opened(path: Path, size: int, _mtime_ns: int, _inode: int) -> SearchIndex:
    """Return the index in a file, once it is known to be whole; remembered while the file stays as it is.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not what was written.
    """
    content = path.read_bytes()
    if len(content) != size or _digest(content) != path.name.removesuffix(_ENDING).rpartition(".")[2]:
        msg = f"{path}: damaged"
        raise ValueError(msg)
    return SearchIndex(content)


def _texts(codes: Iterable[Code], entries: Iterable[IndexTerm]) -> Iterator[_Text]:
    """Yield all that can be found, in tabular order."""
    for code in codes:
        key = undotted(code.code)
        yield _Text(key, "title" if code.is_billable else "header", code.description)
        for item in code.guidance:
            if item.kind in _WORDINGS:
                yield from (_Text(key, "inclusion", note) for note in item.notes)
    lines = tuple(entries)
    look_up = cache(TermIndex(lines).look_up)
    for line in lines:
        # "Attack, heart" only says where to look; it is found as what stands there.
        routes = look_up(line.see) if line.see and not line.codes else (Route(line),)
        for spelt in dict.fromkeys(code for route in routes for code in route.entry.codes):
            yield _Text(undotted(spelt).rstrip("-"), "entry", ", ".join(line.path))


def _closeness(words: Sequence[str], text: str) -> float:
    """Return a factor for how much of `text` is `words`, in their order."""
    held = words_of(_NONESSENTIAL.sub("", text))
    if held == tuple(words):
        return _SAME
    pairs = set(pairwise(held))
    return 1 + _ADJACENT * sum(pair in pairs for pair in pairwise(words))


def _found(row: _Row, words: Sequence[str] = ()) -> Found:
    code, description, short, is_billable, matched, sort, score = row
    return Found(code, description, short, bool(is_billable), matched, sort, score * _closeness(words, matched))


def _key(made_from: Iterable[str]) -> str:
    parts = (_FORMAT, sqlite3.sqlite_version, *made_from)
    return _digest("\0".join(parts).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGEST_LENGTH]
