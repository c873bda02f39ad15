"""Word diffs lose nothing and read as people would mark them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from codecards import word_diff
from codecards.codesets.word_diff import Op

_TITLES = st.lists(st.sampled_from(["fracture", "of", " ", ", ", "[any]", "é", "hip", "\t"])).map("".join)


@given(_TITLES, _TITLES)
def test_a_diff_holds_both_texts_whole(old: str, new: str) -> None:
    """What is not inserted is the old title; what is not deleted is the new one."""
    edits = word_diff(old, new)

    assert "".join(text for op, text in edits if op is not Op.INSERT) == old
    assert "".join(text for op, text in edits if op is not Op.DELETE) == new


def test_marks_whole_words() -> None:
    """One letter changed is one word changed."""
    assert word_diff("due to Demodex mite, left", "due to Demodex mites, left") == (
        (Op.EQUAL, "due to Demodex "),
        (Op.DELETE, "mite"),
        (Op.INSERT, "mites"),
        (Op.EQUAL, ", left"),
    )


def test_equal_titles_have_one_piece() -> None:
    """Nothing changed, nothing is marked."""
    assert word_diff("Gout", "Gout") == ((Op.EQUAL, "Gout"),)
    assert word_diff("", "") == ()
