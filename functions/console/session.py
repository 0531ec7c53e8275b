"""Who a credential stands for: what the console shows of whoever has signed in."""

from typing import Any

from hub.domain.principal import Role
from hub.http import Api, reply
from hub.settings import Settings, load

api = Api()


@api.get("/console/session", role=Role.VIEWER)
def show_session() -> Any:
    """The caller's organization, role and name, and the stage; never the credential itself."""
    told = {**api.principal.to_json(), "stage": load(Settings).stage}
    return reply(told, Cache_Control="no-store")
