"""The layers' requirements, exported from the lock file: `python -m local.aws.requirements`."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from local.aws import tools

_NAME = re.compile(r"[A-Za-z0-9._-]+")


LAYERS = {
    "twilio": (),
    # What the others ask for, and the knowledge function never loads: downloads of models, and the
    # library around wordllama's weights.
    "knowledge": ("huggingface-hub", "pydantic", "requests", "safetensors", "toml"),
}
"""The layers beside `deps`, with the packages that are pruned from each."""


def split_layers(deps: str, other: str) -> tuple[str, str]:
    """The requirements of two layers: a package of the first is left out of the second.

    Takes and returns the text of requirements files. Raises `ToolError` when the two pin
    different versions of a package.
    """
    base = {_name(line): line for line in _lines(deps)}
    extra = {_name(line): line for line in _lines(other)}
    if differing := [name for name in extra.keys() & base.keys() if extra[name] != base[name]]:
        message = f"the layers pin different versions of {', '.join(sorted(differing))}"
        raise tools.ToolError(message)
    rest = [line for name, line in extra.items() if name not in base]
    return _text(list(base.values())), _text(rest)


def export(group: str, pruned: Sequence[str] = ()) -> str:
    """The pins of a dependency group as uv exports them, without the pruned packages."""
    return subprocess.run(
        [
            *(tools.TOOLS / "uv/bin/uv", "export", "--frozen", "--quiet", "--only-group", group),
            *("--no-hashes", "--no-emit-project", "--no-header", "--no-annotate"),
            *(f"--prune={name}" for name in pruned),
        ],
        cwd=tools.ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def write_layers(folder: Path) -> None:
    """Write `deps/requirements.txt` and that of each other layer under the folder."""
    base = export("layer-deps")
    for name, pruned in LAYERS.items():
        deps, extra = split_layers(base, export(f"layer-{name}", pruned))
        (folder / "deps/requirements.txt").write_text(deps)
        (folder / name / "requirements.txt").write_text(extra)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]


def _name(line: str) -> str:
    match = _NAME.match(line)
    if match is None:
        message = f"not a requirement: {line}"
        raise tools.ToolError(message)
    return match[0].lower().replace("_", "-")


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    write_layers(tools.ROOT / "layers")
