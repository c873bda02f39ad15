"""What a learner answered in a real Anki collection comes back as reviews of the same cards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
import hashlib
from pathlib import Path
import shutil
import sys
from typing import TYPE_CHECKING, Literal
import zipfile

import pytest

from codecards import SM2, Deck, Grade, MemoryState, Store, export_deck
from codecards.anki_bridge.history import AnkiHistory, read_reviews
from codecards.anki_bridge.importing import import_reviews
from codecards.errors import AnkiFileError, MissingExtraError
from codecards.scheduling.calendar import StudyCalendar

if TYPE_CHECKING:
    from anki.collection import Collection
    from anki.decks import DeckId

Answer = tuple[str, int, int, int]
"""Which card of ours was answered, with which button, when (milliseconds since 1970), in how many milliseconds."""

GRADES = {1: Grade.WRONG_BUT_FAMILIAR, 2: Grade.HARD, 3: Grade.GOOD, 4: Grade.PERFECT}


def deck_id(collection: Collection, name: str) -> DeckId:
    """The id of a deck, which is made where it is missing."""
    found = collection.decks.id(name)
    assert found is not None
    return found


class Learner:
    """Somebody with a collection, who imports the deck and answers cards."""

    def __init__(self, folder: Path, deck: Deck) -> None:
        from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

        self.path = folder / "collection.anki2"
        self.folder = folder
        export_deck(deck, folder / "deck.apkg")
        self.collection: Collection = Collection(str(self.path))
        request = ImportAnkiPackageRequest(
            package_path=str(folder / "deck.apkg"), options=ImportAnkiPackageOptions(with_scheduling=False)
        )
        self.collection.import_anki_package(request)
        self.collection.decks.select(deck_id(self.collection, deck.title))
        self.answers: list[Answer] = []

    def answer(self, *buttons: Literal[1, 2, 3, 4]) -> None:
        """Answer the cards that Anki's scheduler shows, one button each."""
        for button in buttons:
            card = self.collection.sched.getCard()
            assert card is not None
            card.start_timer()
            self.collection.sched.answerCard(card, button)
            ours = f"{card.note()['Subject']}#{str(card.template()['name']).lower()}"
            entry, took = self.row("select id, time from revlog order by id desc limit 1")
            self.answers.append((ours, button, entry, took))

    def row(self, query: str, *values: int | str) -> list[int]:
        assert self.collection.db is not None
        found = self.collection.db.first(query, *values)
        assert found is not None
        return list(found)

    def execute(self, query: str, *values: int | str) -> None:
        assert self.collection.db is not None
        self.collection.db.execute(query, *values)

    def let_days_pass(self, days: int) -> None:
        """Move everything that happened so many days into the past."""
        shift = days * 86_400_000
        self.execute("update revlog set id = id - ?", shift)
        self.execute("update cards set due = due - ? where queue = 2", days)
        self.execute("update cards set due = due - ? where queue in (1, 3)", days * 86_400)
        self.answers = [(card, button, entry - shift, took) for card, button, entry, took in self.answers]

    def export(self, name: str, *, legacy: bool = False, with_scheduling: bool = True) -> Path:
        from anki.collection import ExportAnkiPackageOptions

        path = self.folder / name
        if path.suffix == ".colpkg":
            self.collection.export_collection_package(str(path), include_media=True, legacy=legacy)
            self.collection.reopen()
        else:
            options = ExportAnkiPackageOptions(with_scheduling=with_scheduling, with_media=True, legacy=legacy)
            self.collection.export_anki_package(out_path=str(path), options=options, limit=None)
        return path


@pytest.fixture
def learner(tmp_path: Path, cpc: Deck) -> Iterator[Learner]:
    found = Learner(tmp_path, cpc)
    yield found
    found.collection.close()


@pytest.fixture
def studied(learner: Learner) -> Learner:
    """After three days of study with every button, of which the second was a week after the first."""
    learner.answer(1, 2, 3, 4, 4, 3)
    learner.let_days_pass(7)
    learner.answer(4, 3, 2, 1, 3, 3, 3)
    learner.let_days_pass(2)
    learner.answer(3, 1, 4)
    return learner


