"""Trains what the support agent's triage knows of words: `python -m tools.triage_weights`.

It takes the messages labelled for it (the tuned ones and the development half of
tests/evals/data), fits a multinomial logistic regression on top of the lexicon's points, and writes
functions/agents/support/triage_weights.json. `--check` writes nothing and fails if the file would
change; `--folds` tells how well words do on messages of the development half that they were not
fitted to. The same messages and lexicon give the same file: nothing is drawn at random.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.support.classify import TERM, found
from agents.support.learned import CATEGORIES, SPREAD, WEIGHTS
from agents.support.sentiment import sentiment
from tests.evals.cases_support import labelled

type Matrix = NDArray[np.float64]

RIDGE = 1.0
"""The penalty on squared weights."""

ROUNDS, RATE, MOMENTUM = 150, 0.02, 0.9
SEEN_TERMS = 0.0
"""The lexicon was written with the tuned messages in view: there it does not count."""

LEAST_MESSAGES = 2
LEAST_WEIGHT = 0.08
"""Features of fewer messages and weights nearer to 0 are left out."""

FOLDS = 8


@dataclass(frozen=True)
class Example:
    """A labelled message as the model sees it."""

    features: frozenset[str]
    lexicon: tuple[float, ...]
    label: int


@dataclass(frozen=True)
class Model:
    """Weights by feature and category; the last row is the bias."""

    names: tuple[str, ...]
    weights: Matrix


def examples(split: str, terms: float = 1.0) -> list[Example]:
    """The labelled messages of a split."""
    return [_example(row["text"], row["category"], terms) for row in labelled(split)]


def _example(text: str, category: str, terms: float) -> Example:
    seen = found(text, sentiment(text))
    return Example(
        frozenset(feature for own in seen.signals.values() for feature in own),
        tuple(TERM * terms * seen.weights[name] for name in CATEGORIES),
        [str(name) for name in CATEGORIES].index(category),
    )


def fitted(rows: Sequence[Example]) -> Model:
    """The model of these messages: gradient descent with momentum from 0, a fixed way."""
    counts = Counter(feature for row in rows for feature in row.features)
    names = tuple(sorted(name for name, count in counts.items() if count >= LEAST_MESSAGES))
    inputs = _inputs(rows, names)
    lexicon = np.array([row.lexicon for row in rows])
    wanted = np.eye(len(CATEGORIES))[[row.label for row in rows]]
    weights = np.zeros((len(names) + 1, len(CATEGORIES)))
    step = np.zeros_like(weights)
    for _ in range(ROUNDS):
        error = _shares(inputs @ weights + lexicon) - wanted
        step = MOMENTUM * step - RATE * (inputs.T @ error + RIDGE * weights)
        weights = weights + step
    weights[:-1][np.abs(weights[:-1]) < LEAST_WEIGHT] = 0
    return Model(names, weights)


def _inputs(rows: Sequence[Example], names: Sequence[str]) -> Matrix:
    places = {name: place for place, name in enumerate(names)}
    inputs = np.zeros((len(rows), len(names) + 1))
    for number, row in enumerate(rows):
        known = [places[name] for name in row.features if name in places]
        inputs[number, known] = SPREAD / sqrt(len(row.features) or 1)
    inputs[:, -1] = 1
    return inputs


def _shares(points: Matrix) -> Matrix:
    shares = np.exp(points - points.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def crossed() -> float:
    """The accuracy on the development half, each eighth by a model fitted to the others."""
    tuned, rows = examples("tuned", SEEN_TERMS), examples("dev")
    right = 0
    for fold in range(FOLDS):
        model = fitted([*tuned, *(r for at, r in enumerate(rows) if at % FOLDS != fold)])
        held = rows[fold::FOLDS]
        points = _inputs(held, model.names) @ model.weights + [row.lexicon for row in held]
        right += int((points.argmax(axis=1) == [row.label for row in held]).sum())
    return right / len(rows)


def made() -> str:
    """The file, as it must be."""
    model = fitted([*examples("tuned", SEEN_TERMS), *examples("dev")])
    hundredths = np.rint(model.weights * 100).astype(int).tolist()
    kept: dict[str, list[int]] = {}
    for name, row in zip(model.names, hundredths[:-1], strict=True):
        pairs = [value for at, weight in enumerate(row) if weight for value in (at, weight)]
        if pairs:
            kept[name] = pairs
    whole: dict[str, Any] = {"bias": hundredths[-1], "features": kept}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file; with --check 1 if it is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    parser.add_argument("--folds", action="store_true", help="write nothing, tell the accuracy")
    given = parser.parse_args(arguments)
    if given.folds:
        sys.stdout.write(f"accuracy in {FOLDS} folds: {crossed():.3f}\n")
        return 0
    text = made()
    if given.check:
        return int(text != WEIGHTS.read_text(encoding="utf-8"))
    WEIGHTS.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{WEIGHTS.name}: {len(text.encode()):,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
