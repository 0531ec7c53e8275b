#!/bin/sh
# Installs what the project runs with: uv, the project's own venv, and one venv per tool whose
# pins must not meet the others' (see the dependency groups in pyproject.toml). Run by `make setup`.
set -eu
began=$(date +%s)
cd "$(dirname "$0")/../.."
export UV_SYSTEM_CERTS=1 UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1
logs=.tools/log
mkdir -p "$logs"

is_313() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; }

find_python() {
    for candidate in python3.13 python3 "${HOME:-/root}"/.pyenv/versions/3.13*/bin/python; do
        if is_313 "$candidate"; then echo "$candidate"; return; fi
    done
    echo "setup: Python 3.13 was not found; install it (python.org, your package manager, or" \
        "'pyenv install 3.13') and run make again" >&2
    return 1
}

# quietly NAME COMMAND...: the output goes to a log, and is shown only when the command fails
quietly() {
    name=$1; shift
    if ! "$@" >"$logs/$name" 2>&1; then
        echo "setup: $name failed:" >&2
        cat "$logs/$name" >&2
        return 1
    fi
}

install_uv() {
    python=$(find_python)
    quietly venv "$python" -m venv --clear .tools/uv
    quietly pip .tools/uv/bin/python -m pip install "uv>=0.9"
}

sync() {
    name=$1; shift
    quietly "$name" .tools/uv/bin/uv sync --frozen --quiet "$@"
    echo "setup: $name is ready"
}

# With bytecode, because the functions' cold starts import from these.
sync_tool() { UV_PROJECT_ENVIRONMENT=".tools/$1" sync "$1" \
    --compile-bytecode --no-default-groups --only-group "$1"; }

if ! is_313 .tools/uv/bin/python || [ ! -x .tools/uv/bin/uv ]; then
    echo "setup: installing uv"
    install_uv
fi
export UV_PYTHON="$PWD/.tools/uv/bin/python3.13"
pids=
sync project & pids="$pids $!"
for tool in emulator runtime sam; do
    sync_tool "$tool" & pids="$pids $!"
done
for pid in $pids; do wait "$pid"; done
touch .tools/ready
echo "setup: done in $(($(date +%s) - began)) s"
