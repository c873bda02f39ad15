"""A store keeps every answer and always knows what follows from them, in either database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
import itertools
import subprocess
import sys

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import pytest
import sqlalchemy as sa

from codecards import SM2, Grade, MemoryState, Review, Store
from codecards.errors import ConflictingReviewError, SchedulingError, StoreError, UnknownReviewError
from strategies import grades

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CARD = "icd-10-cm:E11.9#describe"


def answer(
    grade: int = 4, *, days: float = 0, card: str = CARD, name: str | None = None, practice: bool = False
) -> Review:
    return Review(card, Grade(grade), NOON + timedelta(days=days), 4_200, practice, name)


def replay(reviews: Sequence[Review]) -> MemoryState:
    """What SM-2 makes of a history, worked out beside the store."""
    state = SM2().new_state()
    for review in sorted(reviews, key=lambda review: (review.at, review.id)):
        if not review.practice:
            state = SM2().review(state, review.grade, at=review.at)
    return state


def execute(store: Store[MemoryState], statement: str) -> None:
    """Change the database behind the store's back."""
    with store._database.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(statement)


def test_an_answer_comes_back_as_it_was_given(store: Store[MemoryState]) -> None:
    """All of its fields, to the microsecond, with the id that the caller chose."""
    given_ = Review(CARD, Grade.HARD, NOON + timedelta(microseconds=1), 1_234, practice=True, id="mine")

    assert store.record(given_).review == given_
    assert store.history(CARD) == (given_,)


def test_an_answer_without_an_id_is_given_one(store: Store[MemoryState]) -> None:
    """Two answers that are alike otherwise are two answers."""
    first, second = store.record(answer()).review, store.record(answer()).review

    assert first.id
    assert second.id
    assert first.id != second.id
    assert set(store.history(CARD)) == {first, second}


def test_the_state_follows_each_answer(store: Store[MemoryState]) -> None:
    """What `record` returns is what `state` returns, and what SM-2 makes of the history."""
    history = [
        answer(5, name="a"),
        answer(4, days=1, name="b"),
        answer(2, days=7, name="c"),
        answer(3, days=8, name="d"),
    ]
    for number, review in enumerate(history, 1):
        assert store.record(review).state == store.state(CARD) == replay(history[:number])


def test_a_card_never_answered_is_new(store: Store[MemoryState]) -> None:
    """It has the state of a new card and no history."""
    assert store.state(CARD) == MemoryState()
    assert store.history(CARD) == ()
    assert store.states() == {}
    assert store.states([CARD]) == {}


def test_recording_the_same_answer_twice_keeps_it_once(store: Store[MemoryState]) -> None:
    """So that a caller who does not know whether an answer arrived can send it again."""
    first = store.record(answer(name="once"))
    zone = timezone(timedelta(hours=-6))
    again = store.record(Review(CARD, Grade.GOOD, NOON.astimezone(zone), 4_200, id="once"))

    assert (first.is_new, again.is_new) == (True, False)
    assert again.state == first.state
    assert store.history(CARD) == (first.review,)


def test_an_id_is_given_once(store: Store[MemoryState]) -> None:
    """Another answer under the same id is refused, and changes nothing."""
    store.record(answer(4, name="one"))

    with pytest.raises(ConflictingReviewError, match="'one' is that of another entry"):
        store.record(answer(5, name="one"))
    with pytest.raises(ConflictingReviewError, match="'one' is that of another entry"):
        store.record(answer(4, card="icd-10-cm:I10#describe", name="one"))
    with pytest.raises(ConflictingReviewError, match="two different answers have the id 'two'"):
        store.record_all([answer(1, name="two"), answer(2, name="two")])
    assert store.history(CARD) == (answer(4, name="one"),)
    assert store.check() == ()


def test_an_answer_that_comes_late_takes_its_place(store: Store[MemoryState]) -> None:
    """From another device, say: the state is the one that answers in order would have given."""
    history = [answer(5, name="a"), answer(2, days=1, name="b"), answer(4, days=2, name="c")]
    for review in (history[2], history[0], history[1]):
        state = store.record(review).state

    assert state == replay(history)
    assert store.history(CARD) == tuple(history)
    assert store.check() == ()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_answers_of_one_moment_have_one_order(store: Store[MemoryState], order: tuple[int, ...]) -> None:
    """Whichever arrives first, the state is the same."""
    history = [answer(grade, name=name) for grade, name in ((5, "Z"), (1, "a"), (4, "é"))]
    for number in order:
        store.record(history[number])

    assert store.history(CARD) == tuple(history)
    assert store.state(CARD) == replay(history)
    assert store.check() == ()


