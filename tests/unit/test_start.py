"""What a function's process does, and does not, while it starts."""

import subprocess
import sys
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[2] / "functions"

# A process of its own: this one has long loaded everything.
PROGRAM = """
import gc

def looks():
    return sum(generation["collections"] for generation in gc.get_stats())

import hub

before = looks()
import {module}
import hub.http
from hub.adapters.aws import client

client("dynamodb")
print(looks() - before)
"""


@pytest.mark.parametrize("module", ["connectors.sms.app", "agents.social.app", "api.schedules"])
def test_a_start_does_not_look_for_garbage(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(module=module)],
        env={
            "PYTHONPATH": str(FUNCTIONS),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": "/dev/null",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "0", done.stderr
