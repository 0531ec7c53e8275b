"""What the catalog tells of connectors and agents.

Their JSON Schemas take every model there is, and half a second of a cold start. So the build has
the descriptions written into a file beside this module (`local.aws.catalog`). What is not in it,
as nothing is in the sources and after a bare `sam build`, is described when it is asked.
"""

import json
from functools import cache
from pathlib import Path

from hub.agent_kit.catalog import agent_ids, check_agent, load_agent
from hub.connector_kit.registry import canonical, kinds, load_spec
from hub.domain.model import Json

FILE = Path(__file__).with_suffix(".json")

type Descriptions = dict[str, dict[str, Json]]


def described() -> Descriptions:
    """Every description, by `agents` or `connectors`, then by id: what the build writes."""
    return {
        "agents": {agent_id: load_agent(agent_id).describe() for agent_id in agent_ids()},
        "connectors": {kind: load_spec(kind).describe() for kind in kinds()},
    }


@cache
def _written(file: Path) -> Descriptions:
    if not file.exists():
        return {"agents": {}, "connectors": {}}
    found: Descriptions = json.loads(file.read_text())
    return found


def agent(agent_id: str) -> Json:
    """An agent's description; NotFoundError names the agents there are."""
    check_agent(agent_id)
    return _written(FILE)["agents"].get(agent_id) or load_agent(agent_id).describe()


def connector(kind: str) -> Json:
    """A connector's description; NotFoundError names the kinds there are."""
    name = canonical(kind)
    return _written(FILE)["connectors"].get(name) or load_spec(name).describe()
