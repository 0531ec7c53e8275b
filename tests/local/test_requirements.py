"""The layers' requirements are disjoint, and agree."""

import pytest

from local.aws import tools
from local.aws.requirements import LAYERS, split_layers
from local.aws.tools import ToolError


def test_a_package_of_the_first_layer_is_left_out_of_the_second() -> None:
    deps, twilio = split_layers("# by uv\nhttpx==1\nidna==3\n", "idna==3\ntwilio==9\n")

    assert (deps, twilio) == ("httpx==1\nidna==3\n", "twilio==9\n")


@pytest.mark.parametrize("name", ["typing_extensions", "Typing-Extensions"])
def test_differing_pins_are_refused(name: str) -> None:
    with pytest.raises(ToolError, match="typing-extensions"):
        split_layers("typing-extensions==4\n", f"{name}==5\n")


@pytest.mark.parametrize("layer", ["deps", *LAYERS])
def test_the_exported_files_carry_pins_only(layer: str) -> None:
    lines = (tools.ROOT / f"layers/{layer}/requirements.txt").read_text().splitlines()

    assert lines
    assert all("==" in line and not line.startswith("#") for line in lines)


def test_what_is_pruned_is_in_no_layer_of_its_own() -> None:
    for layer, pruned in LAYERS.items():
        lines = (tools.ROOT / f"layers/{layer}/requirements.txt").read_text().splitlines()
        assert not {line.partition("==")[0] for line in lines} & set(pruned)
