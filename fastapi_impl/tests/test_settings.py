"""A wrong setting stops the start with a sentence that names it."""

import pytest

from fastapi_impl.settings import InvalidSetting, load_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://localhost/app"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "postgresql://user@host:port/app"),
        ("JWT_SECRET", "too short"),
        ("JWT_ISSUER", ""),
        ("JWT_AUDIENCE", ""),
        ("ACCESS_TOKEN_SECONDS", "0"),
        ("REFRESH_TOKEN_SECONDS", "a day"),
        ("REFRESH_TOKEN_SECONDS", "1000000001"),
        ("LOGIN_ATTEMPTS", "-1"),
        ("LOGIN_WINDOW_SECONDS", "1.5"),
        ("TRUSTED_PROXIES", "the proxy"),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", ".example.com"),
        ("ALLOWED_HOSTS", "https://example.com"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "app.example"),
        ("CORS_ORIGINS", "https://app.example/"),
        ("CORS_ORIGINS", "https://app.example,null"),
        ("ARGON2_TIME_COST", "0"),
        ("ARGON2_MEMORY_KIB", "7"),
        ("ARGON2_PARALLELISM", "0"),
        ("ARGON2_PARALLELISM", "256"),
        ("SQLITE_SYNCHRONOUS", "OFF"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_is_named(
    environment: None, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSetting, match=f"^{name} cannot be used: ") as stop:
        load_settings()
    assert not value or value not in str(stop.value)


def test_a_missing_secret_is_named(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JWT_SECRET")
    with pytest.raises(InvalidSetting, match=r"^JWT_SECRET cannot be used: "):
        load_settings()


def test_proxies_are_networks(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, ::1")
    assert [str(network) for network in load_settings().TRUSTED_PROXIES] == [
        "10.0.0.0/8",
        "::1/128",
    ]