def test_practice_is_kept_and_leaves_the_state_alone(store: Store[MemoryState]) -> None:
    """It is part of the history and of nothing else."""
    practice = answer(0, name="p", practice=True)

    assert store.record(practice).state == MemoryState()
    assert store.due(on=date.max) == ()
    state = store.record(answer(4, days=1, name="q")).state
    assert store.record(answer(0, days=2, name="r", practice=True)).state == state
    assert len(store.history(CARD)) == 3
    assert store.check() == ()


def test_an_undone_answer_no_longer_counts(store: Store[MemoryState]) -> None:
    """The state is as if it had never been given, wherever in the history it stood."""
    history = [answer(grade, days=day, name=str(day)) for day, grade in enumerate([5, 1, 4])]
    store.record_all(history)

    state = store.undo("1", at=NOON + timedelta(days=3))

    assert state == store.state(CARD) == replay([history[0], history[2]])
    assert store.history(CARD) == (history[0], history[2])
    assert tuple(store.reviews()) == (history[0], history[2])
    assert store.check() == ()


def test_undoing_every_answer_makes_the_card_new(store: Store[MemoryState]) -> None:
    """It is not due any more, and recording goes on from a new card."""
    store.record(answer(name="a"))

    assert store.undo("a", at=NOON) == MemoryState()
    assert store.due(on=date.max) == ()
    assert store.check() == ()
    assert store.record(answer(name="a")).state == MemoryState()
    assert store.record(answer(5, name="b")).state == replay([answer(5)])


def test_an_answer_is_undone_once(store: Store[MemoryState]) -> None:
    """Undoing the same again, under its own id, is the same undoing; another one is refused."""
    store.record(answer(name="a"))
    store.record(answer(name="b"))
    store.undo("a", at=NOON, id="u")

    assert store.undo("a", at=NOON, id="u") == store.state(CARD)
    with pytest.raises(UnknownReviewError, match="'a' was taken back before, by 'u'"):
        store.undo("a", at=NOON)
    with pytest.raises(ConflictingReviewError, match="'b' is that of another entry"):
        store.undo("b", at=NOON, id="b")
    with pytest.raises(ConflictingReviewError, match="'u' is that of another entry"):
        store.record(answer(name="u"))
    with pytest.raises(ConflictingReviewError, match="'u' is that of another entry"):
        store.undo("b", at=NOON, id="u")
    with pytest.raises(UnknownReviewError, match="no answer has the id 'u'"):
        store.undo("u", at=NOON)
    with pytest.raises(LookupError, match="no answer has the id 'nothing'"):
        store.undo("nothing", at=NOON)
    with pytest.raises(SchedulingError, match="has no time zone"):
        store.undo("b", at=datetime(2026, 3, 1))  # noqa: DTZ001 -- the point
    assert store.check() == ()


def test_what_is_due_comes_in_order(store: Store[MemoryState]) -> None:
    """Due longest first, then by id; on the study day that an instant belongs to."""
    store.record_all(
        [answer(5, days=day, card=card, name=card) for day, card in ((1, "b"), (0, "z"), (0, "Y"), (2, "a"))]
    )

    assert store.due(on=date(2026, 3, 1)) == ()
    assert store.due(on=date(2026, 3, 2)) == ("Y", "z")
    assert store.due(on=date(2026, 3, 9)) == ("Y", "z", "b", "a")
    assert store.due(on=date(2026, 3, 9), limit=3) == ("Y", "z", "b")
    assert store.due(at=datetime(2026, 3, 3, 3, 59, tzinfo=UTC)) == ("Y", "z")
    assert store.due(at=datetime(2026, 3, 3, 4, tzinfo=UTC)) == ("Y", "z", "b")
    with pytest.raises(TypeError, match="either a study day"):
        store.due()
    with pytest.raises(TypeError, match="either a study day"):
        store.due(on=date(2026, 3, 2), at=NOON)


