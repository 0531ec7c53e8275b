"""The template keeps its promises: limits, logs, least privilege, dead letters, retries."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from hub.agent_kit.catalog import agent_ids
from hub.connector_kit.registry import kinds

ROOT = Path(__file__).parent.parent.parent
EVENTS = ROOT / "events"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short intrinsics as `{"Ref": …}`, `{"Fn::Sub": …}` and so on."""


def _intrinsic(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> Any:
    name = tag if tag == "Ref" else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _intrinsic)  # type: ignore[no-untyped-call]

TEMPLATE: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), _Loader)
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
GLOBALS = TEMPLATE["Globals"]["Function"]


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of a type."""
    return {
        name: resource.get("Properties", {})
        for name, resource in RESOURCES.items()
        if resource["Type"] == kind
    }


FUNCTIONS = of_type("AWS::Serverless::Function")
MACHINE = yaml.safe_load((ROOT / "statemachines/agent_run.asl.yaml").read_text())


def states(machine: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every state of a machine, those inside its Maps too."""
    found: dict[str, dict[str, Any]] = {}
    for name, state in machine["States"].items():
        found[name] = state
        if "ItemProcessor" in state:
            found |= states(state["ItemProcessor"])
    return found


STATES = states(MACHINE)
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}


def statements(properties: dict[str, Any]) -> list[dict[str, Any]]:
    """A function's or machine's own policy statements."""
    policies = properties.get("Policies", [])
    return [statement for policy in policies for statement in policy["Statement"]]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_a_handler_a_time_limit_memory_and_kept_logs(name: str) -> None:
    function = {**GLOBALS, **FUNCTIONS[name]}
    assert 0 < function["Timeout"] <= 60
    assert function["MemorySize"] >= 256
    assert function["LoggingConfig"]["LogGroup"] == {"Ref": "LogGroup"}
    module, attribute = function["Handler"].rsplit(".", 1)
    assert callable(getattr(import_module(module), attribute))


def test_logs_end() -> None:
    groups = of_type("AWS::Logs::LogGroup")
    assert groups
    assert all("RetentionInDays" in group for group in groups.values())


NAMES_NO_RESOURCE = {"states:SendTaskSuccess"}
"""Actions whose request names a secret token, and nothing that a policy could be about."""


@pytest.mark.parametrize("name", [*FUNCTIONS, "AgentRunMachine"])
def test_no_role_may_do_everything_or_touch_everything(name: str) -> None:
    for statement in statements(RESOURCES[name]["Properties"]):
        actions = as_list(statement["Action"])
        for action in actions:
            assert "*" not in action, action
        for resource in as_list(statement["Resource"]):
            assert resource != "*" or NAMES_NO_RESOURCE.issuperset(actions), statement
    for policy in FUNCTIONS.get(name, {}).get("Policies", []):
        assert isinstance(policy, dict), "managed policies are wider than a function needs"


def decrypting() -> set[str]:
    return {
        name
        for name, properties in FUNCTIONS.items()
        for statement in statements(properties)
        if "kms:Decrypt" in as_list(statement["Action"])
    }


def test_only_connectors_and_who_connects_accounts_can_open_credentials() -> None:
    """To connect again is to keep what is not given anew: the app's secret, a webhook's."""
    connectors = {name for name in FUNCTIONS if name.endswith("ConnectorFunction")}
    assert decrypting() == connectors | {"OAuthFunction"}


def test_who_connects_accounts_reaches_nothing_but_connections() -> None:
    resources = [s["Resource"] for s in statements(FUNCTIONS["OAuthFunction"])]
    assert resources == [
        {"Fn::GetAtt": "ConnectionsTable.Arn"},
        {"Fn::GetAtt": "CredentialsKey.Arn"},
    ]


@pytest.mark.parametrize("name", sorted(decrypting()))
def test_who_opens_credentials_can_keep_renewed_ones(name: str) -> None:
    granted = {a for s in statements(FUNCTIONS[name]) for a in as_list(s["Action"])}
    assert {"kms:Encrypt", "kms:GenerateDataKey", "dynamodb:UpdateItem"} <= granted


def test_no_function_can_scan_a_table() -> None:
    every = [a for p in FUNCTIONS.values() for s in statements(p) for a in as_list(s["Action"])]
    assert "dynamodb:Scan" not in every


