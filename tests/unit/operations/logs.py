"""The log as it would be without masking: what is not in it was never given to the logger."""

import io
import logging

import pytest

from hub import observability


def unmasked_log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Everything that the shared logger writes from now on."""
    written = io.StringIO()
    handler = observability.logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    monkeypatch.setattr(handler, "stream", written)
    monkeypatch.setattr(observability, "mask", lambda text: text)
    return written
