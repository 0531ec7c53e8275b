"""Executions in memory, for tests."""

from hub.domain.run import AgentRun


class MemoryExecutions:
    """Remembers which runs were started and stopped."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.stopped: list[str] = []
        self.resumed: list[str] = []

    def start(self, run: AgentRun) -> None:
        """Remember the start; a second start of the same run changes nothing."""
        if run.id not in self.started:
            self.started.append(run.id)

    def stop(self, run_id: str, cause: str) -> bool:  # noqa: ARG002 -- the port's signature
        """Whether the run was under way."""
        under_way = run_id in self.started and run_id not in self.stopped
        if under_way:
            self.stopped.append(run_id)
        return under_way

    def resume(self, token: str) -> bool:
        """Remember the token; whether it was new."""
        new = token not in self.resumed
        self.resumed.append(token)
        return new
