"""Where tasks are carried out: in this process, in processes of this machine, or on a Dask cluster; one way of calling all three.

Every place speaks the interface of `concurrent.futures`. Results come as they are finished. Whatever dies on the way, a task is
either done once or said to have killed its worker.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait as wait_for
from types import TracebackType
from typing import Any, Protocol, Self

from ..agents.declare import InputError
from .extras import need

LOOK = 0.5
"""Seconds between two looks at what is going on."""
COUNTED = 5.0
"""Seconds until the workers of a cluster are counted anew."""
ALONE = 2
"""Times that a task may kill a worker that does nothing else, before it is given up."""


class Died(Exception):
    """A worker died of a task: a signal, or memory that ran out."""


class Place(Protocol):
    """Where tasks are carried out."""

    @property
    def window(self) -> int:
        """Tasks that are handed out at a time."""

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """A future of `work(*arguments)`."""

    def broken(self, error: BaseException) -> bool:
        """True if an error says that a worker died and not that the work went wrong."""

    def renew(self) -> bool:
        """Make the place usable after a death; True if all that was handed out went with it."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


def each_done(
    place: Place, work: Callable[..., Any], tasks: Sequence[Any], look: Callable[[], None] | None = None
) -> Iterator[tuple[int, Any]]:
    """(number of a task, its result) in the order in which they finish; an error of the work ends all of it.

    Where a worker died, the tasks that may have killed it are run one by one: the one that kills again comes back as Died.
    `look` is called every half second.
    """
    waiting = deque(range(len(tasks)))
    running: dict[Future[Any], int] = {}
    while waiting or running:
        while waiting and len(running) < place.window:
            number = waiting.popleft()
            running[place.submit(work, tasks[number])] = number
        finished, _ = wait(running, timeout=LOOK, return_when=FIRST_COMPLETED)
        if look is not None:
            look()
        suspects: list[int] = []
        for future in finished:
            number = running.pop(future)
            error = future.exception()
            if error is None:
                yield number, future.result()
            elif place.broken(error):
                suspects.append(number)
            else:
                raise error
        if suspects:
            if place.renew():
                suspects += running.values()
                running.clear()
            for number in sorted(suspects):
                yield number, _alone(place, work, tasks[number])


def _alone(place: Place, work: Callable[..., Any], task: Any) -> Any:
    """The result of a task that has the place to itself; Died where it kills its worker again and again."""
    for _ in range(ALONE):
        future = place.submit(work, task)
        error = future.exception()
        if error is None:
            return future.result()
        if not place.broken(error):
            raise error
        place.renew()
    return Died("its worker died: memory ran out, or somebody ended it")


class Here:
    """In this process, one task at a time."""

    window = 1

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """A future that is done already."""
        future: Future[Any] = Future()
        try:
            future.set_result(work(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future

    def broken(self, error: BaseException) -> bool:
        """Never: with the worker dies the driver."""
        return False

    def renew(self) -> bool:
        """Nothing to renew."""
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        return None


class Processes:
    """In spawned processes of this machine, which end when the driver does, however it ends; `begin` is run first in each."""

    def __init__(self, workers: int, begin: Callable[..., None] | None = None, *arguments: Any) -> None:
        self.workers, self.window = workers, workers + 1  # one waits, so that no worker does
        self.begin = (begin, arguments)
        self.others = set(multiprocessing.active_children())
        self.pool: Executor | None = None

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """A future of `work(*arguments)`."""
        if self.pool is None:
            context = multiprocessing.get_context("spawn")
            self.pool = ProcessPoolExecutor(self.workers, mp_context=context, initializer=begin_worker, initargs=self.begin)
        try:
            return self.pool.submit(work, *arguments)
        except BrokenProcessPool as error:  # it broke a moment ago: the caller hears of it by the future, as of all others
            future: Future[Any] = Future()
            future.set_exception(error)
            return future

    def broken(self, error: BaseException) -> bool:
        """True for a broken pool."""
        return isinstance(error, BrokenProcessPool)

    def renew(self) -> bool:
        """A new pool at the next task."""
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)
        self.pool = None
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.pool is None:
            return
        if kind is not None:  # whatever went wrong, running worlds are not waited for
            for child in set(multiprocessing.active_children()) - self.others:
                child.terminate()
        self.pool.shutdown(wait=False, cancel_futures=True)


def begin_worker(begin: Callable[..., None] | None, arguments: Sequence[Any]) -> None:
    """The first thing in a worker: it ends with its driver, leaves stdout and Ctrl-C to it."""
    threading.Thread(target=_ends_with_parent, daemon=True).start()
    sys.stdout = sys.stderr  # stdout is the driver's: a user's strategy may print
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the driver, which ends its workers
    if begin is not None:
        begin(*arguments)


def _ends_with_parent() -> None:
    """Wait for the end of the driver, however it comes, and end with it: no worker outlives what it works for."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


class Cluster:
    """On the workers of a Dask scheduler that runs already."""

    def __init__(self, address: str) -> None:
        self.client = _client(address)
        self.pool = self.client.get_executor(pure=False)
        self.threads, self.looked = 0, float("-inf")

    @property
    def window(self) -> int:
        """Two tasks for every thread that there is now: workers come and go."""
        if time.monotonic() - self.looked > COUNTED:
            self.threads, self.looked = sum(self.client.nthreads().values()), time.monotonic()
        return 2 * max(1, self.threads)

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """A future of `work(*arguments)`."""
        return self.pool.submit(work, *arguments)  # type: ignore[no-any-return]

    def broken(self, error: BaseException) -> bool:
        """True where workers died of the task; where the cluster itself is gone, an InputError."""
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker

        if isinstance(error, CommClosedError | CancelledError):
            raise InputError("the cluster is gone; what was finished is kept, and the same command goes on", key="--cluster") from None
        return isinstance(error, KilledWorker)

    def renew(self) -> bool:
        """The scheduler starts anew what it lost: only the tasks that killed are suspect."""
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.pool.shutdown(wait=False)
        self.client.close()


def _client(address: str) -> Any:
    """A connection to a scheduler; an InputError where the library or the scheduler is missing."""
    client_of = need("distributed", "cluster", "--cluster").Client
    try:
        client = client_of(address, timeout=10, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(
            f"no scheduler answers: {error}", key="--cluster", given=address, allowed="tcp://HOST:PORT of a scheduler"
        ) from None
    if not client.nthreads():
        client.close()
        raise InputError("the scheduler has no workers", key="--cluster", given=address, allowed="a scheduler with workers")
    return client
