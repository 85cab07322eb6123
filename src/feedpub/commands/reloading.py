"""Pages of a preview that reload themselves when a build changed the output."""

from __future__ import annotations

import secrets
from threading import Condition

# Hidden names are never those of files that the preview shows.
SCRIPT_PATH = ".feedpub/reload.js"
STATE_PATH = ".feedpub/state"
SCRIPT = f"""\
const seen = new URL(document.currentScript.src).searchParams.get("state");
const pause = () => new Promise((again) => setTimeout(again, 1000));
(async () => {{
  for (;;) {{
    try {{
      const answer = await fetch(`/{STATE_PATH}?seen=${{seen}}`, {{ cache: "no-store" }});
      if (answer.ok && (await answer.text()) !== seen) return location.reload();
      if (!answer.ok) await pause();
    }} catch {{
      await pause();
    }}
  }}
}})();
"""
_POLICY = b"script-src "
_OWN = b"&#39;self&#39; "


class Changes:
    """Numbers the states of the output, and lets a page wait for the next one.

    No two servers have a state of the same name, so a page notices a restart, too.
    """

    def __init__(self) -> None:
        self._server = secrets.token_hex(4)
        self._number = 0
        self._told = Condition()

    @property
    def state(self) -> str:
        """The name of the state that is shown now."""
        return f"{self._server}-{self._number}"

    def tell(self) -> None:
        """Begin another state, and wake those who wait."""
        with self._told:
            self._number += 1
            self._told.notify_all()

    def wait(self, seen: str, seconds: float) -> str:
        """Give the name of the state as soon as it is not the seen one, or after some time."""
        with self._told:
            self._told.wait_for(lambda: self.state != seen, seconds)
            return self.state


def add_script(page: bytes, state: str) -> bytes:
    """Add the script that reloads a page, and let the page's own policy allow it."""
    script = b'<script src="/%b?state=%b"></script>\n'
    named = (SCRIPT_PATH.encode("ascii", "strict"), state.encode("ascii", "strict"))
    head, end, tail = page.replace(_POLICY, _POLICY + _OWN, 1).rpartition(b"</body>")
    return head + script % named + end + tail if end else tail + script % named
