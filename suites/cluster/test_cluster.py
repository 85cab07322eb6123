"""A cluster builds what one machine builds, or says why it can't and writes nothing."""

from __future__ import annotations

import shutil
import signal
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from feedpub import Report, build, load_config, pipeline
from feedpub.errors import EngineError
from feedpub.model import SourceFile
from feedpub.pipeline import cluster as engine
from feedpub.pipeline import scanning, staging
from feedpub.pipeline.scanned import Scanned
from suites.cluster.running import SOURCE, Cluster, hold_workers, kill, run_cluster
from support import NOW, STANDARD_TOML, make_site, read_tree, to_json_lines

SHARDS, EACH = 12, 40
HERE = {"packed.jsonl", "cut.jsonl.gz", "c.jsonl"}
TABLE = "id,title,section,updated\nr7,Seven,River,2021-01-01\n,E,,2020-05-03\n"
PAGE = """\
<html lang="en"><head><title>Weir {n} is open</title></head><body><article>
<h1>Weir {n} is open</h1><p class="date">Updated : 2020-05-{day:02d} 10:00</p>
<p>The weir at lock {n} was opened this morning, and boats passed until noon.</p>
</article></body></html>
"""


@pytest.fixture(autouse=True)
def share_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "_FEWEST_BYTES", 0)
    monkeypatch.setattr(staging, "_FEWEST_SHARED", 0)
    monkeypatch.setattr(engine, "_PATIENCE", 20.0)
    monkeypatch.setattr(engine, "_GLANCE", 1.0)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster that no test harms."""
    with run_cluster(tmp_path_factory.mktemp("shared") / "cluster") as started:
        yield started


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster without workers."""
    with run_cluster(tmp_path_factory.mktemp("empty") / "cluster", workers=0) as started:
        yield started


@pytest.fixture
def empty(scheduler: Cluster) -> Iterator[Cluster]:
    """A cluster to which a test adds one worker."""
    yield scheduler
    scheduler.kill_worker()


def make_shard(shard: int) -> str:
    """Make records of which every third is in the next shards, too: newer, as new, or withdrawn."""
    records = []
    for n in range(EACH):
        number = shard * EACH + n
        record = {
            "id": f"r{number}",
            "title": f"Lock {number} as shard {shard} tells",
            "section": f"Lock {number % 5}",
            "updated": f"2020-05-{n % 28 + 1:02d} {shard:02d}:00",
        }
        records.append(record)
        if n % 3 == 0:
            of = (number + EACH) % (SHARDS * EACH)
            day = of % EACH % 28 + 1
            newer = {**record, "id": f"r{of}", "updated": f"2020-05-{day:02d} {n % 24:02d}:00"}
            records.append({**newer, "status": "withdrawn"} if n % 9 == 0 else newer)
    return to_json_lines(*records)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Shards of JSON Lines, pages, tables, an archive, and what can't be read."""
    files = {f"sources/shard-{shard:02d}.jsonl": make_shard(shard) for shard in range(SHARDS)}
    files |= {f"sources/pages/{n}.html": PAGE.format(n=n, day=n % 28 + 1) for n in range(40)}
    files |= {
        "sources/more/a.csv": TABLE,
        "sources/more/b.md": "---\ntitle: E\ndate: 2020-05-02\n---\nText.\n",
        "sources/more/c.jsonl": '{"id": "c\\ud800", "title": "C", "updated": "yesterday"}\n{"\n',
        "sources/more/cut.jsonl.gz": "\x1f\x00",
    }
    made = make_site(tmp_path / "site", files, STANDARD_TOML + 'exclude = ["none/**"]\n')
    with zipfile.ZipFile(made / "sources" / "packed.zip", "w") as archive:
        archive.writestr("packed.jsonl", make_shard(3).replace("shard 3", "the archive"))
    return made


