"""HTML that is safe to publish, and Markdown rendered to HTML.

In: anyone's HTML or Markdown. Out: HTML of an allow-list with absolute URLs. Opens no file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.markup.body_media import BodyMedia, read_body_media
    from feedpub.markup.body_text import read_body_text
    from feedpub.markup.cleaning import MarkupCleaner, drop_image, paragraphs_to_html
    from feedpub.markup.embeds import EMBED, SIZE, may_embed, show_embeds, write_embed
    from feedpub.markup.hidden_marks import is_number, is_permalink, read_marks
    from feedpub.markup.image_sources import PICTURES, find_source, stands_in
    from feedpub.markup.markdown import find_code, read_headline, render_line, render_markdown
    from feedpub.markup.restructured import render_restructured
else:
    __getattr__ = open_door(
        __name__,
        body_media="BodyMedia read_body_media",
        body_text="read_body_text",
        cleaning="MarkupCleaner drop_image paragraphs_to_html",
        embeds="EMBED SIZE may_embed show_embeds write_embed",
        hidden_marks="is_number is_permalink read_marks",
        image_sources="PICTURES find_source stands_in",
        markdown="find_code read_headline render_line render_markdown",
        restructured="render_restructured",
    )
