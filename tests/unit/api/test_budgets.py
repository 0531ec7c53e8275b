"""Budgets over HTTP: who may ask, what is refused, and that the page for users is true."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from api.budgets import api, handler
from tests.http_events import answer, load, request

ALLOCATE, SIMULATE = "budgets-allocate", "budgets-simulate"
PAGE = (Path(__file__).parents[3] / "docs" / "budgets.md").read_text()
BLOCKS = dict(re.findall(r"^```json (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def data(name: str, body: Any = None) -> Any:
    status, shown, _ = answer(handler, request(name, body))
    assert status == 200, shown
    return shown["data"]


def test_an_allocation_answers_numbers_that_add_up() -> None:
    shown = data(ALLOCATE)
    amounts = [given["amount"] for given in shown["allocations"]]
    assert amounts == [4000.0, 4298.51, 716.42, 985.07]
    assert round(sum(amounts), 2) == shown["totalAllocated"] == 10000
    assert [given["percentage"] for given in shown["allocations"]] == [40.0, 42.99, 7.16, 9.85]
    assert shown["currency"] == "EUR"


def test_an_amount_keeps_every_cent_of_the_largest_budget() -> None:
    shown = data(ALLOCATE, '{"totalBudget": 99999999999.99, "channels": [{"channel": "a"}]}')
    assert json.dumps(shown["allocations"][0]["amount"]) == "99999999999.99"


def test_a_simulation_answers_all_that_the_contract_names() -> None:
    shown = data(SIMULATE)
    roi = {f"{name}ROI" for name in ("mean", "median", "min", "max", "stdDev")}
    reach = {f"{name}Reach" for name in ("mean", "median", "min", "max")}
    assert roi | reach | {"confidenceInterval"} <= set(shown["summary"])
    assert set(shown["summary"]["confidenceInterval"]) == {"lower", "upper", "level"}
    assert shown["allocation"] == data(ALLOCATE)
    assert (shown["seed"], shown["iterations"]) == (42, 1000)
    assert shown["recommendations"]


def test_the_defaults_are_those_of_the_contract() -> None:
    shown = data(SIMULATE, {"plan": json.loads(load(ALLOCATE)["body"])})
    assert shown["iterations"] == 1000
    assert shown["summary"]["confidenceInterval"]["level"] == 0.95
    assert shown["variance"] == {"roiVariance": 0.15, "costVariance": 0.1, "reachVariance": 0.2}


def test_the_same_request_has_the_same_answer() -> None:
    assert data(SIMULATE) == data(SIMULATE)


@pytest.mark.parametrize("name", [ALLOCATE, SIMULATE])
@pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
def test_whoever_may_read_may_compute(name: str, role: str) -> None:
    caller = {"organizationId": "acme", "role": role, "subject": "key:k"}
    assert answer(handler, request(name, caller=caller))[0] == 200


@pytest.mark.parametrize("name", [ALLOCATE, SIMULATE])
def test_nobody_computes_without_a_credential(name: str) -> None:
    status, body, _ = answer(handler, request(name, caller={}))
    assert (status, body["error"]["code"]) == (401, "UNAUTHENTICATED")


def changed(**more: Any) -> dict[str, Any]:
    return {"totalBudget": 100, "channels": [{"channel": "a"}], **more}


def one(**more: Any) -> dict[str, Any]:
    return changed(channels=[{"channel": "a", **more}])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (changed(totalBudget=0), "totalBudget"),
        (changed(totalBudget=-5), "totalBudget"),
        (changed(totalBudget=1.005), "totalBudget"),
        (changed(totalBudget=100_000_000_000.01), "totalBudget"),
        ('{"totalBudget": NaN, "channels": [{"channel": "a"}]}', "totalBudget"),
        (changed(currency="euro"), "currency"),
        (changed(channels=[]), "channels"),
        (changed(channels=[{"channel": f"c{n}"} for n in range(51)]), "channels"),
        (changed(channels=[{"channel": ""}]), "channels.0.channel"),
        (changed(channels=[{"channel": " a"}]), "channels.0.channel"),
        (changed(channels=[{"channel": "a\nb"}]), "channels.0.channel"),
        (changed(channels=[{"channel": "x" * 61}]), "channels.0.channel"),
        (one(priority=0), "channels.0.priority"),
        (one(priority=11), "channels.0.priority"),
        (one(historicalROI=-1.1), "channels.0.historicalROI"),
        (one(minAllocation=-1), "channels.0.minAllocation"),
        (one(maxAllocation=1.234), "channels.0.maxAllocation"),
        (one(costPerThousand=0), "channels.0.costPerThousand"),
        (one(historicalRoi=1), "channels.0.historicalRoi"),
        (changed(rules=[{"type": "magic"}]), "rules.0"),
        (changed(rules=[{"type": "cap_share", "channel": "a", "share": 0}]), "share"),
        (changed(rules=[{"type": "multiply", "channel": "a", "multiplyBy": 0}]), "multiplyBy"),
    ],
)
def test_what_is_no_plan_is_refused_by_field(body: Any, field: str) -> None:
    status, shown, _ = answer(handler, request(ALLOCATE, body))
    assert (status, shown["error"]["code"]) == (400, "INVALID_INPUT")
    assert any(field in item["field"] for item in shown["error"]["details"]["fields"])


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"iterations": 99}, "iterations"),
        ({"iterations": 100_001}, "iterations"),
        ({"confidenceLevel": 1}, "confidenceLevel"),
        ({"confidenceLevel": 95}, "confidenceLevel"),
        ({"variance": {"roiVariance": -0.1}}, "roiVariance"),
        ({"variance": {"costVariance": 2.1}}, "costVariance"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**53}, "seed"),
        ({"plan": changed(totalBudget=0)}, "plan.totalBudget"),
    ],
)
def test_what_cannot_be_simulated_is_refused_by_field(more: Any, field: str) -> None:
    body = {"plan": one(historicalROI=1), **more}
    status, shown, _ = answer(handler, request(SIMULATE, body))
    assert (status, shown["error"]["code"]) == (400, "INVALID_INPUT")
    assert any(field in item["field"] for item in shown["error"]["details"]["fields"])


def test_limits_that_do_not_fit_name_their_channels() -> None:
    status, shown, _ = answer(handler, request(ALLOCATE, one(maxAllocation=60)))
    assert (status, shown["error"]["code"]) == (400, "BUDGET_INFEASIBLE")
    assert shown["error"]["details"] == {"channels": ["a"]}


def test_the_routes_describe_themselves() -> None:
    document = json.loads(api.resolver.get_openapi_json_schema(title="NeonHub", version="1"))
    assert set(document["paths"]) == {"/api/budgets/allocate", "/api/budgets/simulate"}
    channel = document["components"]["schemas"]["Channel"]["properties"]
    assert channel["priority"]["maximum"] == 10
    assert "breaks even" in channel["historicalROI"]["description"]


def holds(shown: Any, told: Any) -> bool:
    """Whether an answer has all that an excerpt of it tells."""
    if isinstance(told, dict):
        return all(name in shown and holds(shown[name], value) for name, value in told.items())
    return bool(shown == told)


@pytest.mark.parametrize("route", ["allocate", "simulate"])
def test_the_answers_of_the_page_are_those_of_the_function(route: str) -> None:
    shown = data(f"budgets-{route}", BLOCKS[route])
    assert holds(shown, json.loads(BLOCKS[f"{route}-answer"]))


def test_the_recommendations_of_the_page_are_those_of_the_function() -> None:
    shown = data(SIMULATE, BLOCKS["simulate"])
    assert shown["recommendations"] == json.loads(BLOCKS["simulate-recommendations"])


def table(first: str) -> dict[str, list[str]]:
    """The rows of the page's table whose first head is given, by their first cell."""
    lines = PAGE[PAGE.index(f"| {first} |") :].split("\n\n")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: row[1:] for row in rows}


def test_the_worked_example_of_the_page_is_what_the_steps_give() -> None:
    shown, rows = data(ALLOCATE, BLOCKS["allocate"]), table("step")
    amounts = dict.fromkeys(rows["step"], 0.0)
    for step in shown["reasoning"]:
        for impact in step["impact"]:
            amounts[impact["channel"]] += impact["adjustment"]
        assert [f"{amount:.2f}" for amount in amounts.values()] == rows[step["rule"]]
    impacts = shown["reasoning"][1]["impact"]
    assert [impact["reason"].split()[-1] for impact in impacts] == rows["factor"]


def test_the_page_tells_of_every_action_and_rule() -> None:
    from typing import get_args

    from hub.domain.budget_advice import Action

    document = json.dumps(api.resolver.get_openapi_schema(title="x", version="1").model_dump())
    for kind in ("multiply", "cap_share", "floor_share"):
        assert kind in document
        assert f'"type": "{kind}"' in PAGE
    assert set(table("action")) - {"action", "---"} == {f"`{name}`" for name in get_args(Action)}
