"""The tables of a store, as queries see them; `migrations` holds the SQL that makes them.

The log is the truth: ``codecards_review`` only ever gains rows, and the database itself refuses to change or
delete one. ``codecards_state`` is derived from it: one row a card, written in the same transaction as the answer.
"""

from __future__ import annotations

import sqlalchemy as sa

__all__ = ["reviews", "states", "store"]

_metadata = sa.MetaData()

reviews = sa.Table(
    "codecards_review",
    _metadata,
    # The order in which the entries arrived, which need not be the order of the answers.
    sa.Column("position", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("card_id", sa.Text, nullable=False),
    # Microseconds since 1970, UTC: exact in both databases.
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("grade", sa.SmallInteger),
    sa.Column("duration_ms", sa.BigInteger),
    sa.Column("practice", sa.Boolean, nullable=False),
    # Such an entry is no answer: it takes the named one back.
    sa.Column("undoes", sa.Text, sa.ForeignKey("codecards_review.id"), unique=True),
)
"""Every answer, and every undoing of one."""

states = sa.Table(
    "codecards_state",
    _metadata,
    sa.Column("card_id", sa.Text, primary_key=True),
    sa.Column("due", sa.Date),
    sa.Column("reviews", sa.BigInteger, nullable=False),
    # The last answer that counts: one given after it moves the state on, one given before it means a replay.
    sa.Column("last_at_us", sa.BigInteger, nullable=False),
    sa.Column("last_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
)
"""What follows from the answers of each card."""

store = sa.Table(
    "codecards_store",
    _metadata,
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("scheduler", sa.Text),
)
"""One row: the version of this schema, and the scheduler that made the states."""
