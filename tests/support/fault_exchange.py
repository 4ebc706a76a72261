"""One request to the fault proxy, the ways to answer it, and the faults that do, by name."""

import json
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from support.fault_proxy import FaultProxy

Question = dict[str, Any]
Answer = dict[str, Any]
Header = dict[str, str]


class Exchange:
    """One request to the proxy: what was asked, and the ways to answer."""

    def __init__(self, proxy: "FaultProxy", handler: Any, body: bytes) -> None:
        self.proxy = proxy
        self.handler = handler
        self.body = body
        self.chance = random.Random(proxy.draw())
        parsed = json.loads(body)
        self.is_batch = isinstance(parsed, list)
        self.questions: list[Question] = parsed if self.is_batch else [parsed]

    def asks(self, *methods: str) -> bool:
        """Whether one of these methods is asked for."""
        return any(question["method"] in methods for question in self.questions)

    def honest(self, questions: list[Question] | None = None, *, of_another_chain: bool = False) -> list[Answer]:
        """What the node answers to the questions (or to others), in their order."""
        asked = self.questions if questions is None else questions
        body = json.dumps(asked if self.is_batch else asked[0]).encode()
        answers = json.loads(self.proxy.forward(self.handler, body, of_another_chain=of_another_chain))
        return answers if self.is_batch else [answers]

    def reply(self, answers: list[Answer]) -> None:
        """Answer with these."""
        self.send(json.dumps(answers if self.is_batch else answers[0]).encode())

    def pass_on(self) -> None:
        """Answer what the node answers."""
        self.send(self.proxy.forward(self.handler, self.body))

    def refuse(self, code: int, message: str) -> None:
        """Answer with a JSON-RPC error: for each question of a batch."""
        error = {"code": code, "message": message}
        self.reply([{"jsonrpc": "2.0", "id": question["id"], "error": error} for question in self.questions])

    def send(self, body: bytes, status: int = 200, headers: Header | None = None, length: int | None = None) -> None:
        """Answer with these bytes; `length` lies about how many there are."""
        self.handler.send_response(status)
        self.handler.send_header("content-type", "application/json")
        for name, value in (headers or {}).items():
            self.handler.send_header(name, value)
        self.handler.send_header("content-length", str(len(body) if length is None else length))
        self.handler.end_headers()
        self.handler.wfile.write(body)
        if length is not None:
            self.handler.close_connection = True


Fault = Callable[[Exchange], bool]
"""Plays a fault and answers; False, without an answer, if it has nothing to bend here."""

FAULTS: dict[str, Fault] = {}
"""By name, in words: what is wrong with the node."""


def fault(name: str) -> Callable[[Fault], Fault]:
    """Give a fault its name."""

    def named(play: Fault) -> Fault:
        FAULTS[name] = play
        return play

    return named


Bend = Callable[[Any, random.Random], Any]


def bend_one(exchange: Exchange, methods: tuple[str, ...], bend: Bend) -> bool:
    """Answer with what `bend` makes of one result, drawn from those that these methods gave."""
    if not exchange.asks(*methods):
        return False
    answers = exchange.honest()
    pairs = zip(exchange.questions, answers, strict=True)
    bendable = [answer for question, answer in pairs if question["method"] in methods and answer.get("result")]
    if not bendable:
        return False
    answer = exchange.chance.choice(bendable)
    bent = bend(answer["result"], exchange.chance)
    if bent == answer["result"]:
        return False
    answer["result"] = bent
    exchange.reply(answers)
    return True
