"""What an official addenda file says changed, as the agency posted it.

An addenda file speaks of its own file's rows: in a codes addenda a code that became a header is "deleted",
in an order addenda it is deleted as billable and added as header. Postings within a year compare with
the posting before, not with the last fiscal year, so `compare_codesets` asks the code sets instead.
"""

from __future__ import annotations

import attrs

__all__ = ["Addenda", "AddendaRow"]


@attrs.frozen
class AddendaRow:
    """One row that an addenda file names.

    Args:
        code: The code, undotted.
        description: The long title.
        short_description: The abbreviated title, or None in a codes addenda.
        is_billable: False for a header; only order addenda name headers.
    """

    code: str
    description: str
    short_description: str | None
    is_billable: bool


@attrs.frozen
class Addenda:
    """The changes that one addenda file lists, each in the order of the file.

    Args:
        added: The rows that were added.
        deleted: The rows that were deleted.
        revised: Old and new row where a title was revised.
        counts: What the file's own summary says, such as ``("additions", 487)``;
            an order addenda sums up twice, headers and then codes.
    """

    added: tuple[AddendaRow, ...]
    deleted: tuple[AddendaRow, ...]
    revised: tuple[tuple[AddendaRow, AddendaRow], ...]
    counts: tuple[tuple[str, int], ...]
