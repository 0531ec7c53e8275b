"""`sam build` and `sam deploy`, the same for the embedded AWS and for an account of AWS.

`python -m local.aws.deploy [x86_64|arm64]` builds only.
"""

import contextlib
import fcntl
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from local.aws import tools
from local.aws.bytecode import compile_tree
from local.aws.catalog import write_catalog

TEMPLATE = tools.ROOT / "template.yaml"
BUILD_FOLDER = tools.ROOT / ".aws-sam/build"
_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_TAIL_LINES = 40


def build(
    arch: str | None = None, *, template: Path = TEMPLATE, build_folder: Path = BUILD_FOLDER
) -> Path:
    """Build the template's functions and layers with bytecode; returns the built template.

    `arch` is "x86_64" or "arm64" (this machine's when None), handed over as the template's
    parameter `Architecture`. Raises `ToolError`.
    """
    with _exclusive():
        _build(arch or tools.host_architecture(), template, build_folder)
        write_catalog(build_folder)
        compile_tree(build_folder, build_folder.parent / "bytecode")
    return build_folder / "template.yaml"


def _build(arch: str, template: Path, build_folder: Path) -> None:
    _sam(
        "build",
        *("--cached", "--parallel", "--template-file", str(template)),
        *("--build-dir", str(build_folder), "--cache-dir", str(build_folder.parent / "cache")),
        *("--parameter-overrides", f"Architecture={arch}"),
        folder=template.parent,
    )


@contextlib.contextmanager
def _exclusive() -> Iterator[None]:
    """One process at a time builds, or deploys what is built."""
    tools.require(tools.SAM, tools.BUILD_PYTHON)
    with (tools.TOOLS / "sam.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def deploy(
    stack_name: str,
    endpoint: str,
    parameters: Mapping[str, str] | None = None,
    *,
    template: Path = BUILD_FOLDER / "template.yaml",
) -> dict[str, str]:
    """Deploy the built template to the embedded AWS at `endpoint`; returns the stack's outputs.

    `Architecture` defaults to this machine's, the other parameters to the template's defaults.
    Raises `ToolError`.
    """
    values = {"Architecture": tools.host_architecture(), **(parameters or {})}
    with _exclusive():
        _sam(
            "deploy",
            *("--template-file", str(template), "--stack-name", stack_name),
            *("--resolve-s3", "--region", tools.REGION, "--capabilities", *_CAPABILITIES),
            *("--no-confirm-changeset", "--no-progressbar", "--no-fail-on-empty-changeset"),
            *(
                "--parameter-overrides",
                *(f"{name}={_quoted(value)}" for name, value in values.items()),
            ),
            folder=template.parent,
            environment=tools.client_environment(endpoint),
        )
    return stack_outputs(stack_name, endpoint)


def stack_outputs(stack_name: str, endpoint: str) -> dict[str, str]:
    """The outputs of a deployed stack by name; raises `ToolError` when there is no such stack."""
    import boto3
    from botocore.exceptions import ClientError

    client = boto3.client(
        "cloudformation",
        endpoint_url=endpoint,
        region_name=tools.REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 (the emulator's)
    )
    try:
        stack = client.describe_stacks(StackName=stack_name)["Stacks"][0]
    except ClientError as error:
        message = f"there is no stack {stack_name} at {endpoint}"
        raise tools.ToolError(message) from error
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _quoted(value: str) -> str:
    return json.dumps(value) if not value or " " in value else value


def _sam(*arguments: str, folder: Path, environment: Mapping[str, str] | None = None) -> None:
    base = tools.base_environment()
    result = subprocess.run(
        [tools.SAM, *arguments],
        cwd=folder,
        env={
            **base,
            "AWS_DEFAULT_REGION": tools.REGION,
            **(environment or {}),
            # `sam build` runs the pip of the first python3.13 it finds.
            "PATH": f"{tools.BUILD_PYTHON.parent}:{base.get('PATH', '')}",
            # The layers' requirements are complete. What a package asks for beyond them is in the
            # other layer, or was left out on purpose; a second copy may be of another version.
            "PIP_NO_DEPS": "1",
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "0.2",
            "__SAM_CLI_APP_DIR": str(tools.TOOLS / "sam-home"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        message = f"sam {arguments[0]} failed\n{_tail(result.stdout + result.stderr)}"
        raise tools.ToolError(message)


def _tail(text: str) -> str:
    return "\n".join(text.splitlines()[-_TAIL_LINES:])


def main(arguments: Sequence[str]) -> int:
    """Build for the architecture named first; returns the exit status."""
    try:
        template = build(arguments[0] if arguments else None)
    except tools.ToolError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"built {template.relative_to(tools.ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
