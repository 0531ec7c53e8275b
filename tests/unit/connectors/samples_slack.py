"""A valid input of each of Slack's actions."""

VALID = {
    "post_message": {"channel": "#launch", "text": "Hello"},
    "list_channels": {"limit": 2},
    "test_connection": {},
}
