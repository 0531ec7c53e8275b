"""Who is calling: the organization and role a credential stands for."""

from enum import StrEnum

from hub.domain.errors import ForbiddenError
from hub.domain.model import Instant, Record


class Role(StrEnum):
    """What a credential may do; each role includes those before it."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Principal(Record):
    """The caller of a request. The organization comes from the credential and nowhere else."""

    organization_id: str
    role: Role
    subject: str

    def require(self, role: Role) -> None:
        """Raise ForbiddenError unless the caller has at least this role."""
        if not self.role.includes(role):
            raise ForbiddenError(
                f"this needs the role {role}; the credential you sent has the role {self.role}. "
                "Ask an admin of your organization for a key with that role."
            )


class ApiKey(Record):
    """An API key as stored: never the secret, only its SHA-256."""

    id: str
    organization_id: str
    role: Role
    name: str
    secret_sha256: str
    created_at: Instant
    expires_at: Instant | None = None
    revoked_at: Instant | None = None
