"""Runs programs and says what they took."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


# How the reason begins that a program was stopped.
NO_ANSWER = "no answer"


class Failed(Exception):
    """A program that gave no answer, and why."""


def worker(command, most):
    """What a worker prints: the nanoseconds of an answer, and all answers; it is given so many seconds of a
    processor."""

    def limited():
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))

    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE, check=False, preexec_fn=limited)
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Failed(f"{NO_ANSWER} within {most} s")
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise Failed(lines[-1])
    return json.loads(done.stdout)


def process_seconds(command, out=os.devnull):
    """What a whole process takes, whatever its answer is: seconds of a processor, in it and in the system, and
    seconds by the clock."""
    to_file = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(out), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    command = [str(part) for part in command]
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=to_file)
    _, status, used = os.wait4(child, 0)
    clock = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise Failed(f"{Path(command[0]).name} ended with status {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, clock


# A process inherits the peak of the one that starts it, so that a small one does.
PEAK = (
    "import resource, subprocess, sys; null = subprocess.DEVNULL;"
    "done = subprocess.run(sys.argv[1:], stdin=null, stdout=null, stderr=null);"
    "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


def peak_megabytes(command):
    """The most memory that a process holds, in millions of bytes."""
    command = [sys.executable, "-S", "-c", PEAK, *map(str, command)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    status, kibibytes = map(int, done.stdout.split())
    if status not in (0, 1):
        raise Failed(f"exit status {status}")
    return kibibytes * 1024 / 1e6
