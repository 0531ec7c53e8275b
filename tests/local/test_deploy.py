"""`sam build` and `sam deploy` to an embedded AWS that enforces the functions' roles."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.aws.bytecode import compile_tree
from local.aws.deploy import build, deploy, stack_outputs
from local.aws.process import EmbeddedAws
from local.aws.tools import ToolError
from tests.local.cloud import Cloud

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    app = tmp_path_factory.mktemp("sam") / "app"
    shutil.copytree(HERE / "sam_app", app)
    return build(template=app / "template.yaml", build_folder=app / ".aws-sam/build")


@pytest.fixture(scope="module")
def strict(built: Path) -> Iterator[Cloud]:
    with EmbeddedAws(enforce_iam=True) as aws:
        parameters = {"Greeting": "good day"}
        yield Cloud(aws, deploy("strict", aws.endpoint, parameters, template=built))


def _invoke(cloud: Cloud, action: str) -> Any:
    answer = cloud.client("lambda").invoke(
        FunctionName=cloud.outputs["Function"], Payload=json.dumps({"do": action})
    )
    return json.loads(answer["Payload"].read())


def test_what_is_built_carries_bytecode_of_the_portable_kind(built: Path) -> None:
    bytecode = next(built.parent.rglob("writer.cpython-313.pyc")).read_bytes()

    # PEP 552: the flags of an unchecked hash.
    assert int.from_bytes(bytecode[4:8], "little") == 0b01


def test_unchanged_sources_are_not_compiled_again(tmp_path: Path) -> None:
    source = tmp_path / "code/module.py"
    source.parent.mkdir()
    source.write_text("answer = 42")
    (tmp_path / "code/broken.py").write_text("this is no Python")
    cache = tmp_path / "cache"

    assert compile_tree(source.parent, cache) == 2
    shutil.rmtree(tmp_path / "code/__pycache__")

    assert compile_tree(source.parent, cache) == 1  # what does not compile is tried each time
    assert [path.name for path in source.parent.rglob("*.pyc")] == ["module.cpython-313.pyc"]


def test_a_parameter_reaches_the_function(strict: Cloud) -> None:
    assert _invoke(strict, "write") == "good day"


def test_the_functions_role_is_enforced(strict: Cloud) -> None:
    assert "AccessDenied" in _invoke(strict, "read")["errorMessage"]


def test_outputs_of_no_stack_are_an_error(strict: Cloud) -> None:
    with pytest.raises(ToolError, match="no stack missing"):
        stack_outputs("missing", strict.aws.endpoint)


def test_a_failed_deploy_says_why(strict: Cloud, tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text("Resources: {Odd: {Type: 'AWS::No::Such'}}")

    with pytest.raises(ToolError, match="AWS::No::Such"):
        deploy("odd", strict.aws.endpoint, template=tmp_path / "template.yaml")
