"""Every documented pipeline, followed command by command in an empty folder, puts feeds online."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from lxml import etree

from suites.servers.pipelines import PROJECT, Runner, list_workflows
from suites.servers.running import Place
from suites.servers.sites import run

LINK = "https://voice.example.org/"
RECORD = '{"id": 1, "title": "Lock opens", "section": "River", "updated": "2020-05-25T10:00:00Z"}\n'
BROKEN = '{"id": 2, "title": "Tea", "section": "Tea", "updated": "sometime"}\n'
SECRETS = {
    "secrets.AWS_ACCESS_KEY_ID": "test",
    "secrets.AWS_SECRET_ACCESS_KEY": "test",
    "vars.AWS_DEFAULT_REGION": "us-east-1",
}


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Give the environment of a runner: Python and pip, and packages that no registry is asked for.

    feedpub's wheel is there, of this very checkout; all else is borrowed from the environment
    that runs the tests.
    """
    folder = tmp_path_factory.mktemp("runner")
    run([sys.executable, "-m", "venv", "--without-pip", "venv"], folder)
    places = folder / "venv" / "bin"
    packages = folder / "venv" / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    borrowed = {sysconfig.get_paths()[kind] for kind in ("purelib", "platlib")}
    (packages / "borrowed.pth").write_text("\n".join(sorted(borrowed)) + "\n")
    pip = places / "pip"
    pip.write_text(f'#!/bin/sh\nexec {places}/python -m pip "$@"\n')
    pip.chmod(0o755)
    env = {
        "PATH": f"{places}:{os.environ['PATH']}",
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it the other way round: build with what is here
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
    }
    run([str(pip), "install", "--quiet", "--no-deps", str(PROJECT)], folder, env=env)
    assert (places / "feedpub").exists()
    return env


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Make what a checkout gives: a repository that holds records and nothing else."""
    folder = tmp_path / "checkout" / "repository"
    (folder / "sources").mkdir(parents=True)
    (folder / "sources" / "a.jsonl").write_text(RECORD)
    return folder


def configure(repository: Path) -> None:
    """Write the configuration that the page says to commit."""
    (repository / "feedpub.toml").write_text(
        f'[site]\ntitle = "My Voice"\nlink = "{LINK}"\ntimezone = "UTC"\n'
        'tag = "voice.example.org,2026"\n[[source]]\npath = "sources"\n'
    )


def check_online(content: bytes) -> None:
    """Check that a feed is the repository's."""
    channel = etree.fromstring(content)[0]
    assert channel.findtext("title") in ("My Voice: River", "voice.example.org: River")
    assert channel.findtext("item/title") == "Lock opens"


@pytest.mark.parametrize("page", ["README.md", "docs/ci.md"])
def test_three_changed_lines_put_feeds_online(
    programs: Mapping[str, str], repository: Path, s3: Place, page: str
) -> None:
    workflow = list_workflows(page)["Feeds"]
    assert list(workflow["env"])[:3] == ["TITLE", "LINK", "TARGET"]
    mine = {"TITLE": "My Voice", "LINK": LINK, "TARGET": "s3://web/feeds"}
    endpoint = {"AWS_ENDPOINT_URL": s3.env["AWS_ENDPOINT_URL"]}
    runner = Runner(repository, {**programs, **endpoint}, SECRETS)
    assert runner.run_workflow(workflow, mine), runner.printed
    with urlopen(f"{s3.base}/river.rss") as answer:
        check_online(answer.read())
    ids = (repository / "feeds" / "river.rss").read_bytes()
    assert b"<title>My Voice: River</title>" in ids
    assert b"tag:voice.example.org,2026:1" in ids
    # The next hour; then a record is at fault: the job fails, and the rest is online.
    assert runner.run_workflow(workflow, mine), runner.printed
    with (repository / "sources" / "a.jsonl").open("a") as stream:
        stream.write(BROKEN + RECORD.replace("1", "3", 1).replace("Lock", "Gate"))
    assert not runner.run_workflow(workflow, mine)
    assert "::error file=sources/a.jsonl,line=2::" in runner.printed
    with urlopen(f"{s3.base}/river.rss") as answer:
        assert b"Gate opens" in answer.read()
    toml = tomllib.loads((repository / "feedpub.toml").read_text())
    assert toml["site"]["title"] == "My Voice"


