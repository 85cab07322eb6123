"""Article pages, as text or HTML, to the fields of a record.

In: the text or bytes of one page. Out: its fields under our names and what found each.
Bylines, captions and credits have their grammar here. Opens no file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.pages.author_names import split_authors
    from feedpub.pages.captions import split_caption
    from feedpub.pages.css_selectors import check_selectors
    from feedpub.pages.html_fields import tell_doubts
    from feedpub.pages.html_page import identify_html, read_html
    from feedpub.pages.html_source import (
        MAX_PAGE_BYTES,
        PAGE_TOO_LARGE,
        decode_html,
        parse_page,
    )
    from feedpub.pages.site_page import read_site_page
    from feedpub.pages.text_blocks import asks_for_files
    from feedpub.pages.text_page import read_text_page
else:
    __getattr__ = open_door(
        __name__,
        author_names="split_authors",
        captions="split_caption",
        css_selectors="check_selectors",
        html_fields="tell_doubts",
        html_page="identify_html read_html",
        html_source="MAX_PAGE_BYTES PAGE_TOO_LARGE decode_html parse_page",
        site_page="read_site_page",
        text_blocks="asks_for_files",
        text_page="read_text_page",
    )
