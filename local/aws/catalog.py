"""The descriptions that the catalog's function answers, made when it is built.

`python -m local.aws.catalog FILE` writes those of the code on the path.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from local.aws import tools

FUNCTION = "CatalogFunction"


def write_catalog(build_folder: Path) -> Path | None:
    """Have the built catalog describe what was built with it; returns the file.

    None if what was built has no catalog. Raises `ToolError` if the code cannot be loaded.
    """
    code = build_folder / FUNCTION
    if not code.exists():
        return None
    file = code / "api/catalog_data.json"
    result = subprocess.run(
        [sys.executable, "-m", "local.aws.catalog", file],
        cwd=tools.ROOT,
        env={
            **tools.base_environment(),
            "PYTHONPATH": str(code),
            # Bytecode of the right kind comes later.
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        message = f"the catalog of {build_folder.name} could not be written\n{result.stderr}"
        raise tools.ToolError(message)
    return file


def main(arguments: Sequence[str]) -> None:
    """Write the descriptions into the file named first."""
    from api.catalog_data import described

    Path(arguments[0]).write_text(json.dumps(described()))


if __name__ == "__main__":
    main(sys.argv[1:])
