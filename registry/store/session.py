"""The session type, so that those who ask queries can name what they pass without importing SQL."""

from sqlmodel import Session

__all__ = ["Session"]