def told(history: AnkiHistory) -> list[Answer]:
    """The reviews of a history as a learner would tell them."""
    buttons = {grade: button for button, grade in GRADES.items()}
    return [
        (
            review.card_id,
            buttons[review.grade],
            round(review.at.timestamp() * 1000),
            -1 if review.duration_ms is None else review.duration_ms,
        )
        for review in history.reviews
    ]


@pytest.fixture
def with_media(studied: Learner) -> Learner:
    """Who has pictures in the deck, too."""
    media = studied.collection.media.add_file(str(Path(__file__)))
    assert studied.collection.db is not None
    note = studied.collection.get_note(
        studied.collection.db.scalar("select nid from cards where id in (select cid from revlog)")
    )
    note["Spare 1"] = f'<img src="{media}">'
    studied.collection.update_note(note)
    return studied


@pytest.mark.parametrize(
    ("name", "legacy"), [("new.apkg", False), ("old.apkg", True), ("new.colpkg", False), ("old.colpkg", True)]
)
def test_every_answer_comes_back(with_media: Learner, name: str, legacy: bool) -> None:  # noqa: FBT001 -- a parameter
    """From packages in the current format and in the one of old: card, button, time and duration."""
    path = with_media.export(name, legacy=legacy)
    with zipfile.ZipFile(path) as package:
        assert "0" in package.namelist()

    history = read_reviews(path)

    assert told(history) == with_media.answers
    assert [review.id for review in history.reviews] == [f"anki:{entry}" for _, _, entry, _ in with_media.answers]
    assert history.unmatched == ()
    assert history.how.entries == len(with_media.answers) == history.how.reviews + history.how.practice
    assert history.how.remarks == ()


def test_the_collection_itself_is_read_and_left_alone(studied: Learner) -> None:
    """Not a byte of it changes, and nothing is left beside it."""
    studied.collection.close()
    before = hashlib.sha256(studied.path.read_bytes()).digest()
    beside = sorted(path.name for path in studied.folder.iterdir())

    assert told(read_reviews(studied.path)) == studied.answers
    assert hashlib.sha256(studied.path.read_bytes()).digest() == before
    assert sorted(path.name for path in studied.folder.iterdir()) == beside
    studied.collection.reopen()


def test_progress_continues_in_a_store(studied: Learner, store: Store[MemoryState]) -> None:
    """States are what SM-2 makes of the answers; a second import adds nothing, a later one only what is new."""
    history = read_reviews(studied.export("one.apkg"))

    assert import_reviews(history, store) == len(studied.answers)
    cards = {card for card, *_ in studied.answers}
    assert store.states() == {
        card: SM2().replay(review for review in history.reviews if review.card_id == card) for card in cards
    }
    assert import_reviews(history, store) == 0
    studied.answer(3, 3)
    assert import_reviews(read_reviews(studied.export("two.colpkg")), store) == 2
    assert len(list(store.reviews())) == len(studied.answers)
    assert store.check() == ()


def test_an_answer_undone_here_stays_undone(studied: Learner, store: Store[MemoryState]) -> None:
    """However often Anki's history is imported again, and whatever time zone it is read in."""
    path = studied.export("one.apkg")
    history = read_reviews(path)
    import_reviews(history, store)
    name = history.reviews[0].id or ""
    store.undo(name, at=datetime(2026, 11, 1, tzinfo=UTC))

    other = read_reviews(path, calendar=StudyCalendar("Asia/Tokyo", 23))

    assert import_reviews(history, store) == import_reviews(other, store) == 0
    assert name not in {review.id for review in store.reviews()}


