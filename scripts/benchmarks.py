#!/usr/bin/env python3
"""The rows of ./scripts/benchmark: each measures codecards and a rival in the same run.

A ratio above 1 says how many times faster (or smaller) codecards is than the rival. Times are the
best of a few rounds. What is loaded or imported is measured in a process of its own each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
import gc
import os
from pathlib import Path
import platform
import random
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple
import warnings

import benchmarks_scheduling


class Row(NamedTuple):
    """One line of the result: what was measured, ours, the rival's, and its unit."""

    what: str
    ours: float
    rival: str
    theirs: float
    unit: str


def main(names: list[str]) -> int:
    """Measure the rows named, or all, and print them."""
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        print(f"no row is called {', '.join(unknown)}; choose from {', '.join(ROWS)}", file=sys.stderr)
        return 2
    print(f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}")
    for name in names or ROWS:
        for row in ROWS[name]():
            ratio = row.ours / row.theirs if row.unit.endswith("/s") else row.theirs / row.ours
            print(
                f"{row.what:<46} {row.ours:>12,.2f} {row.unit:<10} {row.rival:<22} {row.theirs:>12,.2f}"
                f"   {ratio:>6.2f} x",
                flush=True,
            )
    return 0


def load() -> Iterator[Row]:
    """Load ICD-10-CM, against importing simple_icd_10_cm, which loads it on import."""
    ours = "import codecards; code = codecards.load_codeset('icd-10-cm')['E11.9'].description"
    theirs = "import simple_icd_10_cm; code = simple_icd_10_cm.get_description('E11.9')"
    _in_process(ours)  # the first load of an installation may prepare what later ones use
    (our_time, our_memory), (their_time, their_memory) = (
        tuple(min(values) for values in zip(*(_in_process(script) for _ in range(5)), strict=True))
        for script in (ours, theirs)
    )
    yield Row("load ICD-10-CM", our_time, "simple_icd_10_cm", their_time, "s")
    yield Row("memory of the process with ICD-10-CM loaded", our_memory, "simple_icd_10_cm", their_memory, "MB")


def package() -> Iterator[Row]:
    """Write all of ICD-10-CM to an Anki package, against stock genanki given the same fields."""
    import genanki

    from codecards import build_deck
    from codecards.exporters import anki
    from codecards.faces.code_note import CodeFace

    deck = build_deck("icd-10-cm")
    face = CodeFace()
    blank = [""] * 4
    fields = [[*face.fields(subject).values(), *blank] for subject in deck.subjects]
    tags = [list(subject.tags) for subject in deck.subjects]

    def stock() -> None:
        note_type = anki._note_type()  # noqa: SLF001 -- the rival is to write the very same notes
        target = genanki.Deck(1_700_000_000_000, "ICD-10-CM complete")
        for values, labels in zip(fields, tags, strict=True):
            target.add_note(genanki.Note(model=note_type, fields=values, tags=labels))
        with tempfile.TemporaryDirectory() as folder:
            tempfile.tempdir = folder  # where genanki leaves its database behind
            genanki.Package(target).write_to_file(str(Path(folder) / "deck.apkg"))
            tempfile.tempdir = None

    ours = _best(lambda: anki.anki_package(deck), 2)
    yield Row("write 74,719 notes, fields rendered, deflated", ours, "genanki, fields given", _best(stock, 2), "s")


