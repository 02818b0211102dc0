"""The link to what a page shows, short, to copy, and as a QR code for a room."""

from pathlib import Path
from urllib.parse import urlencode, urlsplit

import streamlit as st

from pages.ui.shared.drawn import drawn
from pages.ui.shared.qr import svg
from pages.ui.shared.state import short_link

_mount = drawn("synverify_share", Path(__file__).with_name("share"))
_HERE_ONLY = ("127.0.0.1", "localhost", "::1")


def address_of(page: str) -> str:
    """Return the short address of what a page shows: only what differs from the defaults."""
    place = (st.context.url or "").partition("?")[0]
    params = short_link(page)
    return f"{place}?{urlencode(params)}" if params else place


def share_button(page: str) -> None:
    """Draw the button that opens link and QR code."""
    link = address_of(page)
    code = svg(link)
    remark = ""
    if not code:
        remark = "The link is too long for a QR code: copy it."
    elif urlsplit(link).hostname in _HERE_ONLY:
        remark = "It opens on this computer only. To serve a room, see the README."
    with st.popover("Share", icon=":material/qr_code:", type="tertiary", help="Link and QR code"):
        _mount(key=f"{page}:share", data={"link": link, "code": code, "remark": remark})
