"""Who may do what on the deployed template: keys, tokens, roles, organizations, sockets."""

import json
from collections.abc import Iterator

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from local.aws import deploy
from local.aws.process import EmbeddedAws
from tests.e2e.conftest import deployed_to
from tests.e2e.stack import Stack, hear, say, slack, sms

pytestmark = pytest.mark.e2e

START = ("POST", "/api/agents/content/runs")
DRAFT = {"intent": "generate-draft", "input": {"brief": "Something to say."}}


def error(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert body["success"] is False
    assert body["error"]["requestId"]
    return answer.status_code, body["error"]["code"]


def test_health_is_public(stack: Stack) -> None:
    answer = httpx.get(stack.api_url + "/api/health")
    assert answer.json()["data"]["status"] == "ok"


@pytest.mark.parametrize("credential", [{}, {"authorization": "Bearer nh_abcdefghij_wrong"}])
def test_no_or_a_wrong_key_is_401(stack: Stack, credential: dict[str, str]) -> None:
    answer = httpx.request(*START[:1], stack.api_url + START[1], json=DRAFT, headers=credential)
    assert error(answer) == (401, "UNAUTHENTICATED")


def test_a_revoked_key_is_401_at_once(stack: Stack) -> None:
    made = stack.data("POST", "/api/keys", {"name": "old", "role": "operator"})
    headers = {"authorization": f"Bearer {made['key']}"}
    assert stack.request("GET", "/api/runs", **headers).status_code == 200
    stack.data("DELETE", f"/api/keys/{made['id']}")
    assert error(stack.request("GET", "/api/runs", **headers)) == (401, "UNAUTHENTICATED")


def test_a_viewer_may_look_but_not_start(deployed: Stack) -> None:
    viewer = deployed.organization("viewers", role="viewer")
    assert viewer.request("GET", "/api/runs").status_code == 200
    assert error(viewer.request(*START, DRAFT)) == (403, "FORBIDDEN")


def test_organizations_do_not_see_each_other(deployed: Stack) -> None:
    mine, theirs = deployed.organization("mine"), deployed.organization("theirs")
    run_id, connection = mine.start(), mine.connection("slack")
    assert error(theirs.request("GET", f"/api/runs/{run_id}")) == (404, "NOT_FOUND")
    assert error(theirs.request("GET", f"/api/runs/{run_id}/events"))[0] == 404
    assert error(theirs.request("POST", f"/api/runs/{run_id}/cancel"))[0] == 404
    assert error(theirs.request("GET", f"/api/connections/{connection}"))[0] == 404
    run = theirs.wait(theirs.start(slack(connection)), "failed")
    assert run["steps"][0]["error"]["code"] == "NOT_FOUND"
    assert theirs.data("GET", "/api/connections")["connections"] == []
    with theirs.socket() as socket:
        assert say(socket, action="run:subscribe", runId=run_id)["event"] == "error"


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "/api/agents/poet/runs", DRAFT, (404, "AGENT_NOT_REGISTERED")),
        ("POST", START[1], {**DRAFT, "intent": "sing"}, (400, "UNSUPPORTED_INTENT")),
        ("POST", START[1], {**DRAFT, "input": {}}, (400, "INVALID_INPUT")),
        (
            "POST",
            START[1],
            {**DRAFT, "input": {"brief": "x" * 300_000}},
            (413, "PAYLOAD_TOO_LARGE"),
        ),
        ("GET", "/api/runs/run_nobody", None, (404, "NOT_FOUND")),
        ("GET", "/api/connectors/fax", None, (404, "UNKNOWN_CONNECTOR")),
        ("POST", "/api/connectors/slack/actions/shout", {"input": {}}, (404, "UNKNOWN_ACTION")),
        ("GET", "/api/nothing", None, (404, "NOT_FOUND")),
    ],
)
def test_bad_input_gets_a_code(
    stack: Stack, method: str, path: str, body: object, expected: tuple[int, str]
) -> None:
    assert error(stack.request(method, path, body)) == expected


