"""Answer every request with one picture after 50 ms; run as `python -m benchmarks.image_server`.

Writes its port to the file PORT, and ends with its standard input.
"""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path

from PIL import Image as Pictures

LATENCY = 0.05  # seconds


def make_answer() -> bytes:
    """Make the answer with a JPEG of some kilobytes."""
    held = io.BytesIO()
    Pictures.radial_gradient("L").resize((800, 600)).save(held, "JPEG", quality=80)
    size = len(held.getvalue())
    head = (
        "HTTP/1.1 206 Partial Content\r\nContent-Type: image/jpeg\r\n"
        f"Content-Length: {size}\r\nContent-Range: bytes 0-{size - 1}/{size}\r\n\r\n"
    )
    return head.encode() + held.getvalue()


async def serve(port: Path) -> None:
    """Serve until standard input ends."""
    content = make_answer()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(LATENCY)
                writer.write(content)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "0.0.0.0", 0, backlog=256)
    port.write_text(str(server.sockets[0].getsockname()[1]))
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
