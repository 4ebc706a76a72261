"""The verifier library: canonical JSON, sum tree, anchor, history, bundle, and the ten numbered checks.

Pure: takes values, returns values. The specification is `docs/spec/`.
"""
