"""Patches of Lambda."""

from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.aws.worker import RuntimeClientWorker


def runtime_client() -> None:
    """Python functions run in AWS's runtime client.

    ministack 1.5.33 has a Python worker of its own, which reports every exception as
    `Runtime.HandlerError` (so that Retry and Catch on class names never match), ignores
    `Runtime`, puts layers before the function's code, and leaves `execute-api` URLs pointing
    at AWS.
    """
    worker_class = lambda_runtime._worker_class_for
    execute = lambda_svc._execute_function_warm

    def worker_class_for(config: dict[str, Any]) -> Any:
        return RuntimeClientWorker if _is_python(config) else worker_class(config)

    def execute_warm(function: dict[str, Any], event: Any, request_id: str) -> Any:
        if _is_python(function.get("config") or function):
            return lambda_svc._execute_function_provided_warm(function, event, request_id)
        return execute(function, event, request_id)

    lambda_runtime._worker_class_for = worker_class_for
    lambda_svc._execute_function_warm = execute_warm


def _is_python(config: dict[str, Any]) -> bool:
    return str(config.get("Runtime", "")).startswith("python")
