"""Cold starts of every function, beside handlers that import nothing and everything."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.functions import functions
from bench.payloads import candidates
from bench.results import COMPILED, EMPTY, UNCOMPILED, ColdStarts
from bench.rie import Candidate, cold_start, simple
from bench.stack import BUILD, Stack
from bench.stats import Summary
from local.aws.bytecode import compile_tree

_LAYERS = ("DepsLayer", "TwilioLayer")

_EMPTY = "def handler(event, context):\n    return {}\n"

# What a handler looks like that does not care: every library of the layers, loaded at its top.
_EVERYTHING = """
import boto3
import httpx
import jwt
import pydantic
import tenacity
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from twilio.rest import Client

logger = Logger(service="bench")
metrics = Metrics(namespace="bench", service="bench")
resolver = APIGatewayHttpResolver(enable_validation=True)
table = boto3.client("dynamodb")


class Body(pydantic.BaseModel):
    name: str = ""


def handler(event, context):
    return Body().model_dump()
"""


def measure(stack: Stack, rounds: int, progress: Callable[[str], None]) -> ColdStarts:
    """Start everything `rounds` times, one after the other in turns; so noise meets all alike."""
    found, unmeasured = candidates(stack, functions(stack))
    with _baselines() as baselines, stack.quiet_stream():
        samples = _in_turns([*baselines, *found], rounds, progress)
    return ColdStarts({k: Summary.of(v) for k, v in samples.items()}, tuple(unmeasured))


def _in_turns(
    everything: Sequence[Candidate], rounds: int, progress: Callable[[str], None]
) -> dict[str, list[float]]:
    samples: dict[str, list[float]] = {candidate.label: [] for candidate in everything}
    for number in range(rounds + 1):
        progress(f"cold starts: round {number} of {rounds}, {len(everything)} handlers")
        for candidate in everything:
            taken = cold_start(candidate)
            # The first round only brings the files into memory.
            if number:
                samples[candidate.label].append(taken)
    return samples


@contextmanager
def _baselines() -> Iterator[list[Candidate]]:
    """The handlers to compare with; the one without bytecode has copies of the layers."""
    with tempfile.TemporaryDirectory(prefix="neonhub-bench-") as name:
        folder = Path(name)
        layers = tuple(BUILD / layer for layer in _LAYERS)
        bare = tuple(_without_bytecode(layer, folder / layer.name) for layer in layers)
        uncompiled = _handler(folder / "uncompiled", _EVERYTHING)
        compiled = _handler(folder / "compiled", _EVERYTHING)
        compile_tree(compiled, folder / "bytecode")
        empty = _handler(folder / "empty", _EMPTY)
        compile_tree(empty, folder / "bytecode")
        yield [
            simple(EMPTY, "app.handler", empty, ()),
            simple(UNCOMPILED, "app.handler", uncompiled, bare),
            simple(COMPILED, "app.handler", compiled, layers),
        ]


def _handler(folder: Path, source: str) -> Path:
    folder.mkdir()
    (folder / "app.py").write_text(source)
    return folder


def _without_bytecode(layer: Path, target: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(layer, target, ignore=ignored))
