"""HTML that is safe to publish, and Markdown rendered to HTML.

In: anyone's HTML or Markdown. Out: HTML of an allow-list with absolute URLs. Opens no file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.markup.body_images import read_body_images
    from feedpub.markup.body_text import read_body_text
    from feedpub.markup.cleaning import MarkupCleaner, drop_image, paragraphs_to_html
    from feedpub.markup.markdown import find_code, read_headline, render_line, render_markdown
    from feedpub.markup.restructured import render_restructured
else:
    __getattr__ = open_door(
        __name__,
        body_images="read_body_images",
        body_text="read_body_text",
        cleaning="MarkupCleaner drop_image paragraphs_to_html",
        markdown="find_code read_headline render_line render_markdown",
        restructured="render_restructured",
    )
