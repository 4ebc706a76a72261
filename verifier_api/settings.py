"""Where the application finds its registry file and its mirror. Read from the environment, never at import."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBIBYTE = 1_048_576


class Settings(BaseSettings):
    """Settings by their environment names `OFFSETPROOF_…`. Sizes are bytes, times are seconds."""

    model_config = SettingsConfigDict(env_prefix="OFFSETPROOF_", extra="ignore")

    registry: Path | None = Field(None, description="the pinned registry file, registry.json")
    database_url: str = Field("sqlite:///mirror.db", description="the mirror")
    rpc_url: str | None = Field(None, description="a node to learn the chain's head from; without it, the mirror's own")

    bundle_bytes: int = Field(MEBIBYTE, description="greatest bundle that POST /v1/verify reads")
    tranche_bytes: int = Field(32 * MEBIBYTE, description="greatest body that PUT /v1/tranches reads")
    body_seconds: float = Field(15.0, description="longest time a body may take to arrive")
    audit_seconds: float = Field(300.0, description="how long an audit's result is shown before it runs again")
    head_seconds: float = Field(3.0, description="how long the chain's head is remembered")