@pytest.mark.parametrize("name", of_type("AWS::DynamoDB::Table"))
def test_a_table_is_on_demand_encrypted_and_recoverable(name: str) -> None:
    table = RESOURCES[name]["Properties"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSESpecification"]["SSEEnabled"] is True
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


def test_asynchronous_work_has_somewhere_to_fail_to() -> None:
    asynchronous = {"AdmissionFunction", "ReaperFunction"}
    for name in asynchronous:
        assert FUNCTIONS[name]["DeadLetterQueue"]["TargetArn"]
    for properties in FUNCTIONS.values():
        for event in properties.get("Events", {}).values():
            if event["Type"] == "EventBridgeRule":
                assert event["Properties"]["DeadLetterConfig"]
            if event["Type"] == "DynamoDB":
                assert event["Properties"]["DestinationConfig"]["OnFailure"]
                assert event["Properties"]["MaximumRetryAttempts"] >= 0
                assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    alarm = of_type("AWS::CloudWatch::Alarm")["DeadLettersAlarm"]
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"


def test_every_connector_and_agent_has_its_function() -> None:
    names = {
        p["FunctionName"]["Fn::Sub"].removeprefix("${AWS::StackName}-"): p["Handler"]
        for p in FUNCTIONS.values()
    }
    for kind in kinds():
        assert names[f"connector-{kind}"] == f"connectors.{kind}.app.handler"
    for agent in agent_ids():
        assert names[f"agent-{agent}"] == f"agents.{agent}.app.handler"


@pytest.mark.parametrize("name", [n for n in FUNCTIONS if n.endswith("ConnectorFunction")])
def test_a_platform_call_ends_before_its_function_does(name: str) -> None:
    function = FUNCTIONS[name]
    settings = function["Environment"]["Variables"]
    assert float(settings["CALL_TIMEOUT_SECONDS"]) < function["Timeout"]
    assert float(settings["FUNCTION_TIMEOUT_SECONDS"]) == function["Timeout"]
    assert function["Timeout"] < TASKS["Execute"]["TimeoutSeconds"]


def routes() -> dict[tuple[str, str], str]:
    """Every route of the HTTP API with its function."""
    return {
        (event["Properties"]["Method"], event["Properties"]["Path"]): name
        for name, properties in FUNCTIONS.items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    }


def test_only_health_pages_unknown_paths_and_webhooks_are_public() -> None:
    """Webhooks carry a signature instead, the OAuth callback a state that is good once."""
    public = {
        event["Properties"]["Path"]
        for properties in FUNCTIONS.values()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "HttpApi" and event["Properties"].get("Auth") == {"Authorizer": "NONE"}
    }
    hooks = {path for path in public if path.startswith("/api/webhooks/")}
    oauth = {"/api/oauth/callback", "/api/oauth/sandbox"}
    docs = {"/api/openapi.json", "/api/docs"}
    console = {"/console", "/console/{proxy+}"}
    assert public - hooks == {"/api/health", "/api/{proxy+}"} | oauth | docs | console
    with_a_scheme = {k for k in kinds() if import_module(f"connectors.{k}.app").CONNECTOR.scheme}
    assert hooks == {f"/api/webhooks/{kind}/{{connectionId}}" for kind in with_a_scheme}


def test_routes_are_told_apart() -> None:
    every = [
        (event["Properties"]["Method"], event["Properties"]["Path"])
        for properties in FUNCTIONS.values()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    ]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("name", TASKS)
def test_a_task_has_a_time_limit_a_retry_and_a_catch(name: str) -> None:
    task = TASKS[name]
    # A person decides how long at most, everywhere else we do.
    limit = task["TimeoutSeconds"]
    assert limit == "{% $ceil($states.input.retryAfter) %}" if name == "Approve" else limit > 0
    assert [catch["ErrorEquals"] for catch in task["Catch"]][-1] == ["States.ALL"]
    for retry in task["Retry"]:
        assert retry["IntervalSeconds"] == 1
        assert retry["BackoffRate"] == 2
        assert retry["MaxDelaySeconds"] == 10
        assert retry["MaxAttempts"] == 3
        assert retry["JitterStrategy"] == "FULL"


def test_a_step_is_never_retried_on_an_error_that_says_nothing() -> None:
    """States.ALL and States.TaskFailed would repeat what the platform may have done."""
    retried = {error for retry in TASKS["Execute"]["Retry"] for error in retry["ErrorEquals"]}
    assert not retried & {"States.ALL", "States.TaskFailed", "States.Timeout"}


def test_every_state_can_be_reached_and_named_once() -> None:
    following = {MACHINE["StartAt"], STATES["Steps"]["ItemProcessor"]["StartAt"]}
    for state in STATES.values():
        following |= {state.get("Next"), state.get("Default")}
        following |= {rule["Next"] for rule in [*state.get("Choices", []), *state.get("Catch", [])]}
    assert following - {None} == set(STATES)


def short_names() -> set[str]:
    return {
        p["FunctionName"]["Fn::Sub"].removeprefix("${AWS::StackName}-") for p in FUNCTIONS.values()
    }


def test_every_function_has_a_payload_and_every_payload_a_function() -> None:
    files = {path.stem for path in EVENTS.glob("*.json")}
    names = short_names()
    assert {n for n in names if not any(f == n or f.startswith(f"{n}-") for f in files)} == set()
    assert {f for f in files if not any(f == n or f.startswith(f"{n}-") for n in names)} == set()


@pytest.mark.parametrize("path", sorted(EVENTS.glob("*.json")), ids=lambda path: path.stem)
def test_an_http_payload_names_a_route_of_its_function(path: Path) -> None:
    event = json.loads(path.read_text())
    if "routeKey" not in event:
        assert event
        return
    if event.get("type") == "REQUEST":
        return
    method, route = event["routeKey"].split(" ", 1)
    owner = routes()[(method, route)]
    name = FUNCTIONS[owner]["FunctionName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")
    assert path.stem.startswith(name)
