"""A valid input of each of SMS's actions."""

VALID = {
    "send_sms": {"to": "+4915112345678", "body": "Hello"},
    "get_status": {"sid": "SM" + "0" * 31 + "1"},
    "test_connection": {},
}
