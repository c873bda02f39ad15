"""The scheduler is typed for those who call it, not only inside."""

from __future__ import annotations

from pathlib import Path
import subprocess
import sys


def test_a_typed_program_passes_a_strict_type_checker(tmp_path: Path) -> None:
    """Against the installed package, as a caller's own checker sees it."""
    usage = Path(__file__).with_name("typed_usage.py")

    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path), str(usage)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert checked.stdout.splitlines()[-1].startswith("Success"), checked.stdout