def build_with(site: Path, engine: str | None) -> tuple[Report, dict[str, bytes]]:
    shutil.rmtree(site / "feeds", ignore_errors=True)
    shutil.rmtree(site / ".feedpub", ignore_errors=True)
    report = build(load_config(site / "feedpub.toml"), NOW, engine=engine)
    return report, read_tree(site / "feeds")


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the files that this process reads."""
    read: list[str] = []
    scan = scanning.Scanner.scan

    def note(self: scanning.Scanner, file: SourceFile) -> Iterator[Scanned]:
        read.append(file.path.name)
        return scan(self, file)

    monkeypatch.setattr(scanning.Scanner, "scan", note)
    return read


def test_cluster_builds_what_one_machine_does(
    site: Path, cluster: Cluster, read_here: list[str]
) -> None:
    alone = build_with(site, None)
    read_here.clear()
    assert build_with(site, cluster.url) == alone
    assert {problem.kind for problem in alone[0].problems} >= {"unreadable", "malformed"}
    # Only this machine has what is in the archive, and it looks itself at what can't be read, with
    # the file that came to the worker with it.
    assert "packed.jsonl" in read_here
    assert set(read_here) <= HERE
    read_here.clear()
    build(load_config(site / "feedpub.toml"), NOW)
    assert set(read_here) <= HERE, "what a worker found is not kept"


def test_check_and_diff_are_shared(site: Path, cluster: Cluster, read_here: list[str]) -> None:
    config = load_config(site / "feedpub.toml")
    for work in (pipeline.check, pipeline.diff):
        alone = work(config, NOW)
        read_here.clear()
        assert work(config, NOW, engine=cluster.url) == alone
        assert set(read_here) <= HERE


@contextmanager
def building(site: Path, cluster: Cluster) -> Iterator[Future[tuple[Report, dict[str, bytes]]]]:
    """Build until each worker has a call that it can't make, because it is stopped."""
    with ThreadPoolExecutor(1) as thread, hold_workers(cluster) as wait_for_work:
        begun = thread.submit(build_with, site, cluster.url)
        wait_for_work()
        yield begun


def test_work_of_a_worker_that_dies_is_done_by_others(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = build_with(site, None)
    with run_cluster(tmp_path / "cluster") as cluster:
        with building(site, cluster) as begun:
            cluster.kill_worker()
            for worker in cluster.workers:
                worker.send_signal(signal.SIGCONT)
        assert begun.result() == alone
        with building(site, cluster) as begun:
            cluster.kill_worker()
            cluster.kill_worker()
            monkeypatch.setattr(engine, "_PATIENCE", 1.0)
        with pytest.raises(EngineError, match="the scheduler has no workers"):
            begun.result()
    assert not (site / "feeds").exists()


def test_build_without_its_scheduler_ends(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_cluster(tmp_path / "cluster", workers=1) as cluster:
        with building(site, cluster) as begun:
            kill(cluster.scheduler)
        with pytest.raises(EngineError, match="the connection to the scheduler is lost"):
            begun.result()
        assert not (site / "feeds").exists()
        monkeypatch.setattr(engine, "_PATIENCE", 1.0)
        with pytest.raises(EngineError, match="can't be reached"):
            build_with(site, cluster.url)


def test_worker_with_another_program_is_refused(site: Path, tmp_path: Path, empty: Cluster) -> None:
    other = tmp_path / "other"
    shutil.copytree(SOURCE / "feedpub", other / "feedpub")
    with (other / "feedpub" / "model.py").open("a") as module:
        module.write("# This is another version.\n")
    (other / "lxml-1.0.dist-info").mkdir()
    empty.add_worker(source=other)
    with pytest.raises(EngineError, match=r"has lxml 1\.0, not .*, other files of feedpub"):
        build_with(site, empty.url)
    assert not (site / "feeds").exists()


def test_worker_without_feedpub_is_refused(site: Path, tmp_path: Path, empty: Cluster) -> None:
    other = tmp_path / "other"
    (other / "feedpub").mkdir(parents=True)
    (other / "feedpub" / "__init__.py").touch()
    empty.add_worker(source=other)
    with pytest.raises(EngineError, match="can't load feedpub"):
        build_with(site, empty.url)
    assert not (site / "feeds").exists()


@pytest.mark.parametrize("sees", ["nothing", "yesterday"])
def test_worker_that_sees_other_files_is_refused(
    site: Path, tmp_path: Path, empty: Cluster, monkeypatch: pytest.MonkeyPatch, sees: str
) -> None:
    elsewhere = tmp_path / sees
    elsewhere.mkdir()
    if sees == "yesterday":
        (shutil.copytree(site, elsewhere / "site") / "sources" / "shard-05.jsonl").touch()
    empty.add_worker(elsewhere)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EngineError, match="Give all machines the same folders") as refusal:
        build_with(Path("/proc/self/cwd/site"), empty.url)
    told = {"nothing": "No such file", "yesterday": "sees another size or time of"}[sees]
    assert told in str(refusal.value)
    assert not (site / "feeds").exists()
