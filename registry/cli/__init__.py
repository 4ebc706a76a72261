"""The command line, `offsetproof`: thin over the workflows. With the base install only `verify` works alone."""

from registry.cli.app import main

__all__ = ["main"]
