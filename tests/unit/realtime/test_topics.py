"""Who receives a run's event."""

import pytest

from hub.domain import events
from hub.domain.run import AgentRun, RunEvent, RunStatus
from realtime.topics import Room, agent_topic, room_topic, run_topic, topics_of
from tests.support import START


def run(organization: str = "acme") -> AgentRun:
    return AgentRun(
        id="run_1",
        agent_id="content",
        organization_id=organization,
        intent="generate-draft",
        objective="test",
        created_at=START,
    )


@pytest.mark.parametrize(
    "event",
    [
        events.started(run(), 1, START),
        events.progressed(run(), 2, START, 50, "half"),
        events.ended(run().ended(RunStatus.FAILED, 3, START)),
    ],
    ids=lambda event: event.event,
)
def test_every_event_of_a_run_goes_to_its_agent_its_run_and_the_agents_room(
    event: RunEvent,
) -> None:
    assert topics_of("acme", event) == (
        "ORG#acme#AGENT#content",
        "ORG#acme#RUN#run_1",
        "ORG#acme#ROOM#agents",
    )


def test_topics_of_two_organizations_have_nothing_in_common() -> None:
    def every(organization: str) -> set[str]:
        rooms = {room_topic(organization, room) for room in Room}
        return rooms | {agent_topic(organization, "content"), run_topic(organization, "run_1")}

    assert len(every("acme")) == 4
    assert every("acme").isdisjoint(every("acme-labs"))


def test_the_scheduler_room_has_its_own_topic() -> None:
    assert room_topic("acme", Room.SCHEDULER) == "ORG#acme#ROOM#scheduler"
