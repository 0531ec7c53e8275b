"""Processor time of the embedded AWS and of the functions that it runs."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class CpuTime:
    """Seconds of processor time: of the emulator, and of the functions' processes together."""

    emulator: float
    functions: float

    @classmethod
    def of_group(cls, leader: int, proc: Path = Path("/proc")) -> Self:
        """What a process group has used so far; zero where there is no /proc.

        The emulator leads the group that its function workers are in.
        """
        emulator = functions = 0.0
        for stat in proc.glob("[0-9]*/stat"):
            pid, group, seconds = _read(stat)
            if group == leader:
                emulator += seconds if pid == leader else 0
                functions += 0 if pid == leader else seconds
        return cls(emulator, functions)

    def since(self, before: "CpuTime") -> "CpuTime":
        """What was used in between; processes that ended meanwhile are missing."""
        return CpuTime(
            max(0.0, self.emulator - before.emulator), max(0.0, self.functions - before.functions)
        )


def _read(stat: Path) -> tuple[int, int, float]:
    """Process id, process group and seconds; https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html"""
    try:
        text = stat.read_text()
    except OSError:
        # The process ended after it was listed.
        return 0, 0, 0.0
    # The name is in parentheses and may have spaces; the fields after it begin with the third.
    fields = text.rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return int(text.split(" ", 1)[0]), int(fields[2]), ticks / os.sysconf("SC_CLK_TCK")
