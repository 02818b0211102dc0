"""Phase transition: drag the generator and the pruner, watch p_star decide."""

import streamlit as st

from pages.ui import front_door, phase_figures, phase_lesson, phase_stage
from pages.ui.phase_header import header
from pages.ui.phase_simulation import helper
from pages.ui.phase_view import FIELDS, PAGE
from pages.ui.state import publish, synchronise

front_door.enter()
helper()
view, refused = synchronise(PAGE, FIELDS)
header(view)
if refused:
    st.warning("  \n".join(refused), icon=":material/link_off:")
phase_lesson.show(view)
phase_stage.show(view)
phase_figures.show(view)
publish(PAGE, FIELDS)
