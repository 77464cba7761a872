"""No worker outlives the program it works for, however that program ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

DRIVER = """
import os, sys, time
from concurrent.futures import ProcessPoolExecutor
import multiprocessing
from valuescape.experiments.executors import begin_worker

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=begin_worker, initargs=(None, ()))
    print(pool.submit(os.getpid).result(), flush=True)
    pool.submit(time.sleep, 600)
    time.sleep(600)
"""


def is_there(process):
    """True while a process runs; one that has ended and waits to be fetched is not there."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks at /proc")
@pytest.mark.parametrize("how", ["SIGTERM", "SIGKILL"])
def test_a_worker_ends_with_its_driver(tmp_path, how):
    script = tmp_path / "driver.py"
    script.write_text(DRIVER, encoding="utf-8")
    driver = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    worker = int(driver.stdout.readline())
    assert is_there(worker)
    driver.send_signal(getattr(signal, how))
    driver.wait(20)
    until = time.monotonic() + 20
    while is_there(worker) and time.monotonic() < until:
        time.sleep(0.05)
    left = is_there(worker)
    if left:  # a worker that outlives its driver shall not outlive this test, too
        os.kill(worker, signal.SIGKILL)
    assert not left
