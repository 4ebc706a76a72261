"""JSON-RPC, contract artifacts and bindings, deployment, decoded events, the embedded chain.

This package imports nothing by itself: `rpc`, `node`, `blocks` and `events` work with the base install, the rest needs
the extras `chain` or `embedded`.
"""
