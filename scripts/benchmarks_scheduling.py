#!/usr/bin/env python3
"""How fast the scheduler is beside its peers: each function gives its figures for one question.

Run by itself it prints them all. Grades and times are prepared outside the clock for everyone. Every figure is the
best of several runs, in processor time, with the garbage collector off; all are taken in one go, so that their
ratios mean something.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import gc
from importlib import import_module
import json
import random
import time
from typing import Any

from codecards import SM2, Grade, Review, replay_columns
from codecards.scheduling.states_json import states_from_json, states_to_json

Figures = dict[str, float]
"""Items a second, by who did it."""

_RUNS = 5
_START = datetime(2020, 1, 1, 12, tzinfo=UTC)
_WEIGHTS = (2, 4, 4, 15, 50, 25)  # how often the grades 0 to 5 come, as in the reference


def rate(items: int, work: Callable[[], object], runs: int = _RUNS) -> float:
    """Return how many items a second `work` does at its best."""
    best = float("inf")
    for _ in range(runs):
        gc.collect()
        gc.disable()
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
        gc.enable()
    return items / best


def one_card(count: int = 100_000) -> Figures:
    """One card, one review after the other: Good, Good, Good, Again, a day apart."""
    supermemo2: Any = import_module("supermemo2")
    fsrs: Any = import_module("fsrs")
    numbers = [4, 4, 4, 1] * (count // 4)
    grades = [Grade(number) for number in numbers]
    times = [_START + timedelta(days=number) for number in range(count)]
    ratings = [fsrs.Rating(max(1, number - 1)) for number in numbers]

    def ours() -> None:
        sm2 = SM2()
        state = sm2.new_state()
        for grade, at in zip(grades, times, strict=True):
            state = sm2.review(state, grade, at=at)

    def ours_with_log() -> None:
        sm2 = SM2()
        state = sm2.new_state()
        log = []
        for grade, at in zip(grades, times, strict=True):
            log.append(Review("icd-10-cm:E11.9#describe", grade, at))
            state = sm2.review(state, grade, at=at)

    def of_supermemo2() -> None:
        card = supermemo2.first_review(numbers[0], times[0])
        for number, at in zip(numbers, times, strict=True):
            card = supermemo2.review(number, card["easiness"], card["interval"], card["repetitions"], at)

    def of_fsrs() -> None:
        scheduler = fsrs.Scheduler(enable_fuzzing=False)
        card = fsrs.Card(card_id=1)
        for rating, at in zip(ratings, times, strict=True):
            card, _ = scheduler.review_card(card, rating, at)

    return {
        "codecards": rate(count, ours),
        "codecards with log": rate(count, ours_with_log),
        "supermemo2": rate(count, of_supermemo2),
        "fsrs": rate(count, of_fsrs, runs=2),
    }


def grades_alone(count: int = 400_000) -> Figures:
    """`replay_grades`, beside the barest loop that gives the same result without checking a grade."""
    grades = [4, 4, 4, 1] * (count // 4)
    change = (-800, -540, -320, -140, 0, 100)

    def bare() -> tuple[int, int, int]:
        state = (0, 2500, 0)
        for grade in grades:
            repetitions, ease, interval = state
            if grade < 3:  # noqa: PLR2004
                state = (0, ease, 1)
            else:
                interval = 1 if repetitions == 0 else 6 if repetitions == 1 else -(-interval * ease // 1000)
                state = (repetitions + 1, max(1300, ease + change[grade]), interval)
        return state

    return {
        "codecards": rate(count, lambda: SM2().replay_grades(grades)),
        "bare integer tuple loop": rate(count, bare),
    }


def columns(count: int = 1_000_000, cards: int = 10_000) -> Figures:
    """A log of many cards, mixed: as arrays, with and without times, as lists, and by spacedreppy's function."""
    import numpy as np

    sm2: Any = import_module("spacedreppy.schedulers.sm2").sm2
    draw = np.random.default_rng(1)
    card = draw.integers(0, cards, count)
    grade = draw.choice(6, count, p=np.array(_WEIGHTS) / sum(_WEIGHTS)).astype(np.int8)
    at = np.datetime64("2020-01-01T12:00", "us") + np.sort(draw.integers(0, 2000 * 86_400, count)).astype("m8[s]")
    card_list, grade_list = card.tolist(), grade.tolist()
    histories: dict[int, list[int]] = {}
    for one, number in zip(card_list, grade_list, strict=True):
        histories.setdefault(one, []).append(number)

    def of_spacedreppy() -> None:
        for history in histories.values():
            interval, repetitions, easiness = 0, 0, 2.5
            for number in history:
                interval, repetitions, easiness = sm2(number, interval, repetitions, easiness)

    return {
        "codecards arrays": rate(count, lambda: replay_columns(card, grade)),
        "codecards arrays with times": rate(count, lambda: replay_columns(card, grade, at=at)),
        "codecards lists": rate(count, lambda: replay_columns(card_list, grade_list), runs=2),
        "spacedreppy sm2(), grouped outside the clock": rate(count, of_spacedreppy, runs=3),
    }


def stored_as_json(count: int = 100_000) -> Figures:
    """States to JSON and back, beside supermemo2's dictionaries, one JSON text each."""
    supermemo2: Any = import_module("supermemo2")
    draw = random.Random(1)  # noqa: S311 -- made-up answers are no secret
    sm2 = SM2()
    states, cards = [], []
    for _ in range(count):
        at = _START + timedelta(seconds=draw.randrange(10**7), microseconds=draw.randrange(10**6))
        state, card = sm2.new_state(), supermemo2.first_review(4, at)
        for number in draw.choices(range(6), _WEIGHTS, k=3):
            state = sm2.review(state, number, at=at)
            card = supermemo2.review(number, card["easiness"], card["interval"], card["repetitions"], at)
            at += timedelta(days=7)
        states.append(state)
        cards.append(card)
    document = states_to_json(states)
    texts = [json.dumps(card) for card in cards]
    return {
        "codecards dump": rate(count, lambda: states_to_json(states)),
        "codecards load": rate(count, lambda: states_from_json(document)),
        "supermemo2 dump": rate(count, lambda: [json.dumps(card) for card in cards]),
        "supermemo2 load": rate(count, lambda: [json.loads(text) for text in texts]),
    }


BENCHMARKS: tuple[Callable[[], Figures], ...] = (one_card, grades_alone, columns, stored_as_json)


if __name__ == "__main__":
    for benchmark in BENCHMARKS:
        print(benchmark.__doc__)
        for who, figure in benchmark().items():
            print(f"  {who:48}{figure:14,.0f} a second")
