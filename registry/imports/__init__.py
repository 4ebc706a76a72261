"""Importers: what source registries publish about their credits, each row read, or rejected with its reason.

`read_files` reads, `find_anomalies` compares rows with one another. The formats are data, in `sources.py`.
"""
