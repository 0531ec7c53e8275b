"""What sockets can listen to. A topic begins with its organization, so no other can listen in."""

from enum import StrEnum

from hub.domain.run import RunEvent


class Room(StrEnum):
    """Topics that span an organization: the events of all its agents, and of its schedules."""

    AGENTS = "agents"
    SCHEDULER = "scheduler"


def agent_topic(organization_id: str, agent_id: str) -> str:
    """Everything that the runs of one agent do."""
    return f"ORG#{organization_id}#AGENT#{agent_id}"


def run_topic(organization_id: str, run_id: str) -> str:
    """Everything that one run does."""
    return f"ORG#{organization_id}#RUN#{run_id}"


def room_topic(organization_id: str, room: Room) -> str:
    """Everything that happens in a room."""
    return f"ORG#{organization_id}#ROOM#{room}"


def topics_of(organization_id: str, event: RunEvent) -> tuple[str, ...]:
    """The topics whose listeners receive a run's event."""
    return (
        agent_topic(organization_id, event.data["agentId"]),
        run_topic(organization_id, event.data["runId"]),
        room_topic(organization_id, Room.AGENTS),
    )
