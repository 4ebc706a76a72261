"""Frozen values of the field: grams, serials, lots, certificates. No clock, network, file or database."""