def test_a_days_first_answer_counts_and_the_others_are_practice(learner: Learner) -> None:
    """Learning steps are a drill; a new study day begins where the calendar says."""
    learner.answer(1)
    (card,) = learner.row("select cid from revlog")
    hour = 3_600_000
    noon = 1_772_366_400_000
    learner.execute("delete from revlog")
    for entry, button, kind in (
        (noon, 1, 0),
        (noon + 60_000, 3, 0),
        (noon + 12 * hour, 3, 0),
        (noon + 17 * hour, 3, 1),
        (noon + 41 * hour, 4, 1),
        (noon + 42 * hour, 1, 2),
    ):
        learner.execute("insert into revlog values (?, ?, -1, ?, 1, 0, 2500, 1000, ?)", entry, card, button, kind)
    path = learner.export("one.apkg")

    def counts(calendar: StudyCalendar | None) -> list[bool]:
        return [not review.practice for review in read_reviews(path, calendar=calendar).reviews]

    # Noon, a minute later, midnight, 5 a.m. and 5 a.m. again, 6 a.m., all UTC.
    assert counts(None) == [True, False, False, True, True, False]
    assert counts(StudyCalendar("UTC", 0)) == [True, False, True, False, True, False]


def test_what_is_no_answer_is_left_out_and_counted(studied: Learner) -> None:
    """Due dates set by hand, forgotten cards, filtered decks without rescheduling, deleted cards, other decks."""
    collection = studied.collection
    answers = len(studied.answers)
    assert collection.db is not None
    card, other = collection.db.list("select distinct cid from revlog limit 2")
    collection.sched.set_due_date([card], "5")
    collection.sched.schedule_cards_as_new([card])
    (manual,) = studied.row("select count(*) from revlog where ease = 0")
    assert manual > 0
    studied.execute("insert into revlog values (1700000000000, ?, -1, 3, 1, 0, 0, 900, 3)", other)
    studied.execute("insert into revlog values (1700000000001, 42, -1, 3, 1, 0, 0, 900, 1)")
    basic = collection.models.by_name("Basic")
    assert basic is not None
    note = collection.new_note(basic)
    note["Front"] = "hola"
    collection.add_note(note, deck_id(collection, "Spanish"))
    studied.execute("insert into revlog values (1700000000002, ?, -1, 3, 1, 0, 0, 900, 1)", note.card_ids()[0])

    history = read_reviews(studied.export("all.colpkg"))

    assert history.how.no_answers == manual
    assert history.how.without_card == 1
    assert history.how.entries == answers + manual + 3
    assert history.reviews[0].practice
    assert history.reviews[0].id == "anki:1700000000000"
    assert len(history.reviews) == answers + 1
    (unmatched,) = history.unmatched
    assert str(unmatched) == "1 answers to notes of type Basic: not made by codecards"
    assert f"{answers + manual + 3} entries in Anki's log: " in str(history.how)
    assert "buttons read as Again 2, Hard 3, Good 4, Easy 5" in str(history.how)


def test_the_guid_decides_and_says_so(studied: Learner, cpc: Deck) -> None:
    """A field that was edited is outweighed by a known GUID; a copied note is nobody's without one."""
    collection = studied.collection
    assert collection.db is not None
    first, second = collection.db.list("select distinct nid from cards where id in (select cid from revlog)")[:2]
    note = collection.get_note(first)
    subject = note["Subject"]
    note["Subject"] = "my own words"
    collection.update_note(note)
    studied.execute("update notes set guid = 'a copy' where id = ?", second)
    path = studied.export("edited.colpkg")

    unknown = read_reviews(path)
    known = read_reviews(path, card_ids=(card.id for card in cpc.cards))

    assert [item.reason for item in unknown.unmatched] == [
        "its GUID is not that of its field Subject: a copy made in Anki, perhaps"
    ]
    assert unknown.how.unmatched > known.how.unmatched > 0
    assert not [review for review in unknown.reviews if review.card_id.startswith(f"{subject}#")]
    assert [review for review in known.reviews if review.card_id.startswith(f"{subject}#")]
    assert "the field Subject says something else than the GUID, which was followed" in known.how.remarks[0]
    assert known.how.remarks[0] in str(known.how)


