"""Publishing: the shorthand becomes the platform's own action, and nothing that was not asked."""

import json
from pathlib import Path
from typing import Any

import pytest

from agents.social.plan import AGENT
from agents.social.publishing import ACTIONS, SocialPlatform
from hub.agent_kit.normalize import normalize_input
from hub.agent_kit.spec import Call
from hub.connector_kit.registry import load_spec
from hub.domain.errors import InvalidRequestError
from tests.unit.agents.social_world import TOPIC, World

EVENTS = Path(__file__).parents[3] / "events"
IMAGE = "https://cdn.example.com/tea.JPG?size=2"
VIDEO_KEY = "uploads/up_1/tea.mp4"
LINK = "https://example.com/tea"

# What to publish, what is given with it, and what the step's input must have beside the text.
CASES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"platform": "x"}, {}, {}),
    (
        {"platform": "x", "target": {"mediaIds": ["1", "2"]}},
        {"mediaUrl": IMAGE},
        {"mediaIds": ["1", "2"]},
    ),
    (
        {"platform": "x"},
        {"mediaUrl": IMAGE, "altText": "Tea"},
        {"media": [{"media": {"url": IMAGE}, "altText": "Tea"}]},
    ),
    ({"platform": "linkedin"}, {}, {}),
    (
        {
            "platform": "linkedin",
            "target": {"author": "urn:li:organization:7", "images": ["urn:li:image:C4"]},
        },
        {"mediaUrl": IMAGE, "altText": "Tea"},
        {
            "author": "urn:li:organization:7",
            "images": [{"id": "urn:li:image:C4", "altText": "Tea"}],
        },
    ),
    (
        {"platform": "linkedin"},
        {"mediaUrl": IMAGE, "altText": "Tea"},
        {"images": [{"media": {"url": IMAGE}, "altText": "Tea"}]},
    ),
    (
        {"platform": "linkedin"},
        {"objectKey": VIDEO_KEY},
        {"video": {"media": {"objectKey": VIDEO_KEY}}},
    ),
    (
        {"platform": "instagram"},
        {"mediaUrl": IMAGE, "altText": "Tea"},
        {"image": {"url": IMAGE}, "altText": "Tea"},
    ),
    (
        {"platform": "instagram"},
        {"objectKey": VIDEO_KEY, "altText": "Tea"},
        {"reel": {"objectKey": VIDEO_KEY}},
    ),
    (
        {"platform": "instagram"},
        {"mediaUrl": "https://cdn.example.com/1", "mediaType": "video"},
        {"reel": {"url": "https://cdn.example.com/1"}},
    ),
    ({"platform": "facebook"}, {"link": LINK}, {"link": LINK}),
    (
        {"platform": "facebook"},
        {"mediaUrl": IMAGE, "altText": "Tea", "link": LINK},
        {"photos": [{"media": {"url": IMAGE}, "altText": "Tea"}]},
    ),
    (
        {"platform": "facebook"},
        {"objectKey": VIDEO_KEY},
        {"video": {"media": {"objectKey": VIDEO_KEY}}},
    ),
    (
        {
            "platform": "reddit",
            "target": {"subreddit": "tea", "flairId": "0e3b1c4a-0000-4000-8000-000000000000"},
        },
        {},
        {
            "subreddit": "tea",
            "title": "Our new green tea is here",
            "flairId": "0e3b1c4a-0000-4000-8000-000000000000",
        },
    ),
    ({"platform": "tiktok"}, {"mediaUrl": IMAGE}, {"images": [{"url": IMAGE}]}),
    (
        {"platform": "tiktok", "target": {"privacyLevel": "SELF_ONLY"}},
        {"objectKey": VIDEO_KEY},
        {"media": {"objectKey": VIDEO_KEY}, "privacyLevel": "SELF_ONLY"},
    ),
    ({"platform": "slack", "target": {"channel": "#launch"}}, {}, {"channel": "#launch"}),
    (
        {"platform": "slack", "target": {"channel": "C0LAUNCH"}},
        {"objectKey": VIDEO_KEY, "altText": "Tea"},
        {"channel": "C0LAUNCH", "media": {"objectKey": VIDEO_KEY}, "altText": "Tea"},
    ),
    ({"platform": "discord", "target": {"channel": "123"}}, {}, {"channelId": "123"}),
    (
        {"platform": "discord", "target": {"channel": "123"}},
        {"mediaUrl": IMAGE},
        {"channelId": "123", "embeds": [{"image": {"url": IMAGE}}]},
    ),
]
TEXT_FIELDS = {
    "instagram.publish_post": "caption",
    "facebook.create_post": "message",
    "discord.send_message": "content",
    "tiktok.publish_photos": "description",
    "tiktok.publish_video": "caption",
    "slack.upload_file": "initialComment",
}


