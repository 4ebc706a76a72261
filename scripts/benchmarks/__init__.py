"""Measurements as ratios: each compares two figures of one run on one machine, for machines are noisy."""
