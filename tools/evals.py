"""Runs the evals and writes their table to docs/evals.md: `python -m tools.evals [--provider …]`.

Without a provider it is the offline writer. With `openai` it is the server of `--base-url`; with
`bedrock` the account's own model. `--print` shows the table and writes nothing.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hub.adapters.offline_model import OfflineModel
from hub.adapters.structured_model import Prices
from hub.ports import ModelClient
from tests.evals.case import Case
from tests.evals.cases_support import accuracy, labelled, macro_f1
from tests.evals.runner import Result, cases, run_all, run_case

PAGE = Path(__file__).parent.parent / "docs" / "evals.md"

_HEAD = """# Evals

What the agents' work is worth, measured: {cases} cases over {intents} intents, each an input, what
the organization knows, and checks on the output that can fail: limits counted as platforms count,
required facts present, no invented number, name or address, citations that resolve, seeded faults
found and none invented, messages sorted like their labels.

`make evals` runs them and writes this page. The offline writer must hold every case; CI fails below
that. With a model of your own: `make evals ARGS="--provider openai --base-url http://host/v1
--model name --print"`.

Engine: `{engine}`. A case holds when all its checks do.

| agent | intent | cases | hold | checks | score |
|---|---|---|---|---|---|
"""


def page(results: Sequence[Result], engine: str) -> str:
    """The whole page."""
    groups: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        groups[(result.case.agent, result.case.intent)].append(result)
    head = _HEAD.format(cases=len(results), intents=len(groups), engine=engine)
    rows = "".join(_row(*name, group) for name, group in sorted(groups.items()))
    total = _row("**all**", "", list(results))
    return head + rows + total + (_triage() if engine == "offline" else "") + _failures(results)


def _row(agent: str, intent: str, group: Sequence[Result]) -> str:
    hold = sum(not result.problems for result in group)
    checks = sum(result.checks for result in group)
    share = f"{100 * hold / len(group):.0f} %"
    return f"| {agent} | {intent} | {len(group)} | {hold} | {checks} | {share} |\n"


_TRIAGE = """
## Triage, on labelled messages

The rules of `triage` were written with the tuned and dev messages in view, and its words are
learned from them, so those say little. The held-out ones were written after the first rules; the
test ones are the other half of what dev was taken from, by a hash of the text. Nothing was changed
to fit either: **they are what to expect.** Rules and labels have the same author. With a model,
messages that triage is unsure of are shown to it.

| messages | count | category: accuracy | macro-F1 | priority: accuracy | macro-F1 |
|---|---|---|---|---|---|
"""


def _triage() -> str:
    """How well the rules sort messages, from the labelled set."""
    rows = (_triaged(split) for split in ("tuned", "dev", "heldout", "test"))
    return _TRIAGE + "".join(rows)


def _triaged(split: str) -> str:
    labels = labelled(split)
    given = [{"id": label["id"], "text": label["text"]} for label in labels]
    found: dict[str, Any] = {}
    for start in range(0, len(given), 50):
        output = triaged(given[start : start + 50])
        found |= {message["id"]: message for message in output["results"]}
    cells = [split, str(len(labels))]
    for field in ("category", "priority"):
        pairs = [(label[field], found[label["id"]][field]) for label in labels]
        cells += [f"{accuracy(pairs):.2f}", f"{macro_f1(pairs):.2f}"]
    return "| " + " | ".join(cells) + " |\n"


def triaged(messages: list[dict[str, str]]) -> dict[str, Any]:
    """The output of `triage` for messages, with the offline writer."""
    output: list[dict[str, Any]] = []
    case = Case(
        id="triage-labelled",
        agent="support",
        intent="triage",
        input={"messages": messages},
        checks=(output.append,),
    )
    result = run_case(case)
    assert not result.problems, result.problems
    return output[0]


def _failures(results: Sequence[Result]) -> str:
    failed = [result for result in results if result.problems]
    if not failed:
        return ""
    lines = [f"- `{r.case.id}`: {'; '.join(r.problems)}" for r in failed]
    return "\n## What does not hold\n\n" + "\n".join(lines) + "\n"


def model_of(given: argparse.Namespace) -> ModelClient:
    """The model that was asked for."""
    if given.provider == "openai":
        from hub.adapters.openai_model import OpenAiModel

        return OpenAiModel(
            given.base_url,
            given.model,
            Prices(),
            lambda: given.api_key,
            response_format=given.response_format,
        )
    if given.provider == "bedrock":
        from hub.adapters.aws import client
        from hub.adapters.bedrock_model import BedrockModel

        return BedrockModel(lambda: client("bedrock-runtime"), given.model, Prices())
    return OfflineModel()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases; 1 if the offline writer does not hold them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--provider", choices=["offline", "openai", "bedrock"], default="offline")
    parser.add_argument("--base-url", default="http://127.0.0.1:8000/v1")
    parser.add_argument("--model", default="local")
    parser.add_argument("--api-key", default=None)
    formats = ["json_schema", "json_object"]
    parser.add_argument("--response-format", choices=formats, default="json_schema")
    parser.add_argument("--agent", help="only this agent's cases")
    parser.add_argument("--print", action="store_true", help="show the table, write nothing")
    given = parser.parse_args(arguments)
    model = model_of(given)
    wanted = [case for case in cases() if given.agent in (None, case.agent)]
    results = list(run_all(wanted, model))
    text = page(results, model.engine)
    if given.print or given.agent:
        sys.stdout.write(text)
    else:
        PAGE.write_text(text)
    failed = sum(bool(result.problems) for result in results)
    sys.stdout.write(f"evals: {len(results) - failed} of {len(results)} cases hold\n")
    return 1 if failed and given.provider == "offline" else 0


if __name__ == "__main__":
    sys.exit(main())
