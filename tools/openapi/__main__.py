"""Writes docs/openapi.json from the code. `--check` fails if it is not up to date."""

import argparse
import sys
from pathlib import Path

from tools.openapi.document import document, written

FILE = Path(__file__).parent.parent.parent / "docs" / "openapi.json"


def main(arguments: list[str] | None = None) -> int:
    """Write the document, or with --check compare it."""
    parser = argparse.ArgumentParser(prog="tools.openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    made = written(document())
    if not parser.parse_args(arguments).check:
        FILE.write_text(made)
        return 0
    if FILE.exists() and FILE.read_text() == made:
        return 0
    sys.stderr.write("docs/openapi.json is not what the code says: run `make docs`\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
