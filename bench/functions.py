"""The deployed functions, and what each needs to run outside the embedded AWS."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.stack import BUILD, NAME, Stack
from local.aws import tools
from local.aws.urls import local_url


@dataclass(frozen=True)
class Function:
    """A function of the stack: its short name, code, layers and environment."""

    name: str
    handler: str
    code: Path
    layers: tuple[Path, ...]
    variables: Mapping[str, str]
    zipped: int

    def environment(self, endpoint: str, **more: str) -> dict[str, str]:
        """Its environment as Lambda gives it, with AWS at `endpoint`."""
        return {
            **tools.base_environment(),
            **tools.client_environment(endpoint),
            **self.variables,
            **runtime_variables(self.name, self.handler, self.code, self.layers),
            **more,
        }


def runtime_variables(
    name: str, handler: str, code: Path, layers: tuple[Path, ...]
) -> dict[str, str]:
    """What the Lambda service itself puts in a function's environment."""
    return {
        "_HANDLER": handler,
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "LAMBDA_TASK_ROOT": str(code),
        "PYTHONPATH": ":".join([str(code), *(str(layer / "python") for layer in layers)]),
        # Lambda's code is read-only: what has no bytecode is compiled at each cold start.
        "PYTHONDONTWRITEBYTECODE": "1",
        "TZ": ":UTC",
    }


def functions(stack: Stack) -> dict[str, Function]:
    """The stack's functions by short name, for example `agent-content`."""
    pages = stack.aws("lambda").get_paginator("list_functions").paginate()
    configs = [config for page in pages for config in page["Functions"]]
    folders = _code_folders(stack)
    found = [
        _function(config, folders[config["FunctionName"]], stack.endpoint)
        for config in configs
        if config["FunctionName"] in folders
    ]
    return {function.name: function for function in sorted(found, key=lambda f: f.name)}


def _function(config: Mapping[str, Any], code: Path, endpoint: str) -> Function:
    variables = (config.get("Environment") or {}).get("Variables") or {}
    return Function(
        name=config["FunctionName"].removeprefix(f"{NAME}-"),
        handler=config["Handler"],
        code=code,
        layers=tuple(BUILD / _layer_name(layer["Arn"]) for layer in config.get("Layers") or ()),
        variables={name: local_url(value, endpoint) for name, value in variables.items()},
        zipped=config["CodeSize"],
    )


def layer_sizes(stack: Stack) -> dict[str, int]:
    """The size of each layer's archive in bytes, by the layer's name."""
    pages = stack.aws("lambda").get_paginator("list_functions").paginate()
    layers = [
        layer
        for page in pages
        for config in page["Functions"]
        for layer in config.get("Layers") or ()
    ]
    return {_layer_name(layer["Arn"]): layer["CodeSize"] for layer in layers}


def _code_folders(stack: Stack) -> dict[str, Path]:
    """Each function's build folder, which is named after its logical id."""
    resources = stack.aws("cloudformation").describe_stack_resources(StackName=NAME)
    return {
        resource["PhysicalResourceId"].rsplit(":", 1)[-1]: BUILD / resource["LogicalResourceId"]
        for resource in resources["StackResources"]
        if resource["ResourceType"] == "AWS::Lambda::Function"
    }


def _layer_name(arn: str) -> str:
    # arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION; SAM names a layer by its logical id.
    return arn.split(":")[6]
