"""Patches of the emulator's HTTP server."""

import asyncio
import os
import shutil
import signal
import threading
from typing import Any

import hypercorn.asyncio  # type: ignore[import-not-found]
from ministack import app
from ministack.core import persistence
from ministack.services import apigateway

# How long requests and connections may take to end by themselves.
_GRACE_SECONDS = 0.5


def prompt_stop() -> None:
    """SIGTERM saves the state, then ends the workers and the process, whatever is connected.

    ministack 1.5.33 on hypercorn 0.18 waits for each connection to close before it saves the
    state, and so for as long as a client keeps a WebSocket open; it leaves the workers of functions
    behind.
    """
    serve = hypercorn.asyncio.serve

    async def serve_until_stopped(application: Any, config: Any) -> None:
        await serve(application, config, shutdown_trigger=_stopped)

    hypercorn.asyncio.serve = serve_until_stopped


async def _stopped() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    if persistence.PERSIST_STATE:
        persistence.save_all(app._build_persistence_save_dict())
    if os.getpgrp() == os.getpid():
        # The function workers; for this process it is one more request to stop.
        os.killpg(0, signal.SIGTERM)
    if folder := os.environ.get("NEONHUB_EMULATOR_FOLDER"):
        shutil.rmtree(folder, ignore_errors=True)
    for connection in list(apigateway._ws_connections.values()):
        connection["close_event"].set()
    deadline = threading.Timer(_GRACE_SECONDS, os._exit, (0,))
    deadline.daemon = True
    deadline.start()
