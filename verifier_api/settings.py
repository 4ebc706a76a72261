"""Where the application finds its registry file and its mirror. Read from the environment, never at import."""

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

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
        default=None, description="a node to learn the chain's head from; without it, the mirror's own"
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
