"""Tidy table -> Plotly figure; the only place that imports plotly."""
