"""Killed at any moment, a process loses no answer that was acknowledged."""

from __future__ import annotations

from pathlib import Path
import subprocess
import sys

SCRIPT = Path(__file__).parents[2] / "scripts" / "kill-store"


def test_no_acknowledged_answer_is_lost(location: str) -> None:
    """Two dozen kills here; scripts/kill-store does as many as it is asked for."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), location, "--rounds", "24"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("24 kills: ")
    assert done.stdout.endswith("every state follows from the log\n")
