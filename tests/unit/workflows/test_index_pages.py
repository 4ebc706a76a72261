"""The indexer's quick fold of a block's events is the history hash that the specification names."""

import pytest
from eth_bloom import BloomFilter
from hypothesis import given
from hypothesis import strategies as st

from registry.chain.blocks import Header
from registry.proofs.history import event_digest, fold
from registry.workflows.index_pages import bloom_of, folder_of

HASH = st.binary(min_size=32, max_size=32)
U64 = st.integers(0, 2**64 - 1)


@given(U64, U64, HASH, HASH, st.lists(HASH, min_size=1, max_size=4), st.binary(max_size=200))
def test_the_quick_fold_is_the_specified_one(
    number: int, timestamp: int, parent: bytes, prior: bytes, topics: list[bytes], data: bytes
) -> None:
    quick = folder_of(Header(number, bytes(32), parent, timestamp))
    wanted = fold(prior, event_digest(topics, data), number, timestamp, parent)
    assert quick(prior, b"".join(topics) + data) == wanted


def test_a_block_beyond_64_bits_has_no_fold() -> None:
    with pytest.raises(OverflowError):
        folder_of(Header(2**64, bytes(32), bytes(32), 0))


@given(st.binary(min_size=20, max_size=20))
def test_the_bloom_bits_of_a_contract_are_those_that_another_implementation_sets(address: bytes) -> None:
    other = BloomFilter()
    other.add(address)
    assert bloom_of(address) == int(other)
