"""Runs: their names, folders, workers and records.

A run is a folder, named by its uid: config.json (what was asked for), status.json (where it
stands; replaced atomically by its worker), rows.jsonl (what was measured; only ever appended to),
record.json (where the rows come from; written when it ended), log.txt, checkpoints/, and
meta.json (what the user said about it: name, note, archived).
"""
