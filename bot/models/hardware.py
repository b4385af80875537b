"""How much memory this machine has free, for programs and on its GPU, without torch. Decides nothing."""

import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_QUERY = ("--query-gpu=memory.total,memory.free", "--format=csv,noheader,nounits")


@dataclass(frozen=True, slots=True)
class Machine:
    """Free memory in MB (10^6 bytes); 0 for a GPU that is not there."""

    free_mb: int
    gpu_free_mb: int = 0
    gpu_total_mb: int = 0


def read() -> Machine:
    """This machine, now; of several GPUs the one with the most room."""
    import psutil

    free = int(psutil.virtual_memory().available)
    allowed = _left_to_container(_CGROUP)
    total_mb, gpu_mb = _roomiest(_nvidia_smi())
    return Machine((free if allowed is None else min(free, allowed)) // 1_000_000, gpu_mb, total_mb)


def has_model_libraries() -> bool:
    """Whether what runs a local model is installed: the extra `model`."""
    return all(find_spec(name) for name in ("torch", "transformers", "jinja2"))


def _left_to_container(folder: Path) -> int | None:
    """Bytes that a container may still take; None outside of one. Cached files are given back when needed."""
    try:
        limit = int((folder / "memory.max").read_text())
        used = int((folder / "memory.current").read_text())
        stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        return max(0, limit - used + int(stat.get("inactive_file", 0)))
    except (OSError, ValueError):  # no such files, or "max": no limit
        return None


def _nvidia_smi() -> str:
    program = shutil.which("nvidia-smi")
    if not program:
        return ""
    try:
        return subprocess.run([program, *_QUERY], capture_output=True, text=True, timeout=20, check=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):  # a driver that does not answer is a GPU that cannot be used
        return ""


def _roomiest(listing: str) -> tuple[int, int]:
    """Total and free MB of the GPU with the most free memory, from lines like "143771, 143155" in MiB."""
    found = [(0, 0)]
    for line in listing.splitlines():
        total, _, free = line.partition(",")
        if total.strip().isdigit() and free.strip().isdigit():  # "[N/A]" where memory is shared with the processor
            found.append((int(total) * 1_048_576 // 1_000_000, int(free) * 1_048_576 // 1_000_000))
    return max(found, key=lambda pair: pair[1])
