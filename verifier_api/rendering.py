"""Pages: templates with every text from the message files and every figure from the same values as the JSON."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import jinja2
from starlette.requests import Request
from starlette.responses import Response

from registry.domain.grammars import GRAMMARS, OpaquePrefix
from registry.domain.hexes import parse_hash
from registry.domain.numbers import short_number
from verifier_api import formats
from verifier_api.answers import HTML, respond
from verifier_api.handed_out import offline_hash
from verifier_api.language import Speaker
from verifier_api.versions import versioned


def source_of(series: str, configured: Sequence[OpaquePrefix] = ()) -> str:
    """The source registry's name for people, by the series id its grammar gives; "" if none is known."""
    for prefix in configured:
        if prefix.series == series:
            return prefix.label.upper()
    found = [g for g in GRAMMARS if series.startswith(g.stem)]
    return max(found, key=lambda g: len(g.stem)).label if found else ""


class Pages:
    """Renders templates. `registry` is the pinned registry file as JSON, `names` its names by address."""

    def __init__(
        self, registry: Mapping[str, object], names: Mapping[str, str], configured: Sequence[OpaquePrefix] = ()
    ) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._registry = registry
        self._environment.globals["offline_hash"] = offline_hash()
        self._environment.globals["versioned"] = versioned
        self._formats = SimpleNamespace(
            thousands=formats.thousands,
            mass=formats.mass,
            day=formats.day,
            moment=formats.moment,
            spoken_moment=formats.spoken_moment,
            short=formats.short,
            name_of=lambda account: names.get(account, ""),
            source_of=partial(source_of, configured=configured),
            number_of=lambda text: short_number(parse_hash(text)),
        )

    def render(self, request: Request, template: str, t: Speaker, **values: object) -> bytes:
        """The page's bytes."""
        values = {"block": None, **values}
        page = self._environment.get_template(template)
        return page.render(t=t, f=self._formats, registry=self._registry, here=request.url.path, **values).encode()

    def answer(
        self,
        request: Request,
        template: str,
        t: Speaker,
        *,
        block: Mapping[str, object] | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        private: bool = False,
        cache: str = "no-cache",
        **values: object,
    ) -> Response:
        """The page as an answer that carries its block and its language."""
        body = self.render(request, template, t, block=block, **values)
        out = {"content-language": t.tag, **(headers or {})}
        return respond(request, body, HTML, block, status=status, headers=out, private=private, cache=cache)
