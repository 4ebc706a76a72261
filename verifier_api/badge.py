"""A certificate's badge on a platform's page: what stands in the frame, and the code that puts it there.

It proves nothing, whoever shows it: the link behind it leads to the check. It names no person, and says of a
certificate what its page says at that moment.
"""

from dataclasses import dataclass
from html import escape

from registry.domain.asked import parse_certificate
from registry.domain.errors import Contradiction, OffsetproofError, Unavailable
from registry.proofs.verdict import UNAVAILABLE_VERDICT
from verifier_api.formats import mass
from verifier_api.judging import judge_sought
from verifier_api.language import Speaker
from verifier_api.problems import Problem, problem_of
from verifier_api.services import Services
from verifier_api.values import Value

SECONDS = 60
"""How long a badge may be kept: standing changes."""
SIZE = (340, 180)
"""Width and height of the frame in CSS pixels."""


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge says. `verdict` chooses sign and tone; "" for what is no certificate."""

    verdict: str
    word: str
    mass: str | None
    number: str | None
    block: Value | None
    status: int


def badge_of(services: Services, key: str, t: Speaker) -> Badge:
    """The badge of a certificate by hash or number. Whatever is wrong is said in it: a frame must not stay empty."""
    try:
        judged = judge_sought(services, parse_certificate(key))
    except (Unavailable, Contradiction):
        return Badge(UNAVAILABLE_VERDICT, t("verdict.unavailable.word"), None, None, None, 503)
    except (Problem, OffsetproofError) as error:
        problem = error if isinstance(error, Problem) else problem_of(error)
        return Badge("", t(f"problem.{problem.kind}.heading"), None, None, None, problem.status)
    value = judged.to_value()
    grams = value["grams"]
    return Badge(
        verdict=value["verdict"],
        word=t(f"verdict.{value['verdict']}.word"),
        mass=mass(grams) if grams else None,
        number=value["number"],
        block=value["block"],
        status=judged.status,
    )


def embed_codes(t: Speaker, address: str, certificate_hash: str, number: str) -> tuple[str, str]:
    """What a platform puts on its page: a link in words that stay true, and a frame with the badge.

    `address` is this verifier's, without a slash at its end.
    """
    page = f"{address}/certificates/{certificate_hash}"
    text = t("platforms.link_text", number=number)
    width, height = SIZE
    link = f'<a href="{escape(page)}?lang={t.language}" rel="noopener">{escape(text)}</a>'
    frame = (
        f'<iframe src="{escape(page)}/badge?lang={t.language}" title="{escape(text)}" width="{width}" '
        f'height="{height}" style="border:0" loading="lazy" referrerpolicy="no-referrer" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )
    return link, frame
