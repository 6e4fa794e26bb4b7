from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from app.studies.branches import Failed, on_cores, on_dask, scenario_files
from app.studies.running import simulate
from simulations.studies.problems import StudyError

needs_dask = pytest.mark.skipif(find_spec("distributed") is None, reason="the extra `dask` is not installed")


@pytest.fixture
def folder(past: Path, tmp_path: Path) -> Path:
    """Three branches, one of them with a file that is wrong."""
    for name in ("small.toml", "past.csv"):
        (tmp_path / name).symlink_to(past / name)
    plans = tmp_path / "plans"
    plans.mkdir()
    for name in ("now", "more"):
        text = (past / f"{name}.toml").read_text()
        (plans / f"{name}.toml").write_text(text.replace('"small', '"../small').replace('"past', '"../past'))
    (plans / "odd.toml").write_text('branch = "missing.toml"')
    return plans


def same(found: dict[Path, object], past: Path) -> None:
    assert [path.name for path in found] == ["more.toml", "now.toml", "odd.toml"]
    more, now, odd = found.values()
    alone = simulate(past / "now.toml", None, 40, 3).to_plain()
    assert isinstance(now, dict)
    assert now["outcomes"] == alone["outcomes"]
    assert isinstance(more, dict)
    assert more["outcomes"][0]["name"] == "a third window"
    assert isinstance(odd, Failed)
    assert "missing.toml" in odd.reason


def test_each_branch_has_a_process_and_the_result_it_has_alone(folder: Path, past: Path) -> None:
    told: list[tuple[int, int]] = []
    same(on_cores(scenario_files(folder), 40, 3, progress=lambda *each: told.append(each)), past)
    assert told[-1] == (3, 3)


def test_a_folder_without_scenarios_is_said(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no scenario file"):
        scenario_files(tmp_path)


def test_an_interrupt_leaves_no_process_behind(folder: Path) -> None:
    def interrupt(_done: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        on_cores(scenario_files(folder), 40, 3, progress=interrupt)
    assert not _children()


def _children() -> list[str]:
    mine = str(os.getpid())
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        command = path.with_name("cmdline")
        if fields[1] == mine and fields[0] != "Z" and b"spawn_main" in command.read_bytes():
            found.append(path.parent.name)
    return found


@needs_dask
@pytest.mark.filterwarnings("default")  # the cluster's own
def test_a_cluster_gives_the_same(folder: Path, past: Path) -> None:
    from dask.distributed import LocalCluster  # noqa: PLC0415

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        same(on_dask(cluster.scheduler_address, scenario_files(folder), 40, 3), past)


@needs_dask
@pytest.mark.filterwarnings("default")
def test_a_cluster_that_goes_away_is_said(folder: Path) -> None:
    from dask.distributed import LocalCluster  # noqa: PLC0415

    cluster = LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    try:
        with pytest.raises(StudyError, match="the cluster went away before all was done"):
            on_dask(
                cluster.scheduler_address,
                scenario_files(folder) * 20,
                40,
                3,
                progress=lambda *_: cluster.close(timeout=60),
            )
    finally:
        cluster.close(timeout=60)


@needs_dask
@pytest.mark.filterwarnings("default")
def test_no_cluster_at_all_is_said(folder: Path) -> None:
    with pytest.raises(StudyError, match="no cluster answers there"):
        on_dask("tcp://127.0.0.1:1", scenario_files(folder), 40, 3, patience_s=0.5)
    with pytest.raises(StudyError, match="no cluster answers there"):
        on_dask("tcp://nonsense", scenario_files(folder), 40, 3)