def test_a_socket_without_a_valid_credential_is_refused(stack: Stack) -> None:
    with pytest.raises(InvalidStatus) as refused, stack.socket("nh_abcdefghij_wrong"):
        pass
    assert refused.value.response.status_code in (401, 403)


def test_a_late_subscriber_gets_what_it_missed(stack: Stack) -> None:
    run_id = stack.start()
    stack.wait(run_id, "completed")
    every = stack.data("GET", f"/api/runs/{run_id}/events")["events"]
    with stack.socket() as socket:
        socket.send(f'{{"action": "run:subscribe", "runId": "{run_id}", "since": 1}}')
        heard = hear(socket, {"agent:completed"})
    assert [e for e in heard if e["event"] != "subscribed"] == every[1:]


def test_connections_are_tested_and_their_secrets_never_come_back(stack: Stack) -> None:
    secret = "xoxb-e2e-very-secret-0123456789"
    body = {"kind": "slack", "mode": "sandbox", "credentials": {"botToken": secret}}
    made = stack.request("POST", "/api/connections", body)
    assert made.status_code == 201
    connection = made.json()["data"]["id"]
    tested = stack.data("POST", f"/api/connections/{connection}/test")
    assert tested["ok"] is True
    assert tested["account"]["team"] == "NeonHub Sandbox"
    shown = stack.request("GET", "/api/connections").text
    assert secret not in made.text + shown + str(tested)
    table = next(t for t in stack.aws("dynamodb").list_tables()["TableNames"] if "Connections" in t)
    assert secret not in str(stack.aws("dynamodb").scan(TableName=table))


def test_a_connector_is_called_directly_once_per_key(stack: Stack) -> None:
    body = {"connectionId": stack.connection("slack"), "input": {"channel": "#a", "text": "b"}}
    path = "/api/connectors/slack/actions/post_message"
    first = stack.data("POST", path, body, **{"idempotency-key": "one"})
    again = stack.data("POST", path, body, **{"idempotency-key": "one"})
    other = stack.data("POST", path, body, **{"idempotency-key": "two"})
    assert first == again
    assert first["data"]["ts"] != other["data"]["ts"]


def test_a_dry_run_shows_the_request(stack: Stack) -> None:
    body = {"mode": "dry_run", "input": {"channel": "#a", "text": "b"}}
    shown = stack.data("POST", "/api/connectors/slack/actions/post_message", body)
    assert shown["data"]["request"]["url"] == "https://slack.com/api/chat.postMessage"
    assert "xoxb" not in str(shown)


@pytest.mark.slow
def test_everything_works_with_iam_enforced(strict: Stack) -> None:
    limited = {"kind": "rate_limit", "times": 1, "retryAfter": 1}
    lossy = {"kind": "timeout_after_write", "times": 1}
    steps = [slack(strict.connection("slack", limited)), slack(strict.connection("slack", lossy))]
    with strict.socket() as socket:
        assert say(socket, action="agent:subscribe", agentId="content")["event"] == "subscribed"
        run_id = strict.start(*steps, sms(strict.connection("sms")))
        heard = hear(socket, {"agent:completed", "agent:failed"})
    assert heard[-1]["event"] == "agent:completed", heard[-1]
    assert strict.wait(run_id)["metrics"]["waits"] == 1
    slow = {"kind": "rate_limit", "times": 1, "retryAfter": 50}
    cancelled = strict.start(slack(strict.connection("slack", slow)))
    strict.wait(cancelled, "waiting_rate_limit")
    assert strict.data("POST", f"/api/runs/{cancelled}/cancel")["cancelled"] is True
    body = {"cronExpression": "0 9 13 * 5", "input": {"brief": "Weekly news."}}
    assert strict.data("POST", "/api/agents/content/schedule", body)["nextRunAt"]
    assert strict.data("GET", "/api/agents/scheduler/status")["scheduledTasksCount"] == 1
    for command in ("pause", "resume"):
        assert strict.data("POST", f"/api/agents/content/schedule/{command}")["id"] == "content"
    assert strict.data("DELETE", "/api/agents/content/schedule")
    waiting = strict.start(slack(strict.connection("slack")), approval={})
    strict.wait(waiting, "waiting_approval")
    strict.data("POST", f"/api/runs/{waiting}/approve")
    assert strict.wait(waiting, "completed")
    again = strict.data("POST", f"/api/runs/{waiting}/replay", {"from": "start"})["runId"]
    strict.wait(again, "waiting_approval")
    strict.data("POST", f"/api/runs/{again}/reject")
    assert strict.wait(again, "cancelled")
    secret = {"kind": "slack", "mode": "sandbox", "credentials": {"botToken": "xoxb-strict-1234"}}
    sealed = strict.data("POST", "/api/connections", secret)["id"]
    assert strict.data("POST", f"/api/connections/{sealed}/test")["ok"] is True
    assert strict.wait(strict.start(slack(sealed)), "completed")
    assert strict.data("DELETE", f"/api/connections/{sealed}")
    large = {"brief": "A long story. " * 280, "keywords": ["k" * 80] * 20, "length": "long"}
    body = {"intent": "generate-draft", "input": large}
    started = strict.data("POST", START[1], body)["runId"]
    assert strict.wait(started, "completed")["output"]["body"]


