"""The real records, read exactly."""

from decimal import Decimal

import pytest

from registry.domain.errors import InvalidInput
from registry.workflows.records import grams_of_tonnes, load_records


def test_the_records_are_the_nine_blocks_seventeen_retirements_and_thirty_one_claims() -> None:
    records = load_records()
    assert len(records.blocks) == 9
    assert sum(block.serials.width for block in records.blocks) == 202
    assert len(records.retirements) == 17
    assert sum(r.serials.width for r in records.retirements) == 31
    assert len(records.claims) == 31
    assert sum(claim.grams for claim in records.claims) == 31_932_000


def test_each_retirement_lies_in_its_block_and_its_fills_use_it_up() -> None:
    records = load_records()
    blocks = {block.key: block for block in records.blocks}
    for retirement in records.retirements:
        assert blocks[retirement.block].serials.contains(retirement.serials)
        filled = sum(fill.grams for fill in records.fills_of(retirement.certificate_id))
        assert filled == retirement.serials.width * 1_000_000


def test_twenty_three_claims_are_filled_one_in_part_and_seven_not_at_all() -> None:
    records = load_records()
    filled = [(records.filled_grams(claim.claim_id), claim.grams) for claim in records.claims]
    assert sum(got == asked for got, asked in filled) == 23
    assert sum(0 < got < asked for got, asked in filled) == 1
    assert sum(got == 0 for got, _ in filled) == 7


def test_tonnes_finer_than_a_gram_are_refused() -> None:
    assert grams_of_tonnes(Decimal("0.107")) == 107_000
    with pytest.raises(InvalidInput, match="whole number of grams"):
        grams_of_tonnes(Decimal("0.0000001"))
