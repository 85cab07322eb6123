"""Servers on free ports of loopback, each started for a test and ended with it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
_PATIENCE = 60.0  # seconds until a server answers


@dataclass(frozen=True)
class Place:
    """Where a test publishes to: the TARGET, what its clients need, and where readers look."""

    target: str
    env: Mapping[str, str]
    base: str  # URL of the published files, for readers
    log: Path  # what the server was asked


@contextlib.contextmanager
def run_s3(folder: Path) -> Iterator[Place]:
    """Run moto's server by itself, with one bucket that anybody may read."""
    port, log = find_port(), folder / "s3.log"
    url = f"http://127.0.0.1:{port}"
    env = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": url,
    }
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with run_server(command, port, log):
        place = Place("s3://web/feeds", env, f"{url}/web/feeds", log)
        client = open_s3(place)
        client.create_bucket(Bucket="web")
        everybody = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::web/*",
        }
        policy = {"Version": "2012-10-17", "Statement": [everybody]}
        client.put_bucket_policy(Bucket="web", Policy=json.dumps(policy))
        yield place


def open_s3(place: Place) -> Any:  # boto3 has no annotations
    """Open another program's client of an S3 server."""
    return boto3.client(
        "s3",
        endpoint_url=place.env["AWS_ENDPOINT_URL"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name="us-east-1",
    )


@contextlib.contextmanager
def run_sshd(folder: Path, served: Path) -> Iterator[Place]:
    """Run OpenSSH's server as whoever runs the test, with own keys; nginx shows its files."""
    port, log, home = find_port(), folder / "sftp.log", folder / "home"
    (home / ".ssh").mkdir(parents=True, mode=0o700)
    for key in (folder / "host_key", home / ".ssh" / "id_ed25519"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    kind, key_text = (folder / "host_key.pub").read_text().split()[:2]
    known = f"[127.0.0.1]:{port} {kind} {key_text}\n"
    (home / ".ssh" / "known_hosts").write_text(known)
    # Not sshd's internal one: its log would go to the system's.
    program = folder / "sftp-server"
    program.write_text(f'#!/bin/sh\nexec /usr/lib/openssh/sftp-server -e -l INFO 2>>"{log}"\n')
    program.chmod(0o755)
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host_key\nPidFile none\n"
        f"AuthorizedKeysFile {home}/.ssh/id_ed25519.pub\nStrictModes no\nUsePAM no\n"
        f"PermitRootLogin yes\nPasswordAuthentication no\nSubsystem sftp {program}\n"
    )
    with contextlib.suppress(OSError):  # where root runs it, it wants to part from privileges there
        Path("/run/sshd").mkdir(exist_ok=True)
    sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin") or "sshd"
    command = [sshd, "-D", "-e", "-f", str(folder / "sshd_config")]
    with run_server(command, port, folder / "sshd.log"), run_nginx(folder, served) as base:
        env = {"HOME": str(home), "SSH_AUTH_SOCK": ""}
        yield Place(f"sftp://127.0.0.1:{port}{served}/feeds", env, f"{base}/feeds", log)


@contextlib.contextmanager
def run_nginx(folder: Path, served: Path) -> Iterator[str]:
    """Run nginx with the example configuration over a folder; gives its URL."""
    port, place = find_port(), folder / "nginx"
    place.mkdir()
    example = (EXAMPLES / "nginx.conf").read_text(encoding="utf-8")
    adapted = replace_lines(
        example,
        {
            "listen [": "",
            "listen ": f"listen 127.0.0.1:{port};",
            "server_name ": "server_name _;",
            "root ": f"root {served};",
        },
    )
    temporary = "".join(
        f"{name}_temp_path {place}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (place / "nginx.conf").write_text(
        f"daemon off;\npid {place}/pid;\nerror_log stderr;\nworker_processes 1;\n"
        # Debian's user may not read the folders of a test that root runs.
        f"{'user root;' if os.getuid() == 0 else ''}\nevents {{}}\n"
        f"http {{\naccess_log off;\ninclude /etc/nginx/mime.types;\n{temporary}{adapted}\n}}\n"
    )
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
    with run_server([nginx, "-p", str(place), "-c", "nginx.conf"], port, folder / "nginx.log"):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def run_caddy(folder: Path, served: Path) -> Iterator[str]:
    """Run Caddy with the example configuration over a folder; gives its URL."""
    port, place = find_port(), folder / "caddy"
    place.mkdir()
    example = (EXAMPLES / "Caddyfile").read_text(encoding="utf-8")
    adapted = replace_lines(
        example,
        {"news.example.com {": f"http://127.0.0.1:{port} {{", "root * ": f"root * {served}"},
    )
    (place / "Caddyfile").write_text(f"{{\nadmin off\nauto_https off\n}}\n{adapted}")
    env = {**os.environ, "HOME": str(place), "XDG_DATA_HOME": str(place)}
    command = ["caddy", "run", "--config", str(place / "Caddyfile"), "--adapter", "caddyfile"]
    with run_server(command, port, folder / "caddy.log", env=env):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def run_server(
    command: Sequence[str], port: int, log: Path, *, env: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run a server until the block ends; it is given when its port answers."""
    with log.open("ab") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=env)
    try:
        end = time.monotonic() + _PATIENCE
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command[0]} does not answer:\n{log.read_text()[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def find_port() -> int:
    """Find a port of loopback that is free."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def replace_lines(text: str, replacements: Mapping[str, str]) -> str:
    """Replace whole lines of an example by how they begin, each of which must be there."""
    found = set()
    lines = []
    for line in text.splitlines():
        for beginning, replacement in replacements.items():
            if line.strip().startswith(beginning):
                found.add(beginning)
                line = replacement
                break
        lines.append(line)
    missing = replacements.keys() - found
    if missing:
        raise ValueError(f"the example has no line that begins with {missing}")
    return "\n".join(lines) + "\n"


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
