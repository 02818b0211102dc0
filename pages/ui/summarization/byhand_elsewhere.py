"""A model from elsewhere for a text of one's own: a folder, or the hub with a download first."""

from pathlib import Path

import streamlit as st

from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.outside import code, plain
from pages.ui.shared.press import press
from pages.ui.summarization.address import PAGE
from synverify_core.errors import SynverifyError
from synverify_core.experiments.catalogue import Origin, Stored
from synverify_core.experiments.summarization import hub_model
from synverify_core.experiments.summarization.hub_model import SUGGESTED, Found
from synverify_core.experiments.summarization.stored import Model, count_parameters

KEY = "elsewhere"
"""Key of the model among those that write."""
TITLE = "For other texts: a larger model, from a folder or the hub"
HELP = (
    "A folder with config.json, tokenizer and weights (safetensors), or a name on the hub, "
    f"OWNER/NAME. {SUGGESTED} is the smallest one that writes English about anything."
)
DOWNLOAD_HELP = "Download it into the hub's own cache, where other programs find it, too"
STOP_HELP = "End the download; what has come stays, and the next one goes on from it"
FAILED = "The last download did not end well"
SECONDS_BETWEEN_LOOKS = 1.0


def choose() -> Model | None:
    """Draw what can be had from elsewhere, and return the model if it is ready."""
    asked = state.current(PAGE)["elsewhere"].strip()
    with st.expander(TITLE, icon=":material/cloud_download:", expanded=bool(asked)):
        name, action = st.columns([0.75, 0.25], vertical_alignment="bottom")
        name.text_input("Model", placeholder=SUGGESTED, help=HELP, **state.bind(PAGE, "elsewhere"))
        model = asked or SUGGESTED
        try:
            found = hub_model.find(model, jobs())
            if found.state != "ready":
                _offer(model, found, action)
                return None
            ready = _as_stored(model, found.folder)
        except (SynverifyError, OSError) as error:
            st.error(plain(error), icon=":material/error:")
            return None
        millions = f"{ready.facts / 1e6:,.3g} million weights"
        st.success(f"{code(model)} is here: {millions}. It is among the models that write.")
        return ready


def jobs() -> Path:
    """Where notes about downloads are kept."""
    return runs_store.store().root / "downloads"


def _offer(model: str, found: Found, action: st.delta_generator.DeltaGenerator) -> None:
    if found.state == "coming":
        with action:
            press("Stop", "stop", STOP_HELP, hub_model.stop, model, jobs(), key=f"{PAGE}:stop")
        _watch(model)
        return
    with action:
        press(
            "Download", "download", DOWNLOAD_HELP, hub_model.begin, model, jobs(),
            key=f"{PAGE}:download",
        )  # fmt: skip
    size = f"of about {_megabytes(found.total)}" if found.total else "whose size the hub will tell"
    here = f"; {_megabytes(found.done)} of it are here" if found.done else ""
    st.markdown(f"{code(model)} is not on this machine. It is a download {size}{here}.")
    if found.problem:
        st.warning(f"{FAILED}: {plain(found.problem)}", icon=":material/cloud_off:")


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _watch(model: str) -> None:
    found = hub_model.find(model, jobs())
    if found.state != "coming":
        state.rerun()  # the looks end only with a run of the whole page
    total = found.total
    text = _megabytes(found.done) + (f" of {_megabytes(total)}" if total else "")
    st.progress(min(1.0, found.done / total) if total else 0.0, f"{code(model)}: {text}")


def _as_stored(model: str, folder: Path | None) -> Model:
    assert folder is not None  # it is ready
    origin = Origin(settings={"model": model}, seed=0)
    return Stored.of(KEY, "base", origin, folder, count_parameters(folder), False)


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"
