"""Two languages with the same keys. The address says which (`?lang=zh`), else the browser does; no cookie is needed."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request

LANGUAGES = ("zh", "en")
DEFAULT = "en"
NAMES = {"zh": "中文", "en": "English"}
TAGS = {"zh": "zh-Hans", "en": "en"}


@cache
def messages(language: str) -> Mapping[str, str]:
    """All texts of one language, by key."""
    path = Path(__file__).with_name("messages") / f"{language}.json"
    loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def choose_language(asked: str | None, accepted: str | None) -> str:
    """`asked` (from the address) if it is one of ours, else the best of an Accept-Language header, else English."""
    if asked in LANGUAGES:
        return asked
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate((accepted or "").split(",")[:20]):
        tag, _, rest = part.strip().partition(";")
        name = tag.strip().lower().split("-")[0]
        if name not in LANGUAGES:
            continue
        text = rest.strip().removeprefix("q=")
        try:
            weight = float(text) if text else 1.0
        except ValueError:
            weight = 0.0
        if 0 < weight <= 1:
            ranked.append((-weight, place, name))
    return min(ranked)[2] if ranked else DEFAULT


class Speaker:
    """Says things in one language, and makes links that keep a language chosen in the address."""

    def __init__(self, request: Request) -> None:
        asked = request.query_params.get("lang")
        self.language = choose_language(asked, request.headers.get("accept-language"))
        self.tag = TAGS[self.language]
        self.chosen = self.language if asked in LANGUAGES else ""
        self._texts = messages(self.language)
        self._path = request.url.path
        self._query = [(k, v) for k, v in request.query_params.multi_items() if k != "lang"]

    def __call__(self, key: str, **values: object) -> str:
        """The text for `key`. A missing key is a bug, so it raises KeyError."""
        return self._texts[key].format(**values)

    def known(self, key: str) -> bool:
        """Whether there is a text for `key`."""
        return key in self._texts

    def link(self, path: str, **query: object) -> str:
        """`path` with `query`, and with the language if the visitor chose one."""
        pairs = [(k, str(v)) for k, v in query.items() if v not in (None, "")]
        if self.chosen:
            pairs.append(("lang", self.chosen))
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def in_other_languages(self) -> list[tuple[str, str, str]]:
        """(tag, name, address of this very page) for each other language."""
        return [
            (TAGS[other], NAMES[other], f"{self._path}?{urlencode([*self._query, ('lang', other)])}")
            for other in LANGUAGES
            if other != self.language
        ]
