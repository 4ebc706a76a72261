"""The words of what people hold, in Chinese and English: `messages/zh.json` and `messages/en.json`, the same keys."""

import json
from functools import cache
from importlib.resources import files

from registry.domain.errors import InvalidInput

LANGUAGES = ("zh", "en")


class Words:
    """The texts of one language; `words("bound.lot")`, `words("number", number=…)`."""

    def __init__(self, language: str, texts: dict[str, str]) -> None:
        self.language = language
        self.texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with its places filled. A filled text is never filled again."""
        return self.texts[key].format(**values)


def other(language: str) -> str:
    """The second language of a page."""
    return "en" if language == "zh" else "zh"


@cache
def words_of(language: str) -> Words:
    """The words of a language; raises InvalidInput if it is not spoken here."""
    if language not in LANGUAGES:
        raise InvalidInput("this language is not spoken here", expected=" or ".join(LANGUAGES), found=language[:40])
    text = (files("registry.render") / "messages" / f"{language}.json").read_text("utf-8")
    return Words(language, json.loads(text))
