"""Keys come from a file, the environment or a remote signer, and are never told."""

import json
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from registry.chain.keys import LocalSigner, RemoteSigner, load_signer, to_json
from registry.chain.rpc import Call, RpcError
from registry.domain.errors import InvalidInput, Unavailable

KEY = bytes.fromhex("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318")
ADDRESS = bytes.fromhex("2c7536e3605d9c16a7a3d7b1898e529396a65c23")
TRANSACTION = {"to": b"\1" * 20, "data": b"", "value": 0, "chainId": 1, "gas": 21_000, "nonce": 0, "gasPrice": 1}


class Remote:
    name = "a remote signer"

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        if method not in self.answers:
            raise RpcError(-32601, "no such method")
        return self.answers[method]

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        return [self.request(*call) for call in calls]


@pytest.fixture(scope="module")
def keystore(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "key.json"
    path.write_text(json.dumps(Account.encrypt(KEY, "correct horse", kdf="pbkdf2", iterations=10)))
    return path


def test_a_keystore_opens_with_the_password_that_is_asked_for(keystore: Path) -> None:
    signer = load_signer(keystore=keystore, password=lambda: "correct horse", environment={})
    assert signer.address == ADDRESS


def test_a_keystore_opens_with_the_password_in_the_environment_without_asking(keystore: Path) -> None:
    signer = load_signer(
        keystore=keystore,
        password=lambda: pytest.fail("asked"),
        environment={"OFFSETPROOF_KEYSTORE_PASSWORD": "correct horse"},
    )
    assert signer.address == ADDRESS


def test_a_wrong_password_is_refused_without_telling_it(keystore: Path) -> None:
    with pytest.raises(InvalidInput, match="does not open") as caught:
        load_signer(keystore=keystore, password=lambda: "battery staple", environment={})
    assert "staple" not in str(caught.value)


def test_a_keystore_without_a_password_or_that_is_none_is_refused(keystore: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="needs a password"):
        load_signer(keystore=keystore, environment={})
    with pytest.raises(InvalidInput, match="cannot be read"):
        load_signer(keystore=tmp_path / "none.json", environment={})
    (tmp_path / "other.json").write_text("[]")
    with pytest.raises(InvalidInput, match="does not open"):
        load_signer(keystore=tmp_path / "other.json", password=lambda: "x", environment={})


@pytest.mark.parametrize("prefix", ["", "0x"])
def test_the_environments_key_is_taken(prefix: str) -> None:
    assert load_signer(environment={"OFFSETPROOF_PRIVATE_KEY": prefix + KEY.hex()}).address == ADDRESS


@pytest.mark.parametrize("text", ["0x12345678", "zz" * 32, "00" * 32, "ff" * 32, KEY.hex()[:-1] + "g"])
def test_what_is_no_key_is_refused_without_telling_it(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a private key") as caught:
        load_signer(environment={"OFFSETPROOF_PRIVATE_KEY": text})
    assert text not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_key_at_all_is_refused_with_what_to_set() -> None:
    with pytest.raises(InvalidInput, match="OFFSETPROOF_PRIVATE_KEY"):
        load_signer(environment={})


def test_a_signer_tells_its_address_and_not_its_key() -> None:
    signer = LocalSigner(KEY)
    assert repr(signer) == "LocalSigner(0x2c7536e3605d9c16a7a3d7b1898e529396a65c23)"
    with pytest.raises(TypeError):
        pickle.dumps(signer)
    assert not hasattr(signer, "__dict__")


def test_a_local_signature_is_the_accounts() -> None:
    raw = LocalSigner(KEY).sign(dict(TRANSACTION))
    assert bytes.fromhex(Account.recover_transaction(raw)[2:]) == ADDRESS


def test_a_remote_signer_is_the_account_named_or_the_first() -> None:
    remote = Remote(eth_accounts=["0x2C7536E3605D9C16A7A3D7B1898E529396A65C23"])
    assert load_signer(remote=remote, environment={}).address == ADDRESS
    assert load_signer(remote=remote, account=b"\7" * 20, environment={}).address == b"\7" * 20
    with pytest.raises(InvalidInput):
        load_signer(remote=Remote(eth_accounts=[]), environment={})
    with pytest.raises(InvalidInput):
        load_signer(remote=Remote(), environment={})


@pytest.mark.parametrize("answer", ["0x02f8", {"raw": "0x02f8", "tx": {}}])
def test_a_remote_signer_that_only_signs_gives_the_raw_transaction(answer: Any) -> None:
    signer = RemoteSigner(Remote(eth_signTransaction=answer), ADDRESS, sends=False)
    assert signer.sign(dict(TRANSACTION)) == bytes.fromhex("02f8")
    assert RemoteSigner(Remote(), ADDRESS).sign(dict(TRANSACTION)) is None


def test_a_remote_signer_that_answers_nonsense_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        RemoteSigner(Remote(eth_signTransaction={"tx": 1}), ADDRESS, sends=False).sign(dict(TRANSACTION))


def test_transactions_are_spelled_as_nodes_want() -> None:
    assert to_json({"to": b"\1\2", "value": 0, "gas": 21_000, "data": b"", "gone": None}) == {
        "to": "0x0102",
        "value": "0x0",
        "gas": "0x5208",
        "data": "0x",
    }
