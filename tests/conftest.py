"""Hypothesis profiles: a small fixed budget by default, more with OFFSETPROOF_TEST_PROFILE=full."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("default", max_examples=50, derandomize=True, deadline=None)
settings.register_profile(
    "full", max_examples=2_000, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("OFFSETPROOF_TEST_PROFILE", "default"))
