"""IAM on the embedded AWS is checked on the resources AWS checks it on."""

from tests.local.cloud import run_inside


def test_a_schedule_is_checked_in_its_own_group() -> None:
    assert run_inside("schedule_groups.py") == {
        "in the body": "schedule/mine/a",
        "in the query": "schedule/mine/a",
        "none": "schedule/default/a",
        "a group": "schedule-group/mine",
    }
    bare = run_inside("schedule_groups.py", "schedule_groups")
    assert bare["in the body"] == bare["in the query"] == "schedule/default/a"
