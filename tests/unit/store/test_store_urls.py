"""Where a mirror may live, and how its URL may be written."""

from pathlib import Path

import pytest

from registry.cli import settings
from registry.domain.errors import InvalidInput, Unavailable
from registry.store import open_store
from registry.store.database import parse_url
from registry.store.engines import shown
from support.postgres import Server
from verifier_api.settings import Settings


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_a_postgresql_url_means_the_one_driver(scheme: str) -> None:
    parsed = parse_url(f"{scheme}://user:secret@host:5433/mirror?sslmode=require")
    assert parsed.drivername == "postgresql+psycopg"
    assert (parsed.host, parsed.port, parsed.database) == ("host", 5433, "mirror")
    assert parsed.query["sslmode"] == "require"


def test_a_path_is_a_sqlite_file() -> None:
    assert parse_url("/tmp/mirror.db").database == "/tmp/mirror.db"
    assert parse_url("sqlite:///mirror.db").get_backend_name() == "sqlite"


@pytest.mark.parametrize("url", ["mysql://host/mirror", "postgresql+asyncpg://host/mirror", "oracle://secret@x/y"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="not kept in this kind"):
        open_store(url)


def test_what_is_no_url_is_refused_without_being_repeated() -> None:
    with pytest.raises(InvalidInput, match="not a database URL") as refused:
        open_store("postgresql://user:secret@host:port/mirror")
    assert "secret" not in str(refused.value)


def test_a_password_is_not_shown() -> None:
    assert "secret" not in shown("postgresql://user:secret@host/mirror")


def test_a_server_that_does_not_answer_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="did not answer"):
        open_store(f"postgresql://user:secret@/mirror?host={tmp_path}")


def test_an_empty_database_is_not_made_a_mirror_for_those_who_only_read(postgres: Server) -> None:
    url = postgres.create()
    with pytest.raises(InvalidInput, match="no mirror here"):
        open_store(url, must_exist=True)
    assert postgres.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", postgres.name_of(url)) == [
        (0,)
    ]
    postgres.drop(url)


def test_a_database_that_does_not_hold_every_text_is_refused(postgres: Server) -> None:
    postgres.execute("CREATE DATABASE narrow TEMPLATE template0 ENCODING 'LATIN1'")
    with pytest.raises(InvalidInput, match="cannot hold every text"):
        open_store(postgres.url("narrow"))
    postgres.execute("DROP DATABASE narrow")


def test_database_url_is_what_nothing_of_ours_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OFFSETPROOF_DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgres://general/x")
    assert settings.database_url(None) == Settings().database_url == "postgres://general/x"
    (tmp_path / "offsetproof.toml").write_text('database_url = "sqlite:///file.db"')
    assert settings.database_url(None) == "sqlite:///file.db"
    monkeypatch.setenv("OFFSETPROOF_DATABASE_URL", "postgresql://ours/x")
    assert settings.database_url(None) == Settings().database_url == "postgresql://ours/x"
    assert settings.database_url("mine.db") == "sqlite:///mine.db"
