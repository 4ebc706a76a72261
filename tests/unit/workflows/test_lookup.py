"""A look-up finds what was put in, however the keys are spread and however much was spilled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.workflows import parted as parted_module
from registry.workflows.crew import Crew
from registry.workflows.lookup import LookupWriter, look_up
from registry.workflows.parted import parted

KEYS = st.integers(0, 2**64 - 1) | st.integers(0, 300) | st.integers(2**64 - 300, 2**64 - 1)


@given(st.lists(KEYS, min_size=1, max_size=900), KEYS, st.integers(1, 400), st.booleans(), st.sampled_from([256, 1024]))
def test_every_key_is_found_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, keys: list[int], other: int, together: int, spilled: bool, parts: int
) -> None:
    path = tmp_path_factory.mktemp("index") / "by.idx"
    with pytest.MonkeyPatch.context() as patch, Crew(0) as crew:
        patch.setattr(parted_module, "_BUFFERS", 1 << 10 if spilled else 1 << 23)
        writer = LookupWriter(path, parts)
        entries = [key.to_bytes(8, "big") + place.to_bytes(8, "big") for place, key in enumerate(keys)]
        for at in range(0, len(entries), together):
            writer.add(parted(entries[at : at + together], parts))
        writer.finish(crew)
    assert [file.name for file in path.parent.iterdir()] == ["by.idx"]
    data = path.read_bytes()
    assert [data[at : at + 16] for at in range(0, len(data), 16)] == sorted(entries)
    for key in (*keys[:20], other):
        wanted = [place for place, one in enumerate(keys) if one == key]
        asked = key.to_bytes(8, "big")
        assert look_up(path, asked, asked, most=1000) == wanted
