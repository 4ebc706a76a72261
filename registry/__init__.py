"""offsetproof: an open, verifiable registry of carbon-credit retirements.

`registry.domain` and `registry.proofs` are the verifier library: pure, importable with the base install alone.
"""

__version__ = "0.1.0"