def reviews() -> Iterator[Row]:
    """A million SM-2 reviews, against supermemo2 and sm-2; grades and dates prepared outside the clock."""
    import sm_2
    import supermemo2

    from codecards import SM2, Grade

    cards, each = 1_000, 1_000
    grades = [4, 4, 4, 1] * (each // 4)
    start = datetime(2000, 1, 1, 12, tzinfo=UTC)
    days = [start + timedelta(days=20 * number) for number in range(each)]
    history = list(zip([Grade(grade) for grade in grades], days, strict=True))
    plain = list(zip(grades, days, strict=True))
    sm2 = SM2(max_interval_days=36_500)

    def ours() -> None:
        for _ in range(cards):
            state = sm2.new_state()
            for grade, at in history:
                state = sm2.review(state, grade, at=at)

    def by_supermemo2() -> None:
        for _ in range(cards):
            seen = supermemo2.first_review(*plain[0])
            for grade, at in plain[1:]:
                seen = supermemo2.review(grade, seen["easiness"], seen["interval"], seen["repetitions"], at)

    def by_sm_2() -> None:
        for _ in range(cards // 10):
            card = sm_2.Card(due=start)
            for grade, at in plain:
                card, _log = sm_2.Scheduler.review_card(card=card, rating=grade, review_datetime=at)

    million = cards * each
    speed = million / _best(ours, 3)
    yield Row("a million SM-2 reviews", speed, "supermemo2", million / _best(by_supermemo2, 3), "reviews/s")
    yield Row("a million SM-2 reviews", speed, "sm-2 (a tenth of them)", million / 10 / _best(by_sm_2, 1), "reviews/s")


def one_card() -> Iterator[Row]:
    """One card in sequence, with and without a log of `Review`, against supermemo2 and fsrs."""
    found = benchmarks_scheduling.one_card()
    for ours in ("codecards", "codecards with log"):
        for rival in ("supermemo2", "fsrs"):
            yield Row(f"one card in sequence, {ours}", found[ours], rival, found[rival], "reviews/s")


def grades() -> Iterator[Row]:
    """`replay_grades` in pure Python, against the barest loop over integer tuples."""
    found = benchmarks_scheduling.grades_alone()
    rival = "bare integer tuple loop"
    yield Row("replay_grades", found["codecards"], rival, found[rival], "reviews/s")


def columns() -> Iterator[Row]:
    """A million reviews of ten thousand cards on columns, against spacedreppy's bare function."""
    found = benchmarks_scheduling.columns()
    rival = "spacedreppy sm2(), grouped outside the clock"
    for ours in ("codecards arrays", "codecards arrays with times", "codecards lists"):
        yield Row(f"replay_columns, {ours}", found[ours], "spacedreppy sm2()", found[rival], "reviews/s")


def stored() -> Iterator[Row]:
    """A hundred thousand states to JSON and back, against supermemo2's dictionaries."""
    found = benchmarks_scheduling.stored_as_json()
    for what in ("dump", "load"):
        yield Row(
            f"states as JSON, {what}", found[f"codecards {what}"], "supermemo2", found[f"supermemo2 {what}"], "states/s"
        )
    both = [1 / (1 / found[f"{who} dump"] + 1 / found[f"{who} load"]) for who in ("codecards", "supermemo2")]
    yield Row("states as JSON, both", both[0], "supermemo2", both[1], "states/s")


def lookup() -> Iterator[Row]:
    """`codecards lookup E11.9` as a whole warm process, against an empty one that imports click."""
    command = [str(Path(sys.executable).with_name("codecards")), "lookup", "E11.9"]
    empty = [sys.executable, "-c", "import click"]
    subprocess.run(command, capture_output=True, check=True)
    ours = _best(lambda: subprocess.run(command, capture_output=True, check=True), 10)
    theirs = _best(lambda: subprocess.run(empty, capture_output=True, check=True), 10)
    yield Row("lookup E11.9, a whole process", ours, "import click", theirs, "s")


def pcs() -> Iterator[Row]:
    """Read all of ICD-10-PCS from the official zip, against splitting its lines; needs CODECARDS_OFFICIAL_DATA."""
    import zipfile

    from codecards import read_codeset

    folder = os.environ.get("CODECARDS_OFFICIAL_DATA")
    if not folder:
        print("pcs: needs the official files; name their folder in CODECARDS_OFFICIAL_DATA")
        return
    path = Path(folder) / "icd-10-pcs" / "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"

    def split() -> None:
        with zipfile.ZipFile(path) as archive:
            text = archive.read("icd10pcs_order_2026.txt").decode("ascii")
        [(line[6:13], line[14], line[16:76], line[77:]) for line in text.splitlines()]

    yield Row("read ICD-10-PCS", _best(lambda: read_codeset(path), 3), "its lines, split", _best(split, 3), "s")


def search() -> Iterator[Row]:
    """A warm search over ICD-10-CM, against reading through all titles."""
    from codecards import load_codeset
    from codecards import search as find

    codeset = load_codeset("icd-10-cm")
    words = "type 2 diabetes"
    find(words, systems=("icd-10-cm",))

    def through_titles() -> None:
        wanted = words.split()
        [code for code in codeset if all(word in code.description.lower() for word in wanted)]

    ours = _best(lambda: find(words, systems=("icd-10-cm",)), 20)
    yield Row("search, warm", ours * 1000, "all titles, one by one", _best(through_titles, 3) * 1000, "ms")


def due() -> Iterator[Row]:
    """What is due among 100,000 cards of an open store, against the bare query."""
    import sqlite3

    from codecards import SM2, Review, open_store

    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    draw = random.Random(1)  # noqa: S311 -- made-up answers are no secret
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.sqlite"
        with open_store(path, scheduler=SM2()) as store:
            store.record_all(
                Review(
                    f"icd-10-cm:{number}#describe",
                    draw.randrange(6),
                    start + timedelta(seconds=26 * number),
                    id=f"{number}",
                )
                for number in range(100_000)
            )
            day = (start + timedelta(days=15)).date()
            found = len(store.due(on=day))
            ours = _best(lambda: store.due(on=day), 5)
        query = "SELECT card_id FROM codecards_state WHERE due <= ? ORDER BY due, card_id"
        with sqlite3.connect(path) as bare:
            theirs = _best(lambda: bare.execute(query, (str(day),)).fetchall(), 5)
        bare.close()
    yield Row(f"due: {found:,} of 100,000 cards", ours * 1000, "the query, bare", theirs * 1000, "ms")


ROWS: dict[str, Callable[[], Iterator[Row]]] = {
    "load": load,
    "lookup": lookup,
    "pcs": pcs,
    "search": search,
    "package": package,
    "reviews": reviews,
    "one-card": one_card,
    "grades": grades,
    "columns": columns,
    "stored": stored,
    "due": due,
}


def _best(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        gc.collect()
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def _in_process(script: str) -> tuple[float, float]:
    """Run a script in a fresh process; return its seconds, and the peak memory of the process in megabytes."""
    wrapped = (
        "import pathlib, resource, time\n"
        f"begun = time.perf_counter()\n{script}\nseconds = time.perf_counter() - begun\n"
        # A process begins with its parent's peak in ru_maxrss; Linux tells its own in VmHWM.
        "status = pathlib.Path('/proc/self/status')\n"
        "lines = status.read_text().splitlines() if status.exists() else []\n"
        "peak = [int(line.split()[1]) for line in lines if line.startswith('VmHWM')]\n"
        "print(seconds, (peak or [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss])[0] / 1024)"
    )
    run = subprocess.run([sys.executable, "-P", "-c", wrapped], capture_output=True, text=True, check=True)
    seconds, memory = run.stdout.split()
    return float(seconds), float(memory)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main(sys.argv[1:]))