def test_a_template_of_the_learners_own_is_no_card_of_ours(studied: Learner) -> None:
    """They may add one to our note type."""
    collection = studied.collection
    model = collection.models.by_name("codecards code")
    assert model is not None
    model["tmpls"][0]["name"] = "Mine"
    collection.models.update_dict(model)

    history = read_reviews(studied.export("own.colpkg"))

    assert {item.reason for item in history.unmatched} == {"its template Mine asks nothing that codecards does"}


def test_a_note_whose_type_is_missing_is_told(studied: Learner) -> None:
    """As in a damaged collection: the other notes are read."""
    assert studied.collection.db is not None
    note = studied.collection.db.scalar("select nid from cards where id in (select cid from revlog)")
    studied.execute("update notes set mid = 42 where id = ?", note)
    studied.collection.close()

    history = read_reviews(studied.path)

    assert [item.reason for item in history.unmatched] == ["its note type is missing"]
    assert history.reviews
    studied.collection.reopen()


def test_a_long_log_is_read_in_parts(studied: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a log of years does not stand in memory as a whole; nothing is lost at the seams."""
    monkeypatch.setattr("codecards.anki_bridge.history._AT_A_TIME", 4)

    assert told(read_reviews(studied.export("parts.apkg"))) == studied.answers


def test_a_note_of_one_card_is_found_by_the_cards_id(studied: Learner) -> None:
    """Its GUID is the hash of the card's id, whatever its template is called."""
    import genanki

    collection = studied.collection
    assert collection.db is not None
    note = collection.db.scalar("select nid from cards where id in (select cid from revlog)")
    studied.execute("update notes set guid = ? where id = ?", genanki.guid_for("fact:excision#choose"), note)
    path = studied.export("fact.colpkg")

    history = read_reviews(path, card_ids=["fact:excision#choose"])

    assert "fact:excision#choose" in {review.card_id for review in history.reviews}


def test_a_package_without_scheduling_has_no_history(studied: Learner) -> None:
    """It is read without complaint, and how says that the log was empty."""
    history = read_reviews(studied.export("bare.apkg", with_scheduling=False))

    assert history.reviews == ()
    assert history.how.entries == 0


def test_a_file_that_is_none_of_ankis_is_one_line(tmp_path: Path) -> None:
    """Whatever its name promises."""
    with pytest.raises(AnkiFileError, match=r"missing.apkg: there is no such file"):
        read_reviews(tmp_path / "missing.apkg")
    for name in ("text.apkg", "text.colpkg", "collection.anki2"):
        path = tmp_path / name
        path.write_text("nothing of the kind " * 50)
        with pytest.raises(AnkiFileError, match=f"{name}: Anki cannot read it") as caught:
            read_reviews(path)
        assert "\n" not in str(caught.value)


def test_a_collection_that_changes_meanwhile_is_refused(studied: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of one would be read for a whole one."""
    studied.collection.close()
    copyfile = shutil.copyfile

    def slow(source: Path, target: str) -> str:
        copied = copyfile(source, target)
        with Path(source).open("ab") as stream:
            stream.write(b"more")
        return copied

    monkeypatch.setattr(shutil, "copyfile", slow)
    with pytest.raises(AnkiFileError, match="Anki is writing to it; close Anki and try again"):
        read_reviews(studied.path)
    content = studied.path.read_bytes()
    studied.path.write_bytes(content[:-4])
    studied.collection.reopen()


def test_without_ankis_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra: it weighs more than the rest together."""
    monkeypatch.setitem(sys.modules, "anki.collection", None)

    with pytest.raises(MissingExtraError, match=r"pip install 'codecards\[anki\]'"):
        read_reviews(tmp_path / "any.apkg")


def test_times_are_exact(studied: Learner) -> None:
    """To the millisecond, in UTC."""
    history = read_reviews(studied.export("one.apkg"))

    for review, (_, _, entry, _) in zip(history.reviews, studied.answers, strict=True):
        assert review.at.utcoffset() == timedelta(0)
        assert review.at == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=entry)
