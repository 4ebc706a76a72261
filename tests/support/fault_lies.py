"""Faults that are wrong answers: about logs, blocks and storage."""

import random
from collections.abc import Callable
from typing import Any

from support.fault_exchange import Exchange, bend_one, fault


def _logs(name: str, bend: Callable[[list[Any], int, random.Random], list[Any]]) -> None:
    """A fault of the logs in an answer: `bend` takes them, a place among them, and a chance."""

    def at_some_place(logs: list[Any], chance: random.Random) -> list[Any]:
        return bend(list(logs), chance.randrange(len(logs)), chance)

    @fault(name)
    def play(exchange: Exchange) -> bool:
        return bend_one(exchange, ("eth_getLogs",), at_some_place)


def _with(log: Any, **members: Any) -> Any:
    return log | members


def _flipped(text: str, chance: random.Random) -> str:
    """Hex with one other digit."""
    at = chance.randrange(2, len(text))
    return text[:at] + format(int(text[at], 16) ^ chance.randrange(1, 16), "x") + text[at + 1 :]


def _altered(logs: list[Any], at: int, name: str, value: Any) -> list[Any]:
    logs[at] = _with(logs[at], **{name: value})
    return logs


def _shuffled(logs: list[Any], _: int, chance: random.Random) -> list[Any]:
    chance.shuffle(logs)
    return logs


def _lagging(logs: list[Any], _: int, __: random.Random) -> list[Any]:
    """The header is there, the logs of the newest block are not."""
    return [log for log in logs if log["blockNumber"] != logs[-1]["blockNumber"]]


def _another_topic(logs: list[Any], at: int, chance: random.Random) -> list[Any]:
    topics = list(logs[at]["topics"])
    place = chance.randrange(len(topics))
    topics[place] = _flipped(topics[place], chance)
    return _altered(logs, at, "topics", topics)


def _traded(logs: list[Any], at: int, chance: random.Random) -> list[Any]:
    """Two events trade their contents: not those of two contracts in one block, whose order nothing proves."""
    one = logs[at]
    others = [
        n for n, log in enumerate(logs) if log["address"] == one["address"] or log["blockHash"] != one["blockHash"]
    ]
    other = chance.choice(others)
    two = logs[other]
    for place, log in ((at, two), (other, one)):
        logs[place] = logs[place] | {name: log[name] for name in ("address", "topics", "data")}
    return logs


def _other_data(logs: list[Any], at: int, chance: random.Random) -> list[Any]:
    return _altered(logs, at, "data", _flipped(logs[at]["data"], chance))


_logs("logs dropped", lambda logs, at, _: logs[:at] + logs[at + 1 :])
_logs("logs cut", lambda logs, at, _: logs[:at])
_logs("no logs", lambda *_: [])
_logs("logs twice", lambda logs, at, _: logs[: at + 1] + logs[at:])
_logs("logs shuffled", _shuffled)
_logs("logs traded", _traded)
_logs("logs removed", lambda logs, at, _: _altered(logs, at, "removed", True))
_logs("logs late", _lagging)
_logs("another topic", _another_topic)
_logs("other data", _other_data)
_logs("no hex", lambda logs, at, _: _altered(logs, at, "data", "0x\0\ud800"))
_logs("data of an odd length", lambda logs, at, _: _altered(logs, at, "data", logs[at]["data"] + "00"))
_logs("another contract", lambda logs, at, c: _altered(logs, at, "address", _flipped(logs[at]["address"], c)))
_logs("another block's log", lambda logs, at, c: _altered(logs, at, "blockHash", _flipped(logs[at]["blockHash"], c)))
_logs("another number", lambda logs, at, c: _altered(logs, at, "blockNumber", _flipped(logs[at]["blockNumber"], c)))


# Wrong answers about blocks and storage.


def _blocks(name: str, member: str) -> None:
    @fault(name)
    def play(exchange: Exchange) -> bool:
        return bend_one(
            exchange,
            ("eth_getBlockByNumber", "eth_getBlockByHash"),
            lambda block, chance: block | {member: _flipped(block[member], chance)},
        )


_blocks("another hash", "hash")
_blocks("another parent", "parentHash")
_blocks("another time", "timestamp")
_blocks("another bloom", "logsBloom")


@fault("another word")
def _another_word(exchange: Exchange) -> bool:
    """A storage word is altered, or comes shorter."""

    def bend(word: str, chance: random.Random) -> str:
        return _flipped(word, chance) if chance.random() < 0.8 else word[:-2]

    return bend_one(exchange, ("eth_getStorageAt",), bend)


@fault("zero words")
def _zero_words(exchange: Exchange) -> bool:
    """The node forgot its state and says so by zeros."""
    return bend_one(exchange, ("eth_getStorageAt",), lambda word, _: "0x" + "0" * (len(word) - 2))
