"""Tiles name, hold and prove the same tree as the one in memory."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import Contradiction, InvalidInput
from registry.domain.units import MAX_GRAMS
from registry.proofs.sumtree import SumTree, fold_path, pack_entry
from registry.proofs.tiles import (
    Rooted,
    TileStream,
    nodes_over_tiles,
    parse_tile_name,
    tile_level_sizes,
    tile_levels,
    tile_name,
    tile_width,
)
from registry.workflows.tile_store import TileReader, TileWriter


def leaves(count: int) -> list[tuple[int, bytes]]:
    return [(1 + i % 7, sha256(i.to_bytes(4, "big")).digest()) for i in range(count)]


def written(folder: Path, count: int, cut: int = 100) -> Rooted:
    writer = TileWriter(folder)
    entries = [pack_entry(certificate, grams) for grams, certificate in leaves(count)]
    for at in range(0, count, cut):
        writer.add(b"".join(entries[at : at + cut]))
    return writer.finish()


@given(st.lists(st.integers(1, 900), min_size=1, max_size=9), st.sets(st.integers(0, 8)))
def test_nodes_that_are_known_beforehand_change_nothing(runs: list[int], told: set[int]) -> None:
    def streamed(known: set[int]) -> tuple[Rooted, list[tuple[int, int, bytes]]]:
        tiles: list[tuple[int, int, bytes]] = []
        stream, index = TileStream(lambda *tile: tiles.append(tile)), 0
        for number, run in enumerate(runs):
            entries = b"".join(pack_entry(hash_, grams) for grams, hash_ in leaves(sum(runs))[index : index + run])
            stream.add(entries, nodes_over_tiles(index, entries) if number in known else None)
            index += run
        return stream.finish(), tiles

    assert streamed(told) == streamed(set())


def test_the_nodes_over_tiles_are_those_of_whole_tiles_only() -> None:
    entries = b"".join(pack_entry(hash_, grams) for grams, hash_ in leaves(700))
    assert nodes_over_tiles(1, entries[40 * 1 : 40 * 255]) == b""
    assert nodes_over_tiles(1, entries[40 * 1 : 40 * 512]) == tile_levels(0, 1, entries[40 * 256 : 40 * 512])[-1]
    assert nodes_over_tiles(0, entries) == b"".join(
        tile_levels(0, n, entries[40 * 256 * n : 40 * 256 * (n + 1)])[-1] for n in range(2)
    )


@pytest.mark.parametrize(
    ("level", "n", "width", "name"),
    [
        (0, 0, 256, "leaf/000"),
        (0, 3906, 64, "leaf/x003/906.p/64"),
        (0, 1234067, 256, "leaf/x001/x234/067"),
        (2, 0, 16, "node/2/000.p/16"),
    ],
)
def test_a_tile_is_named_by_level_number_and_width(level: int, n: int, width: int, name: str) -> None:
    assert tile_name(level, n, width) == name
    assert parse_tile_name(name) == (level, n, width)


@given(st.integers(0, 9), st.integers(0, 10**15 - 1), st.integers(1, 256))
def test_a_name_leads_back_to_its_tile(level: int, n: int, width: int) -> None:
    assert parse_tile_name(tile_name(level, n, width)) == (level, n, width)


@pytest.mark.parametrize(
    "name",
    [
        "", "leaf", "leaf/", "leaf/0", "leaf/0000", "leaf/x000/001", "leaf/x1/000", "leaf/X001/000", "leaf/001/000",
        "leaf/000.p/0", "leaf/000.p/00", "leaf/000.p/01", "leaf/000.p/256", "leaf/000.p/257", "leaf/000.p/999",
        "leaf/000.p", "leaf/000.q/1", "/leaf/000", "leaf/000/", "leaf/000\n", "leaf/+00", "leaf/００0", "node/000",
        "node/0/000", "node/01/000", "node/10/000", "node/1/000.p/256", "../leaf/000", "leaf/../leaf/000",
        "leaf/x001/x002/x003/x004/x005/006",
    ],
)  # fmt: skip
def test_a_tile_has_one_name_only(name: str) -> None:
    with pytest.raises(InvalidInput, match="tile's name"):
        parse_tile_name(name)


def test_a_million_leaves_need_three_tile_levels() -> None:
    assert tile_level_sizes(1_000_000) == [1_000_000, 3907, 16]
    assert tile_level_sizes(256) == [256]
    assert tile_level_sizes(257) == [257, 2]
    assert tile_width(3907, 15) == 67


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 511, 512, 513, 1000])
def test_tiles_lead_to_the_trees_root_and_give_its_paths(tmp_path: Path, count: int) -> None:
    tree = SumTree(leaves(count))
    assert written(tmp_path, count) == Rooted(tree.root, tree.total, count)
    reader = TileReader(tmp_path, count)
    for index in {0, 1, count // 2, max(count - 2, 0), count - 1, min(255, count - 1), min(256, count - 1)} - {count}:
        assert reader.path(index) == tree.path(index)
        assert (reader.leaf(index).grams, reader.leaf(index).hash) == leaves(count)[index]


def test_three_tile_levels_lead_to_the_trees_root(tmp_path: Path) -> None:
    count = 65_536 + 257
    tree = SumTree(leaves(count))
    assert written(tmp_path, count, 5000) == Rooted(tree.root, tree.total, count)
    reader = TileReader(tmp_path, count)
    for index in (0, 65_535, 65_536, count - 1):
        assert reader.path(index) == tree.path(index)
        grams, certificate = leaves(count)[index]
        assert fold_path(index, count, grams, certificate, reader.path(index)).root == tree.root
    assert sorted(p.name for p in tmp_path.glob("node/2/**/*") if p.is_file()) == ["2"]


@given(st.integers(1, 700), st.integers(1, 300))
def test_the_files_are_the_same_however_the_stream_was_cut(
    tmp_path_factory: pytest.TempPathFactory, count: int, cut: int
) -> None:
    one, other = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")
    assert written(one, count, cut) == written(other, count, 700)
    files = [
        {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        for folder in (one, other)
    ]
    assert files[0] == files[1]


def test_no_leaves_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="without certificates"):
        TileWriter(tmp_path).finish()


def test_a_sum_beyond_2_to_the_53_is_refused() -> None:
    with pytest.raises(InvalidInput, match="too large"):
        tile_levels(1, 0, pack_entry(bytes(32), MAX_GRAMS) + pack_entry(bytes(32), 1))


@pytest.mark.parametrize("damage", [b"", b"\0" * 39])
def test_a_damaged_or_missing_tile_is_a_contradiction(tmp_path: Path, damage: bytes) -> None:
    written(tmp_path, 300)
    tile = tmp_path / "leaf" / "000"
    tile.write_bytes(damage) if damage else tile.unlink()
    with pytest.raises(Contradiction, match="leaf/000"):
        TileReader(tmp_path, 300).path(3)
