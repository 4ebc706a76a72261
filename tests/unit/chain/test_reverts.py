"""Why a contract said no, wherever a node puts the revert's bytes."""

from typing import Any

import pytest
from eth_abi.abi import encode

from registry.chain.fees import Fees
from registry.chain.reverts import decode_revert, known_errors, refusal, revert_data
from registry.chain.rpc import RpcError
from registry.proofs.keccak import keccak256

OVERLAP = keccak256(b"SerialsOverlap(uint32,uint256,uint256,uint256,uint256)")[:4] + encode(
    ["uint32", "uint256", "uint256", "uint256", "uint256"], [1, 1500, 2500, 1000, 2000]
)


def test_a_custom_error_is_told_by_name_with_named_arguments() -> None:
    refused = refusal(OVERLAP, "issue")
    assert (
        refused.message == "issue was refused: "
        "SerialsOverlap(series=1, first=1500, end=2500, existingFirst=1000, existingEnd=2000)"
    )
    assert refused.reason == "SerialsOverlap"
    assert refused.evidence["existingEnd"] == 2000


def test_accounts_and_hashes_are_told_in_hex() -> None:
    data = keccak256(b"NotTheOwner(uint256,address)")[:4] + encode(["uint256", "address"], [7, b"\xab" * 20])
    assert f"NotTheOwner(lot=7, account=0x{'ab' * 20})" in str(refusal(data, "split"))


@pytest.mark.parametrize(
    ("data", "decoded"),
    [
        (bytes.fromhex("08c379a0") + encode(["string"], ["no"]), ("Error", {"message": "no"})),
        (
            bytes.fromhex("4e487b71") + encode(["uint256"], [0x11]),
            ("Panic", {"code": 0x11, "meaning": "an arithmetic result is out of range"}),
        ),
        (bytes.fromhex("4e487b71") + encode(["uint256"], [0x99]), ("Panic", {"code": 0x99, "meaning": "unknown"})),
        (bytes.fromhex("12345678"), ("Reverted", {"data": bytes.fromhex("12345678")})),
        (OVERLAP[:40], ("Reverted", {"data": OVERLAP[:40]})),
        (b"", ("Reverted", {})),
    ],
)
def test_reasons_panics_and_unknown_data_are_told_as_what_they_are(data: bytes, decoded: tuple[str, Any]) -> None:
    assert decode_revert(data, known_errors()) == decoded


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("0x1234", b"\x12\x34"),
        ("Reverted 0x1234", b"\x12\x34"),
        ({"data": "0x1234"}, b"\x12\x34"),
        ({"originalError": {"data": "0x1234"}}, b"\x12\x34"),
        ({"result": "0x1234"}, b"\x12\x34"),
        (None, b""),
        ("0xzz", b""),
        ({"other": 1}, b""),
    ],
)
def test_revert_data_is_found_wherever_the_node_puts_it(data: Any, found: bytes) -> None:
    assert revert_data(RpcError(3, "execution reverted", data)) == found


def test_an_error_that_is_no_revert_is_none() -> None:
    assert revert_data(RpcError(-32005, "limit exceeded")) is None
    assert revert_data(RpcError(-32000, "insufficient funds for gas")) is None


@pytest.mark.parametrize(
    ("now", "earlier"),
    [
        (Fees(100, 10), Fees(100, 10)),
        (Fees(1, 0), Fees(100, 10)),
        (Fees(500, 1), Fees(100, 1)),
        (Fees(100, None), Fees(100, None)),
        (Fees(1, None), Fees(7, None)),
    ],
)
def test_a_replacement_pays_at_least_a_tenth_more(now: Fees, earlier: Fees) -> None:
    fees = now.higher_than(earlier)
    assert 10 * fees.most >= 11 * earlier.most
    assert fees.most >= now.most
    if earlier.tip is not None:
        assert fees.tip is not None
        assert 10 * fees.tip >= 11 * earlier.tip
        assert fees.tip <= fees.most


def test_where_gas_is_free_a_replacement_is_free_too() -> None:
    assert Fees(0, None).higher_than(Fees(0, None)) == Fees(0, None)
    assert Fees(0, 0).higher_than(Fees(0, 0)) == Fees(0, 0)