def test_states_of_many_cards_come_at_once(store: Store[MemoryState]) -> None:
    """By card id, in any number."""
    cards = [f"card {number}" for number in range(1_200)]
    store.record_all(answer(5, card=card, name=card) for card in cards)

    assert store.states() == store.states(cards) == dict.fromkeys(cards, replay([answer(5)]))
    assert store.states(["card 7", "unknown"]) == {"card 7": replay([answer(5)])}
    assert {review.card_id for review in store.reviews()} == set(cards)


def test_a_batch_is_kept_once(store: Store[MemoryState]) -> None:
    """All of it or nothing; what is known already is passed over."""
    batch = [answer(grade, days=day, name=str(day)) for day, grade in enumerate([5, 1, 4])]
    seen: list[tuple[str, int, int]] = []

    assert store.record_all(batch[:2]) == 2
    assert store.record_all([*batch, *batch], progress=lambda *step: seen.append(step)) == 1
    assert store.record_all([]) == 0
    assert seen[-1] == ("Working out states", 1, 1)
    assert store.state(CARD) == replay(batch)
    with pytest.raises(ConflictingReviewError):
        store.record_all([answer(5, days=9, name="new"), answer(0, name="0")])
    assert store.history(CARD) == tuple(batch)
    assert store.check() == ()


def test_what_was_recorded_is_there_after_opening_again(opened: Callable[[], Store[MemoryState]]) -> None:
    """A store closed and opened again is the same store."""
    first = opened()
    first.record(answer(name="a"))
    first.close()

    assert opened().history(CARD) == (answer(name="a"),)


def test_two_open_stores_see_each_other(opened: Callable[[], Store[MemoryState]]) -> None:
    """What one records, the other builds on."""
    one, other = opened(), opened()
    history = [answer(grade, days=day, name=str(day)) for day, grade in enumerate([5, 4, 3, 5])]
    for store, review in zip(itertools.cycle([one, other]), history, strict=False):
        state = store.record(review).state

    assert state == one.state(CARD) == replay(history)


_ANSWERING = """
import sys
from datetime import UTC, datetime, timedelta
from codecards import Grade, Review, open_store

who, location = sys.argv[1:]
with open_store(location) as store:
    for number in range(25):
        at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=number)
        store.record(Review(f"card {number % 2}", Grade(number % 6), at, id=f"{who} {number}"))
        if number % 5 == 4:
            store.undo(f"{who} {number - 1}", at=at)
"""


def test_several_processes_answer_the_same_cards(opened: Callable[[], Store[MemoryState]], location: str) -> None:
    """Every answer of each is kept, every state is right, and none waits for ever. The store is new to all of them."""
    crowd = [subprocess.Popen([sys.executable, "-c", _ANSWERING, str(who), location]) for who in range(3)]

    assert [process.wait(timeout=60) for process in crowd] == [0, 0, 0]
    store = opened()
    kept = {review.id for review in store.reviews()}
    assert kept == {f"{who} {number}" for who in range(3) for number in range(25) if number % 5 != 3}
    assert store.check() == ()


def test_several_threads_share_a_store(store: Store[MemoryState]) -> None:
    """As a web page does that answers several requests at once."""
    batch = [answer(number % 6, days=number, card=f"card {number % 3}", name=f"{number:02}") for number in range(40)]
    with ThreadPoolExecutor(4) as threads:
        kept = list(threads.map(store.record, batch))

    assert [recorded.review for recorded in kept] == batch
    assert tuple(store.reviews()) == tuple(batch)
    assert store.check() == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE codecards_review SET grade = 5",
        "DELETE FROM codecards_review",
        "DELETE FROM codecards_review WHERE id = 'a'",
    ],
)
def test_the_database_itself_keeps_the_log(store: Store[MemoryState], statement: str) -> None:
    """Whoever opens it with another program cannot change or delete an answer by mistake."""
    store.record(answer(name="a"))

    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        execute(store, statement)
    assert store.history(CARD) == (answer(name="a"),)