def test_action_builds_publishes_and_tells_what_it_did(
    programs: Mapping[str, str], repository: Path, s3: Place, tmp_path: Path
) -> None:
    configure(repository)
    with (repository / "sources" / "a.jsonl").open("a") as stream:
        stream.write("".join(RECORD.replace("1", str(number), 1) for number in range(10, 310)))
        stream.write(BROKEN)
    summary = tmp_path / "summary.md"
    workflow = list_workflows("docs/ci.md")["Feeds by the action"]
    steps = workflow["jobs"]["feeds"]["steps"]
    steps[1]["with"]["publish"] = "s3://web/feeds"
    env = {
        **programs,
        "AWS_ENDPOINT_URL": s3.env["AWS_ENDPOINT_URL"],
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    runner = Runner(repository, env, SECRETS)
    assert runner.run_workflow(workflow, {}), runner.printed  # 1% may be rejected
    with urlopen(f"{s3.base}/river.rss") as answer:
        check_online(answer.read())
    written = len([path for path in (repository / "feeds").rglob("*") if path.is_file()]) - 1
    assert f"{written} files, 1 rejected\n" in runner.printed
    assert "| river | 50 |" in summary.read_text()
    del steps[1]["with"]["max-rejected"]
    assert not runner.run_workflow(workflow, {})
    assert "0 files, 1 rejected" not in runner.printed  # the step after it is not reached
    steps[1]["with"]["strict"] = "true"
    assert not runner.run_workflow(workflow, {})


def test_pages_are_deployed_from_a_folder_of_the_published_files_alone(
    programs: Mapping[str, str], repository: Path
) -> None:
    configure(repository)
    runner = Runner(repository, programs)
    workflow = list_workflows("docs/ci.md")["Feeds on Pages"]
    assert runner.run_workflow(workflow, {}), runner.printed
    check_online((repository / "public" / "feeds" / "river.rss").read_bytes())
    upload = next(
        step
        for step in workflow["jobs"]["feeds"]["steps"]
        if "upload-pages-artifact" in step.get("uses", "")
    )
    assert upload["with"]["path"] == "public"


def test_feeds_get_to_a_server_by_sftp(
    programs: Mapping[str, str], repository: Path, sftp: Place, tmp_path: Path
) -> None:
    configure(repository)
    home = tmp_path / "home"
    home.mkdir()
    keys = Path(sftp.env["HOME"]) / ".ssh"
    secrets = {
        "secrets.SSH_KEY": (keys / "id_ed25519").read_text().rstrip(),
        "secrets.KNOWN_HOSTS": (keys / "known_hosts").read_text().rstrip(),
    }
    runner = Runner(repository, {**programs, "HOME": str(home)}, secrets)
    workflow = list_workflows("docs/ci.md")["Feeds by SFTP"]
    assert runner.run_workflow(workflow, {"TARGET": sftp.target}), runner.printed
    with urlopen(f"{sftp.base}/river.rss") as answer:
        check_online(answer.read())
    assert (home / ".ssh" / "id_ed25519").stat().st_mode & 0o077 == 0


def test_feeds_get_to_a_server_by_rsync(
    programs: Mapping[str, str], repository: Path, tmp_path: Path
) -> None:
    configure(repository)
    shutil.copy(next((PROJECT / "feeds" / "media").glob("*.jpg")), repository / "sources" / "p.jpg")
    record = RECORD.replace('"title"', '"images": "p.jpg", "title"')
    (repository / "sources" / "a.jsonl").write_text(record)
    web = tmp_path / "web" / "feeds"
    runner = Runner(repository, programs)
    workflow = list_workflows("docs/ci.md")["Feeds by rsync"]
    assert runner.run_workflow(workflow, {"TARGET": str(web)}), runner.printed
    check_online((web / "river.rss").read_bytes())
    names = [
        sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
        for folder in (web, repository / "feeds")
    ]
    assert names[0] == names[1]
    assert [name for name in names[0] if name.startswith("media/")]


def test_gitlab_builds_publishes_and_checks(
    programs: Mapping[str, str], repository: Path, tmp_path: Path
) -> None:
    configure(repository)
    web = tmp_path / "web"
    example = PROJECT / "examples" / "gitlab-ci.yml"
    runner = Runner(repository, programs)
    assert runner.run_gitlab(example, "check", {}), runner.printed
    assert runner.run_gitlab(example, "feeds", {"TARGET": str(web)}), runner.printed
    check_online((web / "river.rss").read_bytes())
    with (repository / "sources" / "a.jsonl").open("a") as stream:
        stream.write(BROKEN + RECORD.replace("1", "3", 1).replace("Lock", "Gate"))
    assert not runner.run_gitlab(example, "check", {})
    assert not runner.run_gitlab(example, "feeds", {"TARGET": str(web)})
    assert b"Gate opens" in (web / "river.rss").read_bytes()


def test_hook_checks_records(programs: Mapping[str, str], repository: Path) -> None:
    configure(repository)
    (hook,) = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text())
    command = ["bash", "-c", hook["entry"]]
    env = {**os.environ, **programs}
    done = subprocess.run(command, cwd=repository, env=env, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    (repository / "sources" / "a.jsonl").write_text(BROKEN)
    done = subprocess.run(command, cwd=repository, env=env, capture_output=True, check=False)
    assert done.returncode == 1
    assert b'sources/a.jsonl:1: updated: "sometime"' in done.stderr


def test_every_documented_pipeline_is_followed_here() -> None:
    followed = {
        *("Feeds", "Feeds by the action", "Feeds on Pages", "Feeds by SFTP", "Feeds by rsync"),
    }
    assert set(list_workflows("docs/ci.md")) == followed
    assert set(list_workflows("README.md")) == {"Feeds"}
