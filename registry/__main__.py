"""`python -m registry` is `offsetproof`."""

from registry.cli import main

main()
