"""Many branches' studies at once: on this machine's cores, or on a Dask cluster that is there already."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from app.branch.branch_file import BranchFileError
from app.history import HistoryError
from app.journal import JournalError
from simulations.studies.problems import StudyError

from .running import simulate

__all__ = ["Failed", "on_cores", "on_dask", "scenario_files"]

Progress = Callable[[int, int], None]
Done = Any
"""A study as plain data (`Study.to_plain`: its days weigh megabytes), or `Failed`."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A scenario that could not be studied, and why; the others go on."""

    reason: str


def scenario_files(folder: Path) -> list[Path]:
    """The scenario files of a folder. Errors: ``StudyError`` when there is no folder, or nothing in it."""
    if not folder.is_dir():
        raise StudyError(f"{folder}: there is no such folder.")
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise StudyError(f"{folder}: there is no scenario file (*.toml) in it.")
    return paths


def on_cores(
    paths: list[Path],
    days: int,
    seed: int,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> dict[Path, Done]:
    """Study each scenario in a process of its own, as many at a time as there are cores."""
    count = min(len(paths), workers or len(os.sched_getaffinity(0)))
    with _pool(count) as pool:
        futures = {pool.submit(_one, path, days, seed): path for path in paths}
        return _gathered(futures, progress)


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that end with this one: an interrupt leaves none behind."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        yield pool
    except BaseException:
        for process in list((pool._processes or {}).values()):  # noqa: SLF001 - it offers no other way
            process.terminate()
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    pool.shutdown()


def _gathered(futures: dict[Future[Done], Path], progress: Progress | None) -> dict[Path, Done]:
    found: dict[Path, Done] = {}
    left = set(futures)
    while left:
        done, left = wait(left, return_when=FIRST_COMPLETED)
        for future in done:
            try:
                found[futures[future]] = future.result()
            except BrokenProcessPool:
                raise StudyError(
                    "A process that studied a branch was killed, perhaps for want of memory; use fewer days."
                ) from None
        if progress:
            progress(len(found), len(futures))
    return {path: found[path] for path in futures.values()}


def on_dask(
    address: str,
    paths: list[Path],
    days: int,
    seed: int,
    *,
    patience_s: float = 10.0,
    progress: Progress | None = None,
) -> dict[Path, Done]:
    """Study each scenario on the workers of the cluster at ``address``, which see the same files.

    Errors: ``StudyError`` when there is no Dask here, no cluster there, or when it goes away.
    """
    try:
        distributed = import_module("distributed")  # an extra, without types
    except ImportError:
        raise StudyError("--dask needs Dask: pip install 'lobbyclock[dask]'.") from None
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what goes wrong is said here, once
    try:
        distributed.comm.get_address_host_port(address)  # a client of nonsense lives on, and complains
        client = distributed.Client(address, timeout=patience_s, set_as_default=False)
    except (OSError, ValueError) as error:
        raise StudyError(
            f"--dask {address}: no cluster answers there ({str(error).splitlines()[0]}); start one with "
            "`dask scheduler` and `dask worker`, or leave --dask out."
        ) from None
    try:
        work = partial(_one, days=days, seed=seed)
        return _on_client(client, distributed, address, paths, work, progress)
    finally:
        client.close(timeout=2)


def _on_client(
    client: Any,  # noqa: ANN401 - Dask has no types
    distributed: Any,  # noqa: ANN401
    address: str,
    paths: list[Path],
    work: Callable[[Path], Done],
    progress: Progress | None,
) -> dict[Path, Done]:
    gone = StudyError(f"--dask {address}: the cluster went away before all was done; nothing was written.")
    if not client.scheduler_info()["workers"]:
        raise StudyError(
            f"--dask {address}: the cluster has no worker; start one with `dask worker {address}`."
        )
    futures = {client.submit(work, path.resolve(), pure=False): path for path in paths}
    found: dict[Path, Done] = {}
    try:
        for future in distributed.as_completed(list(futures), loop=client.loop):
            found[futures[future]] = future.result()
            if progress:
                progress(len(found), len(paths))
    except (OSError, CancelledError, distributed.KilledWorker) as error:
        raise gone from error
    if len(found) < len(paths):
        raise gone
    return {path: found[path] for path in paths}


def _one(path: Path, days: int, seed: int) -> Done:
    """Study one branch. What is wrong with its files is told, and is no reason to stop the others."""
    try:
        return simulate(path, None, days, seed, workers=1).to_plain()
    except (BranchFileError, HistoryError, JournalError, StudyError, OSError) as error:
        return Failed(str(error))
