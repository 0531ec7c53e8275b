"""CloudFormation on the embedded AWS takes the template that AWS takes."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.local.cloud import Cloud

QUERY = {
    "Resources": {
        "Query": {
            "Type": "AWS::Logs::QueryDefinition",
            "Properties": {"Name": "errors", "QueryString": "fields @message"},
        }
    }
}


def test_a_type_without_a_counterpart_is_recorded(patched: Cloud, bare: Cloud) -> None:
    assert patched.create_stack("query", json.dumps(QUERY)) == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        bare.create_stack("query", json.dumps(QUERY))
