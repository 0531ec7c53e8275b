"""The WebSocket API: one function for $connect, $disconnect and every message.

Messages are `{"action": "run:subscribe", "runId": …}`; the answer is `{"event": "subscribed",
"data": …}` or `{"event": "error", "data": {"code", "message", "requestId"}}`. API Gateway ends
sockets after two hours and after ten idle minutes: clients send `ping` and, on a new socket,
subscribe again with `since`. An event can arrive twice around a resume; its id tells.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from hub import wiring
from hub.domain.errors import (
    HubError,
    InvalidRequestError,
    UnauthenticatedError,
)
from hub.domain.model import Json, Record, iso
from hub.entrypoint import entrypoint
from hub.observability import logger
from hub.validation import found, parse
from realtime.topics import Room, agent_topic, room_topic, run_topic

LIFETIME = timedelta(hours=2, minutes=10)
"""Longer than API Gateway keeps any socket; then the table forgets what a disconnect did not."""

MAX_RESUMED = 100
"""How many missed events one `since` brings; the answer says if there are more."""

type Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")]


class Message(Record):
    """The base of what clients send."""

    action: str


class AgentMessage(Message):
    """`agent:subscribe`, `agent:unsubscribe`."""

    agent_id: Id


class RunMessage(Message):
    """`run:unsubscribe`."""

    run_id: Id


class RunSubscription(RunMessage):
    """`run:subscribe`; `since` is the id of the last event that the client has, 0 for none."""

    since: int | None = Field(default=None, ge=0)


class RoomMessage(Message):
    """`monitoring:subscribe`, `monitoring:unsubscribe`."""

    room: Room


@dataclass(frozen=True)
class Socket:
    """The socket a message came from, and the organization its credential stands for."""

    id: str
    organization_id: str

    def listen(self, topic: str) -> None:
        """Receive what is published to a topic from now on."""
        wiring.socket_store().subscribe(self.id, topic, _expiry())

    def ignore(self, topic: str) -> None:
        """Receive it no longer."""
        wiring.socket_store().unsubscribe(self.id, topic)


def serve(event: dict[str, Any], _context: Any) -> Json:
    """Answer one event of the WebSocket API.

    The event type decides, not the route key: a message may well name the action `$connect`.
    """
    request = event["requestContext"]
    match request["eventType"]:
        case "CONNECT":
            return _connect(request)
        case "DISCONNECT":
            wiring.socket_store().disconnect(request["connectionId"])
            return {"statusCode": 200}
        case _:
            return _answer_message(request, event.get("body"))


def _connect(request: Mapping[str, Any]) -> Json:
    organization = (request.get("authorizer") or {}).get("organizationId")
    if not organization:
        return {"statusCode": 401}
    wiring.socket_store().connect(request["connectionId"], organization, _expiry())
    return {"statusCode": 200}


def _answer_message(request: Mapping[str, Any], body: str | None) -> Json:
    try:
        message = _read(body)
        name, data = _perform(request["connectionId"], message)
    except HubError as error:
        logger.info("message refused", extra={"code": error.error_code, "error": error.message})
        shown = {"code": error.error_code, "message": error.message}
        name, data = "error", {**shown, "requestId": request.get("requestId", "unknown")}
    return {"statusCode": 200, "body": json.dumps({"event": name, "data": data})}


def _read(body: str | None) -> dict[str, Json]:
    try:
        message = json.loads(body or "")
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict) or message.get("action") not in list(_ACTIONS):
        raise InvalidRequestError(
            'a message is a JSON object such as {"action": "ping"}; '
            f"the actions are {', '.join(_ACTIONS)}"
        )
    return message


def _perform(connection_id: str, message: dict[str, Json]) -> tuple[str, Json]:
    action = _ACTIONS[message["action"]]
    given = parse(action.message, message, "")
    organization = wiring.socket_store().organization(connection_id)
    if organization is None:
        raise UnauthenticatedError("this socket is no longer known; connect again")
    data = action.perform(Socket(connection_id, organization), given)
    return action.answer, {"action": given.action, **data}


def _subscribe_agent(socket: Socket, given: AgentMessage) -> dict[str, Json]:
    from hub.agent_kit.catalog import check_agent

    check_agent(given.agent_id)
    socket.listen(agent_topic(socket.organization_id, given.agent_id))
    return {"agentId": given.agent_id}


def _unsubscribe_agent(socket: Socket, given: AgentMessage) -> dict[str, Json]:
    socket.ignore(agent_topic(socket.organization_id, given.agent_id))
    return {"agentId": given.agent_id}


def _subscribe_run(socket: Socket, given: RunSubscription) -> dict[str, Json]:
    """Listen first and send what was missed then: so no event falls in between."""
    run = found(wiring.runs().get(socket.organization_id, given.run_id), "run", given.run_id)
    socket.listen(run_topic(socket.organization_id, given.run_id))
    missed = {} if given.since is None else _resume(socket, given.run_id, given.since)
    return {"runId": run.id, "status": run.status, **missed}


def _resume(socket: Socket, run_id: str, since: int) -> dict[str, Json]:
    """Send the events after `since`. With `more`, subscribe again with since=`lastEventId`."""
    limit = MAX_RESUMED + 1
    events = wiring.runs().events(socket.organization_id, run_id, since, limit)
    last = since
    for event in events[:MAX_RESUMED]:
        if not wiring.sockets().send(socket.id, event.to_json()):
            wiring.socket_store().disconnect(socket.id)
            break
        last = event.id
    more = {"more": True} if len(events) > MAX_RESUMED else {}
    return {"resumedFrom": since, "lastEventId": last, **more}


def _unsubscribe_run(socket: Socket, given: RunMessage) -> dict[str, Json]:
    socket.ignore(run_topic(socket.organization_id, given.run_id))
    return {"runId": given.run_id}


def _subscribe_room(socket: Socket, given: RoomMessage) -> dict[str, Json]:
    socket.listen(room_topic(socket.organization_id, given.room))
    return {"room": given.room}


def _unsubscribe_room(socket: Socket, given: RoomMessage) -> dict[str, Json]:
    socket.ignore(room_topic(socket.organization_id, given.room))
    return {"room": given.room}


def _ping(_socket: Socket, _given: Message) -> dict[str, Json]:
    return {"timestamp": iso(wiring.clock().now())}


def _expiry() -> int:
    return int((wiring.clock().now() + LIFETIME).timestamp())


@dataclass(frozen=True)
class _Action:
    message: type[Message]
    perform: Callable[[Socket, Any], dict[str, Json]]
    answer: str


_ACTIONS = {
    "agent:subscribe": _Action(AgentMessage, _subscribe_agent, "subscribed"),
    "agent:unsubscribe": _Action(AgentMessage, _unsubscribe_agent, "unsubscribed"),
    "run:subscribe": _Action(RunSubscription, _subscribe_run, "subscribed"),
    "run:unsubscribe": _Action(RunMessage, _unsubscribe_run, "unsubscribed"),
    "monitoring:subscribe": _Action(RoomMessage, _subscribe_room, "subscribed"),
    "monitoring:unsubscribe": _Action(RoomMessage, _unsubscribe_room, "unsubscribed"),
    "ping": _Action(Message, _ping, "pong"),
}

handler = entrypoint(task=serve)
