"""HTTP APIs on the embedded AWS behave as on API Gateway."""

from tests.local.cloud import Cloud


def test_the_routes_of_an_openapi_body_answer(patched: Cloud, bare: Cloud) -> None:
    assert patched.get("BodyUrl", "/asked")[0] == 200
    assert bare.get("BodyUrl", "/asked")[0] == 404


def test_an_authorizer_without_identity_source_is_always_asked(patched: Cloud) -> None:
    _, event = patched.get("BodyUrl", "/asked")

    assert event["requestContext"]["authorizer"] == {"lambda": {"source": "asked"}}


def test_an_authorizer_with_an_identity_source_needs_it(patched: Cloud) -> None:
    assert patched.get("BodyUrl", "/with-header")[0] == 401
    assert patched.get("BodyUrl", "/with-header", authorization="any")[0] == 200


def test_the_event_carries_cookies_and_the_stage(patched: Cloud, bare: Cloud) -> None:
    _, event = patched.get("RouteUrl", "/echo", cookie="a=1; b=2")
    _, bare_event = bare.get("RouteUrl", "/echo", cookie="a=1; b=2")

    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/dev/echo"
    assert "cookies" not in bare_event
    assert bare_event["rawPath"] == "/echo"