def plan_of(publication: dict[str, Any], **given: Any) -> Any:
    platform = publication["platform"]
    asked = {"topic": TOPIC, "platforms": [platform], "publish": [publication], **given}
    return World().plan("generate-post", **asked)


def test_every_action_is_one_that_its_connector_has() -> None:
    for platform, action in ACTIONS.items():
        assert load_spec(platform).action(action).id == action


@pytest.mark.parametrize(("publication", "given", "body"), CASES)
def test_a_publication_is_the_input_of_the_platforms_action(
    publication: dict[str, Any], given: dict[str, Any], body: dict[str, Any]
) -> None:
    plan = plan_of(publication, **given)
    (step,) = plan.steps
    platform = publication["platform"]
    text = TEXT_FIELDS.get(step.name, "text")
    assert (step.connector, step.name) == (platform, f"{platform}.{step.action}")
    assert step.payload == {**body, text: plan.output.posts[0].text}
    # The connector's own model takes it as it is: names, patterns and what fits together.
    load_spec(platform).action(step.action).input.model_validate(step.payload)


def test_every_platform_can_be_published_to_and_is_tried() -> None:
    tried = {publication["platform"] for publication, _, _ in CASES}
    assert tried == set(ACTIONS) == set(SocialPlatform.__args__)


@pytest.mark.parametrize(
    ("publication", "given", "action"),
    [
        ({"platform": "tiktok"}, {"mediaUrl": IMAGE}, "publish_photos"),
        ({"platform": "tiktok"}, {"objectKey": VIDEO_KEY}, "publish_video"),
        ({"platform": "slack", "target": {"channel": "C1"}}, {"mediaUrl": IMAGE}, "upload_file"),
        ({"platform": "slack", "target": {"channel": "#a"}}, {"mediaUrl": IMAGE}, "post_message"),
        ({"platform": "slack", "target": {"channel": "C1"}}, {}, "post_message"),
    ],
)
def test_the_media_decides_what_publishes(
    publication: dict[str, Any], given: dict[str, Any], action: str
) -> None:
    (step,) = plan_of(publication, **given).steps
    assert step.action == action


def test_a_slack_message_cannot_notify_everybody() -> None:
    plan = plan_of(
        {"platform": "slack", "target": {"channel": "#a"}}, topic="Tea & more for <!channel>"
    )
    assert "<!channel>" in plan.output.posts[0].text
    assert "Tea &amp; more for &lt;!channel&gt;" in plan.steps[0].payload["text"]


def test_publications_wait_for_their_time_and_not_for_each_other() -> None:
    at = "2026-03-06T08:00:00+01:00"
    plan = World().plan(
        "generate-post",
        topic=TOPIC,
        platforms=["x", "linkedin"],
        publish=[
            {"platform": "x", "connectionId": "con_x", "at": at},
            {"platform": "linkedin"},
        ],
        deliver=[
            {"connector": "slack", "action": "post_message", "input": {"text": "{{linkedin}}"}}
        ],
    )
    assert [step.id for step in plan.steps] == ["step_1", "step_2", "step_3"]
    assert plan.steps[0].to_json()["notBefore"] == "2026-03-06T07:00:00.000Z"
    assert plan.steps[0].connection_id == "con_x"
    assert plan.steps[1].not_before is None
    assert plan.steps[2].payload["text"] == plan.output.posts[1].text  # type: ignore[attr-defined]
    assert plan.ordered is False


