"""Measure a build that asks servers for its images; run as `python -m benchmarks.remote_images`.

A process of its own answers each request after 50 ms, under 16 addresses of loopback. The least
that a build can take is what 32 requests at once have to wait. Nothing is asserted.
"""

from __future__ import annotations

import asyncio
import io
import multiprocessing
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
from PIL import Image as Pictures

from benchmarks.corpus import count_measured, write_site_of_images
from benchmarks.run import run_child
from feedpub.images.remote import AT_ONCE

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

LATENCY = 0.05  # seconds
HOSTS = 16
SETTINGS = 'remote_images = "measure"\nallow_loopback = true\n'


def make_picture() -> bytes:
    """Make a JPEG of some kilobytes."""
    held = io.BytesIO()
    Pictures.radial_gradient("L").resize((800, 600)).save(held, "JPEG", quality=80)
    return held.getvalue()


def serve(told: Connection) -> None:
    """Answer every request with one picture, after the latency; tell the port."""
    picture = make_picture()
    head = (
        "HTTP/1.1 206 Partial Content\r\nContent-Type: image/jpeg\r\n"
        f"Content-Length: {len(picture)}\r\n"
        f"Content-Range: bytes 0-{len(picture) - 1}/{len(picture)}\r\n\r\n"
    ).encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(LATENCY)
                writer.write(head + picture)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "0.0.0.0", 0, backlog=256)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@click.command()
@click.option("--images", default=1_000, show_default=True)
def main(images: int) -> None:
    """Build, and print the seconds beside the least that the waiting takes."""
    heard, told = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.Process(target=serve, args=(told,), daemon=True)
    server.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port = heard.recv()
        urls = (f"http://127.0.0.{n % HOSTS + 1}:{port}/{n}.jpg" for n in range(images))
        write_site_of_images(folder, urls, sections=20, settings=SETTINGS)
        config = str(folder / "feedpub.toml")
        cost = run_child([sys.executable, "-m", "feedpub", "build", "-q", "-c", config])
        known = count_measured(folder, "remote-images.json")
    server.terminate()
    server.join()
    least = images * LATENCY / AT_ONCE
    click.echo(
        f"{images:,} images of {HOSTS} servers, {LATENCY * 1000:g} ms each: {cost.seconds:.2f} s, "
        f"{cost.seconds / least:.1f} times the waiting for {AT_ONCE} at once, "
        f"{cost.peak / 1e6:.0f} MB, {known:,} images known"
    )


if __name__ == "__main__":
    main()
