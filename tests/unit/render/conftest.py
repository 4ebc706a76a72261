"""The example certificate of the proofs' tests, and one typesetter for all: loading fonts takes longer than a page."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "proofs"))

from registry.render.typesetter import Typesetter, font_folders


@pytest.fixture(scope="session")
def typesetter() -> Typesetter:
    return Typesetter(font_folders(None))
