"""Python functions on the embedded AWS behave as on Lambda."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

from tests.local.cloud import Cloud


def test_an_exception_keeps_the_name_of_its_class(patched: Cloud, bare: Cloud) -> None:
    event = {"raise": "busy"}

    answer = patched.invoke(**event)

    assert (answer["errorType"], answer["errorMessage"]) == ("RateLimited", "busy")
    assert answer["stackTrace"]
    assert bare.invoke(**event)["errorType"] == "Runtime.HandlerError"


def test_a_url_of_an_api_in_the_environment_becomes_local(patched: Cloud, bare: Cloud) -> None:
    assert patched.invoke(env="SOCKET_URL") == patched.outputs["OpenUrl"]
    assert "amazonaws.com" in bare.invoke(env="SOCKET_URL")


def test_a_function_past_its_timeout_ends_in_an_error_and_answers_again(patched: Cloud) -> None:
    assert patched.invoke(sleep=5)["errorType"] == "Sandbox.Timedout"
    assert patched.invoke(marker="again") == {"marker": "again"}


def test_a_state_machine_sees_the_timeout_of_a_function(patched: Cloud) -> None:
    assert patched.result(patched.start("Sleeping", {}))["error"] == "Sandbox.Timedout"


def test_sixteen_invocations_run_at_once(patched: Cloud) -> None:
    function = patched.client("lambda")
    name = patched.outputs["Function"]
    patched.client("lambda").update_function_configuration(FunctionName=name, Timeout=30)

    def call(number: int) -> int:
        answer = function.invoke(FunctionName=name, Payload=f'{{"marker": "{number}"}}')
        return int(answer["StatusCode"]) if "FunctionError" not in answer else 0

    try:
        with ThreadPoolExecutor(16) as pool:
            assert list(pool.map(call, range(16))) == [200] * 16
    finally:
        patched.client("lambda").update_function_configuration(FunctionName=name, Timeout=1)


def test_the_code_comes_before_the_layers(patched: Cloud, bare: Cloud) -> None:
    assert _which_module_wins(patched) == "code layer"
    assert _which_module_wins(bare) == "layer layer"


def _which_module_wins(cloud: Cloud) -> str:
    functions = cloud.client("lambda")
    layer = functions.publish_layer_version(
        LayerName="layer",
        Content={
            "ZipFile": _archive(
                {"python/shadowed.py": "name = 'layer'", "python/added.py": "name = 'layer'"}
            )
        },
    )
    handler = "import added, shadowed\ndef handler(event, context):\n"
    handler += "    return f'{shadowed.name} {added.name}'\n"
    functions.create_function(
        FunctionName="layered",
        Runtime="python3.13",
        Handler="index.handler",
        Role=cloud.outputs["Role"],
        Timeout=10,
        Layers=[layer["LayerVersionArn"]],
        Code={"ZipFile": _archive({"index.py": handler, "shadowed.py": "name = 'code'"})},
    )
    answer = functions.invoke(FunctionName="layered", Payload="{}")["Payload"].read().decode()
    functions.delete_function(FunctionName="layered")
    return str(answer).strip('"')


def _archive(files: dict[str, str]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        for name, text in files.items():
            writer.writestr(name, text)
    return archive.getvalue()
