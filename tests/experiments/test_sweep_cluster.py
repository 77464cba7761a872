"""A sweep on a Dask cluster of this machine gives the bytes of a sweep at home, and says so where there is no cluster."""

import socket
import subprocess
import sys
import time

import pytest

from valuescape import InputError
from valuescape.experiments.sweep.sweep import sweep

SMALL = {
    "name": "small", "scenario": "crossroads", "arms": ["ecrm", "sd"], "seeds": "0-2", "days": 28, "customers": 60,
    "set": {"world.burn_in_days": 14}, "outcomes": ["profit", "value_in_use"], "grid": {"world.talk.openness": [0.0, 0.5, 1.0]},
}  # fmt: skip


def free_port():
    """A port that nobody listens at now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 0.2).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """The address of a scheduler in a process of its own, with no workers yet."""
    pytest.importorskip("distributed")
    port, folder = free_port(), tmp_path_factory.mktemp("dask")
    words = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    process = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        begun = time.monotonic()
        while not answers(port):
            assert process.poll() is None, "the scheduler ended"
            assert time.monotonic() - begun < 60
            time.sleep(0.1)
        yield f"tcp://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_without_workers_or_scheduler_it_says_so(scheduler, tmp_path):
    with pytest.raises(InputError, match="no workers"):
        sweep(SMALL, out=tmp_path / "s", cluster=scheduler)
    with pytest.raises(InputError, match="--cluster"):
        sweep(SMALL, out=tmp_path / "s", cluster="nonsense://nowhere")


def test_a_cluster_gives_the_same_bytes(scheduler, tmp_path):
    from distributed import Client

    words = [sys.executable, "-m", "distributed.cli.dask_worker", scheduler, "--host", "127.0.0.1", "--nworkers", "1", "--nthreads", "1",
             "--no-nanny", "--no-dashboard", "--local-directory", tmp_path]  # fmt: skip
    worker = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        at_home = sweep(SMALL, out=tmp_path / "home")
        with Client(scheduler, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=60)
        found = sweep(SMALL, out=tmp_path / "cluster", cluster=scheduler)
        assert found.counts == {"runs": 18, "failed": 0}
        assert found.digest() == at_home.digest()
        assert sweep({**SMALL, "seeds": "1-3"}, out=tmp_path / "others").digest() != found.digest()
    finally:
        worker.terminate()
        worker.wait(timeout=30)
