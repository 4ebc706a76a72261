"""Where the application finds its registry file and its mirror. Read from the environment, never at import."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from registry.domain.errors import InvalidInput

MEBIBYTE = 1_048_576


class Settings(BaseSettings):
    """Settings by their environment names `OFFSETPROOF_…`. Sizes are bytes, times are seconds."""

    model_config = SettingsConfigDict(env_prefix="OFFSETPROOF_", extra="ignore")

    registry: Path | None = Field(default=None, description="the pinned registry file, registry.json")
    database_url: str = Field(
        default_factory=lambda: os.environ.get("DATABASE_URL") or "sqlite:///mirror.db",
        description="the mirror: SQLite or PostgreSQL; without it, DATABASE_URL",
    )
    replica_url: str | None = Field(default=None, description="a PostgreSQL replica of the mirror to answer from")
    rpc_url: str | None = Field(
        default=None, description="a node to learn the chain's head from, or several with spaces; else the mirror's own"
    )

    opaque_prefixes: str = Field(
        default="", description="what stands before the number in CCER and CDCER serials: ccer=CCER-XYZ- …"
    )
    public_url: str | None = Field(
        default=None, description="this verifier's address as it is printed; without it, the address that was asked"
    )
    checkpoint_key: Path | None = Field(
        default=None, description="file with the key that signs checkpoints (offsetproof checkpoint new-key)"
    )
    checkpoint_name: str | None = Field(default=None, description="the name of that key")
    bundle_bytes: int = Field(
        default=MEBIBYTE, description="greatest file that POST /v1/verify reads; a PDF may have 5 MiB"
    )
    tranche_bytes: int = Field(default=32 * MEBIBYTE, description="greatest body that PUT /v1/tranches reads")
    staged_bytes: int = Field(default=4096 * MEBIBYTE, description="most bytes of uploads in parts that wait on disk")
    staged_seconds: int = Field(default=3600, description="how long an upload in parts waits for its next part")
    body_seconds: float = Field(default=15.0, description="longest time a body may take to arrive")
    audit_seconds: float = Field(default=300.0, description="how long an audit's result is shown before it runs again")
    max_age_seconds: int = Field(
        default=86_400, description="oldest block that standing and source cancellation may rest on"
    )
    head_seconds: float = Field(default=3.0, description="how long the chain's head is remembered")

    ready_blocks: int = Field(default=100, description="most blocks behind the chain's head at which /readyz says yes")
    trusted_proxies: str = Field(
        default="",
        description="addresses and networks whose X-Forwarded-For, X-Forwarded-Proto and X-Request-Id are believed",
    )
    log_addresses: Literal["none", "network", "full"] = Field(
        default="network", description="of a visitor's address the log holds: nothing, its network (/24, /48), or all"
    )
    limit_reads: str = Field(default="", description="what one address may ask: 600/60 is 600 in 60 seconds; no limit")
    limit_verify: str = Field(default="", description="how many files one address may send to be verified, 60/60")
    limit_publish: str = Field(default="", description="how many publications, or parts of them, 2000/3600")
    limit_print: str = Field(default="", description="how many PDFs and cards, 20/60")
    head_bytes: int = Field(default=16_384, description="greatest head of a request")
    request_seconds: float = Field(
        default=10.0, description="longest time that a request's head may take to arrive, and a pause of who reads"
    )
    most_connections: int = Field(default=512, description="most open connections; beyond, the answer is 503")
    grace_seconds: int = Field(
        default=20, description="how long requests may still take when the server is told to end"
    )


def read_settings() -> Settings:
    """The settings of the environment; raises InvalidInput for the first that cannot be read."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInput(
            "a setting cannot be read",
            expected=first["msg"],
            found=str(first.get("input"))[:40],
            place=f"OFFSETPROOF_{str(first['loc'][0]).upper()}",
        ) from None
