"""KeyStore over one DynamoDB table.

A key is the item `KEY#<id>` / `KEY`, because a caller presents the id before anybody knows the
organization. The index `byOrganization` (`ORG#<organization>`) lists an organization's keys.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from hub.adapters.aws import error_code
from hub.adapters.dynamo import from_item, to_item
from hub.domain.errors import ConflictError
from hub.domain.model import Json, iso
from hub.domain.principal import ApiKey

_REFUSED = "ConditionalCheckFailedException"
_FIELDS = frozenset(field.alias or name for name, field in ApiKey.model_fields.items())


class DynamoKeyStore:
    """Keeps API keys in DynamoDB."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, key: ApiKey) -> None:
        """Store a new key; ConflictError if its id is taken, so no key can replace another."""
        organization = f"ORG#{key.organization_id}"
        item = {**key.to_json(), **_key(key.id), "byOrganization": organization}
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_item(item),
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if error_code(error) != _REFUSED:
                raise
            raise ConflictError(f"the key id {key.id} is taken; create the key again") from None

    def get(self, key_id: str) -> ApiKey | None:
        """A key as it is now (read consistently, so a revoked key is refused at once), or None."""
        answer = self._client.get_item(
            TableName=self._table, Key=to_item(_key(key_id)), ConsistentRead=True
        )
        item = answer.get("Item")
        return _key_of(item) if item else None

    def list(self, organization_id: str) -> Sequence[ApiKey]:
        """An organization's keys, oldest first. The index may lag by a moment."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="byOrganization",
            KeyConditionExpression="byOrganization = :organization",
            ExpressionAttributeValues=to_item({":organization": f"ORG#{organization_id}"}),
        )
        keys = [_key_of(item) for page in pages for item in page["Items"]]
        return sorted(keys, key=lambda key: (key.created_at, key.id))

    def revoke(self, organization_id: str, key_id: str, at: datetime) -> bool:
        """Refuse a key from now on; the first revocation's time stays.

        False if the organization has no such key.
        """
        values = {":at": iso(at), ":organization": organization_id}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=to_item(_key(key_id)),
                UpdateExpression="SET revokedAt = if_not_exists(revokedAt, :at)",
                ConditionExpression="organizationId = :organization",
                ExpressionAttributeValues=to_item(values),
            )
        except ClientError as error:
            if error_code(error) != _REFUSED:
                raise
            return False
        return True


def _key(key_id: str) -> dict[str, Json]:
    return {"pk": f"KEY#{key_id}", "sk": "KEY"}


def _key_of(item: dict[str, Any]) -> ApiKey:
    document = from_item(item)
    return ApiKey.model_validate({k: v for k, v in document.items() if k in _FIELDS})
