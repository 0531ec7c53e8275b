"""The emulator's process: `python -m local.aws.emulator` in the emulator's venv.

Environment: GATEWAY_PORT, NEONHUB_FUNCTION_PYTHON; NEONHUB_EMULATOR_SKIP names patches to leave
out, separated by commas (for tests); NEONHUB_EMULATOR_TETHERED=1 ends the process as soon as
its standard input closes, which happens however the starting process dies;
NEONHUB_EMULATOR_FOLDER is a folder of temporary files to remove at the end.
"""

import logging
import os
import signal
import sys
import threading
import time

STOP_SECONDS = 5.0


def stop_group() -> None:
    """End this process and its function workers: first politely, then for certain."""
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS)
    os.killpg(0, signal.SIGKILL)


def _stop_at_end_of_input() -> None:
    sys.stdin.buffer.read()
    stop_group()


def main() -> None:
    """Patch the emulator, then serve until SIGTERM."""
    if os.environ.get("NEONHUB_EMULATOR_TETHERED") == "1":
        threading.Thread(target=_stop_at_end_of_input, daemon=True).start()

    from local.aws import patches

    patches.apply(os.environ.get("NEONHUB_EMULATOR_SKIP", "").split(","))

    from ministack import app

    app.main()
    # The state is saved by now; tearing down the interpreter would take another second.
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    main()
