"""Phase transition: drag the generator and the pruner, watch p_star decide."""

import streamlit as st

from pages.ui.phase import figures, lesson, rounds, stage
from pages.ui.phase.header import header
from pages.ui.phase.simulation import assistant
from pages.ui.phase.view import FIELDS, PAGE
from pages.ui.shared import chrome, front_door
from pages.ui.shared.state import publish, synchronise

front_door.enter()
assistant()
view, refused = synchronise(PAGE, FIELDS)
# One container: whatever comes and goes above it, the picture keeps its place and lives on.
with st.container():
    header(view)
    if refused:
        st.warning("  \n".join(refused), icon=":material/link_off:")
    lesson.show(view)
if view["mode"] == "rounds":
    rounds.show(view)
else:
    stage.show(view)
    figures.show(view)
chrome.onward(PAGE)
publish(PAGE)
