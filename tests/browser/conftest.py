"""The console in a real browser: Debian's or Google's Chromium, driven by playwright.

Both are optional, so `make test` passes without them: `uv pip install playwright`, and
`apt-get install chromium`. Another browser of the kind is named by `CHROMIUM`.
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.conftest import built, deployed, stack  # noqa: F401 -- fixtures

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Where the browser is, if there is one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all tests; skips where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = chromium()
    if path is None:
        pytest.skip("no Chromium is installed; CHROMIUM names one elsewhere")
    with api.sync_playwright() as playwright:
        # In a container there is no user namespace to shut the renderer into.
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()
