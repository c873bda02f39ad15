"""``codecards replay``: from a review log to the states of its cards."""

from __future__ import annotations

from pathlib import Path

import click

from codecards.cli.output import progress_bar


@click.command("replay", short_help="Compute the states of all cards from a review log.")
@click.argument("log", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "-o",
    "--output",
    "states",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="STATES",
    help="Where to write the states, as a Parquet file.",
)
@click.option(
    "--profile", type=click.Choice(["text", "source"]), default="text", show_default=True, help="The profile of SM-2."
)
@click.option("--time-zone", default="UTC", show_default=True, metavar="ZONE", help="The learner's time zone.")
@click.option("--rollover-hour", default=4, show_default=True, metavar="HOUR", help="When a study day begins, 0 to 23.")
@click.option("--max-interval", type=int, metavar="DAYS", help="The longest interval. [default: none]")
@click.option("--rows-in-memory", type=int, metavar="N", help="How many reviews to hold at once. [default: 2000000]")
def command(  # noqa: PLR0913, PLR0917 -- one for each option
    log: Path,
    states: Path,
    profile: str,
    time_zone: str,
    rollover_hour: int,
    max_interval: int | None,
    rows_in_memory: int | None,
) -> None:
    """Replay LOG, a Parquet file of reviews (card_id, grade, at, practice), and write the state of every card.

    Needs the extra codecards[batch]. A log may be larger than memory.
    """
    from codecards.scheduling.calendar import StudyCalendar
    from codecards.scheduling.parquet import ROWS_IN_MEMORY, replay_parquet
    from codecards.scheduling.sm2 import SM2

    sm2 = SM2(
        profile="source" if profile == "source" else "text",
        calendar=StudyCalendar(time_zone, rollover_hour),
        max_interval_days=max_interval,
    )
    rows = ROWS_IN_MEMORY if rows_in_memory is None else rows_in_memory
    with progress_bar() as progress:
        cards = replay_parquet(log, states, sm2=sm2, rows_in_memory=rows, progress=progress)
    click.echo(f"{states}: {cards:,} cards")
