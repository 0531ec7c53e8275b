"""Two embedded AWS with the same small stack: one as the project runs it, one unpatched."""

from collections.abc import Iterator

import pytest

from local.aws.process import EmbeddedAws
from tests.local.cloud import Cloud, patch_names


@pytest.fixture(scope="session")
def patched() -> Iterator[Cloud]:
    """An embedded AWS with every patch; waits take a tenth of their time."""
    with EmbeddedAws(wait_scale=0.1) as aws:
        yield Cloud.with_stack(aws)


@pytest.fixture(scope="session")
def bare() -> Iterator[Cloud]:
    """The same without any patch, to show that each gap is real."""
    with EmbeddedAws(wait_scale=0.1, skip_patches=patch_names()) as aws:
        yield Cloud.with_stack(aws)
