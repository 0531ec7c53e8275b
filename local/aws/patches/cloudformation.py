"""Patches of CloudFormation."""

import json
from typing import Any

import yaml
from ministack.services.cloudformation import provisioners

_RECORDED_TYPES = (
    "AWS::ApiGatewayV2::Deployment",
    "AWS::ApiGatewayV2::IntegrationResponse",
    "AWS::ApiGatewayV2::RouteResponse",
    "AWS::Budgets::Budget",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::Logs::QueryDefinition",
    "AWS::ResourceGroups::Group",
    "AWS::S3Vectors::Index",
    "AWS::S3Vectors::VectorBucket",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::WAFv2::WebACLAssociation",
    "AWS::XRay::Group",
    "AWS::XRay::SamplingRule",
)


def unsupported_types() -> None:
    """Resource types without a counterpart are recorded, and do nothing.

    ministack 1.5.33 refuses the whole stack because of one resource type it does not know.
    """
    for kind in _RECORDED_TYPES:
        provisioners._RESOURCE_HANDLERS.setdefault(
            kind, {"create": _create, "update": _update, "delete": _delete}
        )


def yaml_definitions() -> None:
    """A state machine's definition may be YAML, as AWS accepts it.

    ministack 1.5.33 keeps the text and fails each execution because it is not JSON.
    """
    definition_of = provisioners._sfn_definition

    def as_json(properties: Any) -> str:
        definition: str = definition_of(properties)
        if definition.lstrip().startswith("{"):
            return definition
        return json.dumps(yaml.safe_load(definition))

    provisioners._sfn_definition = as_json


def _create(logical_id: str, properties: Any, stack: str) -> tuple[str, dict[str, str]]:  # noqa: ARG001
    return f"{stack}-{logical_id}", {}


def _update(physical_id: str, old: Any, new: Any, stack: str) -> tuple[str, dict[str, str]]:  # noqa: ARG001
    return physical_id, {}


def _delete(physical_id: str, properties: Any) -> None:
    """Nothing was made, so nothing is removed."""
