"""Which agents there are, and which of them an intent belongs to."""

from importlib import import_module
from typing import NoReturn

from hub.agent_kit.spec import AgentSpec
from hub.discovery import folders
from hub.domain.errors import InvalidRequestError, NotFoundError


def agent_ids() -> list[str]:
    """The ids of all agents."""
    return folders("agents", "plan")


def check_agent(agent_id: str) -> None:
    """NotFoundError, naming the agents there are, unless there is this one. Imports none."""
    known = agent_ids()
    if agent_id not in known:
        raise NotFoundError(
            f"there is no agent {agent_id!r}; there are {', '.join(known)}",
            code="AGENT_NOT_REGISTERED",
            details={"agents": known},
        )


def load_agent(agent_id: str) -> AgentSpec:
    """An agent by id; NotFoundError names the ones there are."""
    check_agent(agent_id)
    spec: AgentSpec = import_module(f"agents.{agent_id}.plan").AGENT
    return spec


def agents() -> list[AgentSpec]:
    """All agents."""
    return [load_agent(agent_id) for agent_id in agent_ids()]


def owner_of(intent: str) -> AgentSpec | None:
    """The agent that has an intent, if any does."""
    return next((agent for agent in agents() if any(i.name == intent for i in agent.intents)), None)


def resolve(agent_id: str | None, intent: str) -> AgentSpec:
    """The agent for an intent. An agent that does not have it is told which one does."""
    agent = load_agent(agent_id) if agent_id is not None else None
    if agent and any(known.name == intent for known in agent.intents):
        return agent
    owner = owner_of(intent)
    if agent is None:
        return owner or _nobody(intent)
    if owner is None:
        agent.intent(intent)
    raise InvalidRequestError(
        f"the intent {intent!r} belongs to the agent {owner and owner.id!r}, not {agent.id!r}",
        code="INTENT_AGENT_MISMATCH",
        details={"agent": owner and owner.id},
    )


def _nobody(intent: str) -> NoReturn:
    known = sorted(i.name for agent in agents() for i in agent.intents)
    raise InvalidRequestError(
        f"no agent has the intent {intent!r}; there are {', '.join(known)}",
        code="UNSUPPORTED_INTENT",
        details={"intents": known},
    )