@pytest.mark.slow
def test_a_role_that_lacks_a_permission_is_refused(strict: Stack) -> None:
    """Without this the test before would prove nothing."""
    iam = strict.aws("iam")
    names = [role["RoleName"] for role in iam.list_roles()["Roles"]]
    role = next(name for name in names if "RunsFunctionRole" in name)
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    granted = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    iam.delete_role_policy(RoleName=role, PolicyName=policy)
    assert strict.request("GET", "/api/runs/run_x").status_code == 500
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(granted))
    assert strict.request("GET", "/api/runs/run_x").status_code == 404


@pytest.fixture(scope="module")
def tokens(built: None) -> Iterator[tuple[Stack, str]]:
    """A stack that accepts the tokens of a Cognito user pool, and one user's token."""
    with EmbeddedAws() as aws:
        plain = Stack("", "", aws.endpoint, {}, "", "")
        cognito = plain.aws("cognito-idp")
        pool = cognito.create_user_pool(
            PoolName="people",
            Schema=[
                {"Name": name, "AttributeDataType": "String", "Mutable": True}
                for name in ("organization", "role")
            ],
        )["UserPool"]["Id"]
        client = cognito.create_user_pool_client(
            UserPoolId=pool,
            ClientName="console",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]
        attributes = {"custom:organization": "token-org", "custom:role": "operator"}
        cognito.admin_create_user(
            UserPoolId=pool,
            Username="ann",
            UserAttributes=[{"Name": k, "Value": v} for k, v in attributes.items()],
        )
        secret = {"UserPoolId": pool, "Username": "ann", "Password": "S3cret-enough!"}
        cognito.admin_set_user_password(**secret, Permanent=True)
        signed = cognito.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ann", "PASSWORD": "S3cret-enough!"},
        )["AuthenticationResult"]["IdToken"]
        outputs = deploy.deploy(
            "neonhub-test",
            aws.endpoint,
            {
                "OidcIssuer": f"https://cognito-idp.us-east-1.amazonaws.com/{pool}",
                "OidcAudience": client,
                "OidcJwksUrl": f"{aws.endpoint}/{pool}/.well-known/jwks.json",
            },
        )
        stack = deployed_to(aws, outputs)
        yield stack, signed
        stack.close()
        plain.close()


@pytest.mark.slow
def test_a_cognito_token_works_and_a_changed_one_does_not(tokens: tuple[Stack, str]) -> None:
    stack, token = tokens
    headers = {"authorization": f"Bearer {token}"}
    assert stack.request("GET", "/api/runs", **headers).status_code == 200
    started = stack.request("POST", "/api/agents/content/runs", DRAFT, **headers)
    assert started.status_code == 202, started.text
    assert error(stack.request("GET", "/api/keys", **headers)) == (403, "FORBIDDEN")
    head, body, signature = token.split(".")
    forged = f"{head}.{body[:-4]}AAAA.{signature}"
    answer = stack.request("GET", "/api/runs", authorization=f"Bearer {forged}")
    assert error(answer) == (401, "UNAUTHENTICATED")
