"""DynamoDB streams on the embedded AWS reach their functions as on Lambda."""

import json
import uuid

from tests.local.cloud import Cloud, eventually, run_inside


def test_a_batch_that_keeps_failing_goes_to_its_destination(patched: Cloud, bare: Cloud) -> None:
    for cloud in (bare, patched):
        item = {"pk": {"S": uuid.uuid4().hex}}
        cloud.client("dynamodb").put_item(TableName=cloud.outputs["Streamed"], Item=item)

    rejected = json.loads(eventually(lambda: patched.message("Rejected")))

    assert rejected["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert not bare.message("Rejected")


def test_failures_of_a_stream_follow_the_mapping() -> None:
    assert run_inside("stream_failures.py") == {
        "retries": [["1", "2"], ["1", "2"], ["1", "2"]],
        "bisects": [["1", "2", "3", "4"], ["1", "2"], ["3", "4"], ["3"], ["4"]],
        "checkpoints": [["1", "2", "3"], ["2", "3"]],
        "given up": [["1", "2"], ["4"]],
    }


def test_kept_state_skips_no_new_record() -> None:
    assert run_inside("stream_positions.py") == {"bare": 7, "patched": 0}
