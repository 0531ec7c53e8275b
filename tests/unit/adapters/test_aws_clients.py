"""Clients are made from less data than botocore's own, and send the same requests."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import DataNotFoundError

from hub.adapters import aws

# One call of each service that the functions use.
CALLS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "apigatewaymanagementapi": ("get_connection", {"ConnectionId": "c"}),
    "bedrock-runtime": ("converse", {"modelId": "m", "messages": []}),
    "dynamodb": ("list_tables", {}),
    "events": ("list_rules", {}),
    "kms": ("list_keys", {}),
    "lambda": ("list_functions", {}),
    "s3": ("head_bucket", {"Bucket": "b"}),
    "s3vectors": ("list_vector_buckets", {}),
    "scheduler": ("list_schedules", {}),
    "secretsmanager": ("list_secrets", {}),
    "stepfunctions": ("list_state_machines", {}),
}
REGIONS = [
    ("us-east-1", "false"),
    ("eu-central-1", "false"),
    ("cn-north-1", "false"),
    ("us-gov-west-1", "true"),
]
"""A region, and whether hosts that meet FIPS 140 are asked for."""


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_USE_FIPS_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    aws.client.cache_clear()
    aws._session.cache_clear()


def ours(service: str) -> BaseClient:
    made: BaseClient = aws.client(service)
    return made


def botocores(service: str) -> BaseClient:
    version = "s3v4" if service == "s3" else None
    config = Config(signature_version=version)
    made: BaseClient = botocore.session.get_session().create_client(service, config=config)
    return made


def sent(client: BaseClient, service: str) -> tuple[str, str]:
    """The URL of a call, and the scope it is signed for, without its date."""
    requests: list[AWSPreparedRequest] = []

    def caught(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        requests.append(request)
        return AWSResponse(request.url, 200, {}, _Body())

    client.meta.events.register("before-send", caught)
    operation, given = CALLS[service]
    getattr(client, operation)(**given)
    (request,) = requests
    found = re.search(rb"Credential=\w+/\d+/([^,]+),", request.headers["Authorization"])
    assert found
    return str(request.url), found[1].decode()


class _Body:
    """An empty answer."""

    def stream(self) -> list[bytes]:
        return [b""]


@pytest.mark.parametrize(("region", "fips"), REGIONS)
@pytest.mark.parametrize("service", CALLS)
def test_a_client_calls_and_signs_as_botocores_own(
    monkeypatch: pytest.MonkeyPatch, service: str, region: str, fips: str
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", fips)
    assert sent(ours(service), service) == sent(botocores(service), service)


@pytest.mark.parametrize(("region", "fips"), REGIONS)
def test_a_link_to_an_object_is_as_botocores_own(
    monkeypatch: pytest.MonkeyPatch, region: str, fips: str
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", fips)
    one, other = (
        client.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"})
        for client in (ours("s3"), botocores("s3"))
    )
    assert parts(one) == parts(other)


def parts(link: str) -> tuple[str, str]:
    """A signed link's host and path, and the scope it is signed for, without its date."""
    url = urlsplit(link)
    scope = parse_qs(url.query)["X-Amz-Credential"][0]
    return f"{url.netloc}{url.path}", scope.split("/", 2)[2]


@pytest.mark.parametrize("service", CALLS)
def test_a_client_knows_the_same_of_itself(monkeypatch: pytest.MonkeyPatch, service: str) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    one, other = ours(service).meta, botocores(service).meta
    assert one.partition == other.partition == "aws"
    assert one.region_name == other.region_name == "eu-central-1"
    assert one.endpoint_url == other.endpoint_url


def test_the_large_table_of_endpoints_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    read: list[str] = []
    files = "botocore.loaders.JSONFileLoader._load_file"
    real = botocore.loaders.JSONFileLoader._load_file

    def watched(self: Any, path: str, opened: Any) -> Any:
        read.append(path)
        return real(self, path, opened)

    monkeypatch.setattr(files, watched)
    ours("dynamodb")
    assert any("partitions" in path for path in read)
    assert not [path for path in read if "endpoints.json" in path]


def test_a_service_that_does_not_exist_has_no_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with pytest.raises(DataNotFoundError):
        ours("nope")
