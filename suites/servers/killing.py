"""Publishes that are killed at random moments; run as a program, since it forks.

Arguments: TARGET, how many to kill, and the configurations of the site before and after. Prints
a line of JSON for each, once the next publish is done: whether it was still at work when it was
killed, and which of the two sites is published now. Then it waits for a line from its reader.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time

import s3fs  # noqa: F401  # so that each fork has it already
import sshfs  # noqa: F401

from feedpub import load_config
from feedpub.publish.publishing import publish

_CONFIGS = [load_config(path) for path in sys.argv[3:]]


def fork_publish(target: str, number: int) -> int:
    """Publish one of the sites in a process of its own; gives its id."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            publish(_CONFIGS[number], target, prune=True)
            code = 0
        finally:
            os._exit(code)
    return child


def finish(child: int) -> int:
    """Wait for a process; gives how it ended."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    """Kill publishes, and let each be completed by the next."""
    target, trials = sys.argv[1], int(sys.argv[2])
    moments = random.Random(20200525)
    assert finish(fork_publish(target, 0)) == 0
    begun = time.monotonic()
    assert finish(fork_publish(target, 1)) == 0
    duration = time.monotonic() - begun
    at = 1
    for trial in range(trials):
        child = fork_publish(target, 1 - at)
        time.sleep(moments.uniform(0, duration))
        os.kill(child, signal.SIGKILL)
        killed = finish(child) == -signal.SIGKILL
        # Every other time, what was being published is taken back.
        at = 1 - at if trial % 2 else at
        code = finish(fork_publish(target, at))
        print(json.dumps({"killed": killed, "code": code, "at": at}), flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main()