def test_check_reports_every_difference_and_rebuild_mends_it(store: Store[MemoryState]) -> None:
    """A state that was changed, one that was lost, one that nothing explains, one that cannot be read, one misfiled."""
    cards = ["changed", "lost", "misfiled", "right", "unreadable", "zzz lost"]
    store.record_all(answer(5, card=card, name=card) for card in cards)
    right = store.states()
    assert store.check() == ()
    execute(store, "UPDATE codecards_state SET reviews = 7 WHERE card_id = 'changed'")
    execute(store, "DELETE FROM codecards_state WHERE card_id LIKE '%%lost'")
    execute(store, "UPDATE codecards_state SET due = '2030-01-01' WHERE card_id = 'misfiled'")
    execute(store, "UPDATE codecards_state SET state = '{}' WHERE card_id = 'unreadable'")
    execute(
        store,
        "INSERT INTO codecards_state SELECT 'unexplained', due, reviews, last_at_us, last_id, state "
        "FROM codecards_state WHERE card_id = 'right'",
    )

    found = store.check()

    assert [item.card_id for item in found] == [*cards[:3], "unexplained", *cards[4:]]
    assert "7 answers" in str(found[0])
    assert "1 answers" in str(found[0])
    assert str(found[1]).startswith("lost: stored nothing, but the log gives [shown 2026-03-02; repetitions 1, ease")
    assert "shown 2030-01-01" in str(found[2])
    assert str(found[3]).endswith("but the log gives nothing, for it has no answers")
    assert "no state" in str(found[4])
    with pytest.raises(StoreError, match=r"the state of unreadable cannot be read .* run codecards store rebuild"):
        store.state("unreadable")
    execute(store, "UPDATE codecards_state SET state = 'no JSON' WHERE card_id = 'unreadable'")
    assert "no state: not JSON" in str(store.check()[4])
    assert store.rebuild() == 6
    assert store.check() == ()
    assert store.states() == right
    assert store.rebuild() == 0


@pytest.mark.parametrize("text", ["nul \0", "half a pair \ud800"])
def test_text_that_no_database_holds_is_refused(store: Store[MemoryState], text: str) -> None:
    """With an error that names it, before anything is written."""
    for call in (
        lambda: store.record(answer(card=text)),
        lambda: store.record(answer(name=text)),
        lambda: store.record_all([answer(card=text)]),
        lambda: store.undo(text, at=NOON),
        lambda: store.undo("a", at=NOON, id=text),
        lambda: store.state(text),
        lambda: store.states([text]),
        lambda: store.history(text),
    ):
        with pytest.raises(StoreError, match="holds a character that cannot be stored"):
            call()


_operations = st.lists(
    st.tuples(st.sampled_from("abc"), grades, st.integers(0, 40), st.booleans(), st.integers(0, 9)), max_size=14
)
_EXAMPLES = itertools.count()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=_operations)
def test_the_state_is_a_replay_of_what_counts(
    store: Store[MemoryState], operations: list[tuple[str, Grade, int, bool, int]]
) -> None:
    """Whatever is answered in whatever order, and whatever is taken back in between."""
    example = next(_EXAMPLES)
    kept: dict[str, Review] = {}
    for number, (card, grade, days, practice, choice) in enumerate(operations):
        if choice == 0 and kept:
            gone = sorted(kept)[days % len(kept)]
            store.undo(gone, at=NOON)
            del kept[gone]
        else:
            review = answer(
                grade, days=days, card=f"{example} {card}", name=f"{example} {number:02}", practice=practice
            )
            store.record(review)
            kept[review.id or ""] = review
        for letter in "abc":
            mine = [review for review in kept.values() if review.card_id == f"{example} {letter}"]
            assert store.state(f"{example} {letter}") == replay(mine)


def test_replacing_is_no_way_round_the_guard(store: Store[MemoryState]) -> None:
    """SQLite's REPLACE deletes in silence, and PostgreSQL's TRUNCATE passes by row triggers."""
    store.record(answer(name="a"))
    replacing = (
        "INSERT OR REPLACE INTO codecards_review (id, card_id, at_us, grade, practice) VALUES ('a', 'x', 0, 0, false)"
        if store._database.name == "sqlite"
        else "TRUNCATE codecards_review CASCADE"
    )

    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        execute(store, replacing)
    assert store.history(CARD) == (answer(name="a"),)
