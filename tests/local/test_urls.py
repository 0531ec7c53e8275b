"""Addresses of AWS become addresses of the embedded AWS."""

import pytest

from local.aws.urls import local_outputs, local_url

GATEWAY = "127.0.0.1:4566/_aws/execute-api"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://ab12.execute-api.us-east-1.amazonaws.com/dev", f"http://{GATEWAY}/ab12/dev"),
        ("wss://ab12.execute-api.eu-west-1.amazonaws.com", f"ws://{GATEWAY}/ab12"),
        ("https://api.slack.com", "https://api.slack.com"),
    ],
)
def test_only_api_addresses_are_replaced(value: str, expected: str) -> None:
    assert local_url(value, "http://127.0.0.1:4566") == expected


def test_outputs_keep_their_names() -> None:
    outputs = {"Url": "wss://x.execute-api.us-east-1.amazonaws.com/dev", "Table": "runs"}

    assert local_outputs(outputs, "http://127.0.0.1:4566") == {
        "Url": f"ws://{GATEWAY}/x/dev",
        "Table": "runs",
    }
