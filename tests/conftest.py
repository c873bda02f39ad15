"""What all tests share: the official files, a browser, and the rule that nothing is skipped in silence."""

from __future__ import annotations

from collections.abc import Generator
import os
from pathlib import Path
import shutil

import pytest

from codecards import CodeSet, Deck, build_deck, load_codeset, read_codeset

pytest_plugins = ["databases"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything is required, a skipped test is a failed one."""
    report = yield
    if report.skipped and os.environ.get("CODECARDS_REQUIRE_ALL") == "1":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CODECARDS_REQUIRE_ALL=1 allows no skip: {reason}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _folders(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """No test meets what its user keeps: library and cache are new, here and in every process a test starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CODECARDS_LIBRARY", str(tmp_path_factory.mktemp("library")))
        patch.setenv("CODECARDS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def official_data() -> Path:
    """The folder of official files; tests that need it skip where it is not named."""
    folder = os.environ.get("CODECARDS_OFFICIAL_DATA")
    if not folder:
        pytest.skip("needs the official files: name their folder in CODECARDS_OFFICIAL_DATA")
    return Path(folder)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; tests that need it skip where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("needs Chromium: install the package chromium")
    return found


@pytest.fixture(scope="session")
def icd10cm() -> CodeSet:
    """The embedded ICD-10-CM, loaded once."""
    return load_codeset("icd-10-cm")


@pytest.fixture(scope="session")
def order_file(official_data: Path) -> CodeSet:
    """The official FY2026 order file, read from the zip as CMS publishes it."""
    return read_codeset(official_data / "icd-10-cm" / "2026-code-descriptions-tabular-order.zip")


@pytest.fixture(scope="session")
def order_file_2025(official_data: Path) -> CodeSet:
    """The official FY2025 order file, read from the zip as CMS publishes it."""
    return read_codeset(official_data / "icd-10-cm" / "2025-code-descriptions-tabular-order.zip")


@pytest.fixture(scope="session")
def cpc() -> Deck:
    """The bundled deck for the CPC, built once."""
    return build_deck("cpc")