def test_deliveries_alone_are_done_in_order() -> None:
    call = {"connector": "slack", "action": "post_message", "input": {"text": "{{text}}"}}
    plan = World().plan("generate-post", topic=TOPIC, platforms=["x"], deliver=[call])
    assert plan.ordered is True
    assert plan.steps[0].payload["text"] == plan.output.posts[0].text  # type: ignore[attr-defined]


def test_a_plan_may_make_the_calls_of_publish_and_deliver_and_no_other() -> None:
    given = normalize_input(
        AGENT.intent("generate-post"),
        {
            "topic": TOPIC,
            "platforms": ["x"],
            "publish": [{"platform": "x", "connectionId": "con_x"}],
            "deliver": [{"connector": "gmail", "action": "send_email", "input": {}}],
        },
    )
    assert given.allowed_calls() == {
        Call("x", "post_tweet", "con_x"),
        Call("gmail", "send_email", None),
    }


@pytest.mark.parametrize(
    ("publication", "given", "reason"),
    [
        ({"platform": "tiktok"}, {"mediaUrl": "https://cdn.example.com/1"}, "mediaType: say"),
        (
            {"platform": "tiktok", "target": {"privacyLevel": "PUBLIC"}},
            {"mediaUrl": IMAGE},
            "target.privacyLevel",
        ),
        ({"platform": "slack"}, {}, "publish.0.target.channel: slack needs it"),
        ({"platform": "reddit"}, {}, "publish.0.target.subreddit"),
        ({"platform": "discord", "target": {"channel": "#general"}}, {}, "digits only"),
        ({"platform": "x", "target": {"channel": "#a"}}, {}, "target: x takes no channel"),
        ({"platform": "slack", "target": {"channel": "a", "mediaIds": ["1"]}}, {}, "no mediaIds"),
        ({"platform": "reddit", "target": {"subreddit": "r/tea"}}, {}, "target.subreddit"),
        ({"platform": "instagram"}, {"mediaUrl": "https://cdn.example.com/1"}, "mediaType: say"),
        ({"platform": "x", "at": "2026-03-06T08:00:00"}, {}, "publish.0.at"),
    ],
)
def test_what_can_never_be_published_is_refused_at_the_start(
    publication: dict[str, Any], given: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        plan_of(publication, **given)
    assert reason in refused.value.message


@pytest.mark.parametrize(
    ("publication", "hint"),
    [
        ({"platform": "slack", "target": {"channel": "#a"}}, "by its id"),
        ({"platform": "reddit", "target": {"subreddit": "tea"}}, "texts and links"),
    ],
)
def test_media_that_will_not_be_attached_is_warned_about(
    publication: dict[str, Any], hint: str
) -> None:
    (post,) = plan_of(publication, mediaUrl=IMAGE, altText="Tea").output.posts
    assert any("not attached" in warning and hint in warning for warning in post.warnings)


@pytest.mark.parametrize("platform", ["x", "linkedin", "instagram", "facebook", "tiktok"])
def test_media_that_is_attached_is_not_warned_about(platform: str) -> None:
    (post,) = plan_of({"platform": platform}, mediaUrl=IMAGE, altText="Tea").output.posts
    assert post.warnings == ()


def test_the_sample_payloads_are_inputs_that_plan() -> None:
    start = json.loads((EVENTS / "agent-social-start.json").read_text())
    asked = json.loads(start["body"])
    assert start["rawPath"] == "/api/agents/social/runs"
    plan = World().plan(asked["intent"], **asked["input"])
    assert [step.name for step in plan.steps] == ["x.post_tweet", "slack.post_message"]
    task = json.loads((EVENTS / "agent-social-plan.json").read_text())
    assert (task["task"], task["organizationId"]) == ("plan", "acme")
