"""Which settings does the environment give, and what is refused?"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from selfcheck.config import (
    PROJECT_ROOT,
    Config,
    ConfigError,
    Contact,
    LogStyle,
    MailServer,
    MailTls,
)

SECRET = "x" * 32


def from_environ(**variables: str) -> Config:
    environ = {f"SELFCHECK_{name}": value for name, value in variables.items()}
    return Config.from_environ(environ, needs_secret=False)


def test_nothing_need_be_set_for_the_console() -> None:
    config = Config.from_environ({}, needs_secret=False)
    assert config == Config()
    assert config.secret_key is None
    assert config.database_url == f"sqlite:///{PROJECT_ROOT}/instance/selfcheck.db"


@pytest.mark.parametrize(
    ("name", "value", "changed"),
    [
        ("SECRET_KEY", SECRET, {"secret_key": SECRET}),
        ("SECRET_KEY", f" {SECRET}\n", {"secret_key": SECRET}),  # as files often end
        ("CITY_NAME", "Stadt Köln", {"city_name": "Stadt Köln"}),
        ("CITY_NAME", "   ", {}),  # set, but empty: as if it were not
        ("CONTACT_OFFICE", "Büro", {"contact": Contact(office="Büro")}),
        ("CONTACT_EMAIL", "a@b.de", {"contact": Contact(email="a@b.de")}),
        ("CONTACT_PHONE", "115", {"contact": Contact(phone="115")}),
        ("IDLE_MINUTES", "5", {"idle_timeout": timedelta(minutes=5)}),
        ("SESSION_HOURS", "1", {"absolute_timeout": timedelta(hours=1)}),
        ("THROTTLE_PER_ACCOUNT", "3", {"throttle_per_account": 3}),
        ("THROTTLE_PER_ADDRESS", "30", {"throttle_per_address": 30}),
        ("PROXY_COUNT", "0", {}),
        ("PROXY_COUNT", "2", {"proxy_count": 2}),
        ("PRIVACY_URL", "https://x.de", {"privacy_url": "https://x.de"}),
        ("ACCESSIBILITY_URL", "https://x.de", {"accessibility_url": "https://x.de"}),
        ("BASE_URL", "https://check.stadt.de", {"base_url": "https://check.stadt.de"}),
        ("BASE_URL", "http://stadt.de:80/check/", {"base_url": "http://stadt.de:80/check"}),
        ("MAIL_SENDER", "a@b.de", {}),  # without a server nothing is sent
        ("MAIL_TLS", "maybe", {}),
        ("LOG", "Text", {"log": LogStyle.TEXT}),
        ("METRICS_TOKEN", SECRET, {"metrics_token": SECRET}),
        ("DEMO", "0", {}),
        ("DEMO", "", {}),
        ("DEMO", "Nein", {}),
        ("DATABASE_URL", "sqlite:////srv/x.db", {"database_url": "sqlite:////srv/x.db"}),
        (
            "DATABASE_URL",
            "postgresql://u:p%40ss@h/d",
            {"database_url": "postgresql+psycopg://u:p%40ss@h/d"},
        ),
        (
            "DATABASE_URL",
            "postgres://u@h:5433/d?sslmode=require",
            {"database_url": "postgresql+psycopg://u@h:5433/d?sslmode=require"},
        ),
        (
            "DATABASE_URL",
            "postgresql+psycopg://u@/d?host=/run/x",
            {"database_url": "postgresql+psycopg://u@/d?host=/run/x"},
        ),
    ],
)
def test_each_variable_sets_one_thing(name: str, value: str, changed: dict) -> None:
    assert from_environ(**{name: value}) == replace(Config(), **changed)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DEMO", "maybe", "SELFCHECK_DEMO is 'maybe'; it takes 1 or 0."),
        ("IDLE_MINUTES", "0", "SELFCHECK_IDLE_MINUTES is 0; it takes at least 1."),
        ("IDLE_MINUTES", "-1", "SELFCHECK_IDLE_MINUTES is -1; it takes at least 1."),
        ("IDLE_MINUTES", "an hour", "SELFCHECK_IDLE_MINUTES is 'an hour'; it takes a whole number"),
        ("SESSION_HOURS", "1,5", "SELFCHECK_SESSION_HOURS is '1,5'; it takes a whole number"),
        ("THROTTLE_PER_ACCOUNT", "0", "SELFCHECK_THROTTLE_PER_ACCOUNT is 0; it takes at least 1."),
        ("THROTTLE_PER_ADDRESS", "x", "SELFCHECK_THROTTLE_PER_ADDRESS is 'x'"),
        ("PROXY_COUNT", "-1", "SELFCHECK_PROXY_COUNT is -1; it takes at least 0."),
        ("LOG", "xml", "SELFCHECK_LOG is 'xml'; it takes json or text."),
        ("METRICS_TOKEN", "ä" * 32, "SELFCHECK_METRICS_TOKEN takes at least 32 ASCII characters."),
        ("BASE_URL", "check.stadt.de", "SELFCHECK_BASE_URL is 'check.stadt.de'; it takes the add"),
        ("BASE_URL", "ftp://stadt.de", "SELFCHECK_BASE_URL is 'ftp://stadt.de'"),
        ("BASE_URL", "https://a.de/ x", "SELFCHECK_BASE_URL is"),
        ("BASE_URL", "https://a.de/\nx", "SELFCHECK_BASE_URL is"),
        ("BASE_URL", "https://a.de/?x=", "SELFCHECK_BASE_URL is"),
    ],
)
def test_a_malformed_variable_is_named(name: str, value: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_environ(**{name: value})
    assert message in str(caught.value)


MAIL = {"MAIL_HOST": "mail.stadt.de", "MAIL_SENDER": "check@stadt.de"}
MAIL_SERVER = MailServer(host="mail.stadt.de", port=587, sender="check@stadt.de")


@pytest.mark.parametrize(
    ("variables", "changed"),
    [
        ({}, {}),  # STARTTLS, unless somebody decides against it
        ({"MAIL_TLS": "tls"}, {"tls": MailTls.TLS, "port": 465}),
        ({"MAIL_TLS": "None"}, {"tls": MailTls.NONE, "port": 25}),
        ({"MAIL_TLS": "starttls", "MAIL_PORT": "2525"}, {"port": 2525}),
        ({"MAIL_USER": "u", "MAIL_PASSWORD": "p"}, {"user": "u", "password": "p"}),
    ],
)
def test_a_mail_server_is_described_by_several_variables(variables: dict, changed: dict) -> None:
    config = from_environ(**MAIL, **variables)
    assert config == replace(Config(), mail_server=replace(MAIL_SERVER, **changed))


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"MAIL_SENDER": ""}, "SELFCHECK_MAIL_SENDER is ''; it takes the address"),
        ({"MAIL_SENDER": "check"}, "SELFCHECK_MAIL_SENDER is 'check'"),
        ({"MAIL_SENDER": "A <a@b.de>"}, "SELFCHECK_MAIL_SENDER is"),
        ({"MAIL_SENDER": "a@b.de\nBcc: x@y.de"}, "SELFCHECK_MAIL_SENDER is"),
        ({"MAIL_TLS": "ssl"}, "SELFCHECK_MAIL_TLS is 'ssl'; it takes none, starttls or tls."),
        ({"MAIL_PORT": "smtp"}, "SELFCHECK_MAIL_PORT is 'smtp'; it takes a whole number."),
        ({"MAIL_PORT": "65536"}, "SELFCHECK_MAIL_PORT is 65536; it takes at most 65535."),
        ({"MAIL_PORT": "0"}, "SELFCHECK_MAIL_PORT is 0; it takes at least 1."),
        ({"MAIL_PASSWORD": "Geheimnis-Ü"}, "SELFCHECK_MAIL_PASSWORD take ASCII characters only"),
    ],
)
def test_a_mail_server_that_cannot_be_is_refused(variables: dict, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_environ(**MAIL | variables)
    assert message in str(caught.value)
    assert "Geheimnis" not in str(caught.value)


def test_the_password_of_the_mail_server_is_not_shown() -> None:
    config = from_environ(**MAIL, MAIL_USER="u", MAIL_PASSWORD="geheim")
    assert "geheim" not in repr(config)


def test_the_token_of_the_numbers_is_not_shown() -> None:
    assert SECRET not in repr(from_environ(METRICS_TOKEN=SECRET))
    with pytest.raises(ConfigError) as caught:
        from_environ(METRICS_TOKEN="kurz-und-geheim")
    assert "geheim" not in str(caught.value)


def test_the_demo_logs_for_people() -> None:
    assert from_environ(DEMO="1").log is LogStyle.TEXT
    assert from_environ(DEMO="1", LOG="json").log is LogStyle.JSON


@pytest.mark.parametrize(
    "url",
    [
        "selfcheck.db",
        "mysql://u:geheim@h/d",
        "postgresql+psycopg2://u:geheim@h/d",  # another driver than the one installed
        "postgresql://u:geheim@h:port/d",
        "sqlite+pysqlcipher://:geheim@/x.db",
        "https://u:geheim@h/d",
    ],
)
def test_an_unknown_database_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(ConfigError, match="SELFCHECK_DATABASE_URL") as caught:
        from_environ(DATABASE_URL=url)
    assert "geheim" not in str(caught.value)
    assert "postgresql://user@host/name" in str(caught.value)


@pytest.mark.parametrize("secret", [None, "", "   ", "x" * 31, " " * 40])
def test_serving_pages_needs_a_long_secret(secret: str | None) -> None:
    environ = {} if secret is None else {"SELFCHECK_SECRET_KEY": secret}
    with pytest.raises(ConfigError, match="SELFCHECK_SECRET_KEY"):
        Config.from_environ(environ, needs_secret=True)


def test_a_secret_of_32_characters_is_enough() -> None:
    config = Config.from_environ({"SELFCHECK_SECRET_KEY": SECRET}, needs_secret=True)
    assert config.secret_key == SECRET


@pytest.mark.parametrize("word", ["1", "true", "YES", "ja", " on "])
def test_the_demo_makes_up_a_new_secret_each_time(word: str) -> None:
    environ = {"SELFCHECK_DEMO": word}
    configs = [Config.from_environ(environ, needs_secret=True) for _ in range(2)]
    assert all(config.demo for config in configs)
    secrets = {config.secret_key for config in configs}
    assert len(secrets) == 2
    assert all(secret is not None and len(secret) >= 32 for secret in secrets)


def test_a_short_secret_is_refused_in_the_demo_too() -> None:
    environ = {"SELFCHECK_DEMO": "1", "SELFCHECK_SECRET_KEY": "short"}
    with pytest.raises(ConfigError, match="SELFCHECK_SECRET_KEY"):
        Config.from_environ(environ, needs_secret=True)


@pytest.mark.parametrize(
    ("config", "secure"),
    [(Config(), True), (Config(demo=True), False), (Config(testing=True), False)],
    ids=["in a city", "demo", "tests"],
)
def test_cookies_need_tls_except_in_demo_and_tests(config: Config, secure: bool) -> None:
    settings = config.as_flask()
    assert settings["SESSION_COOKIE_SECURE"] is secure
    # Browsers take a cookie with this prefix over TLS only, for this host and no other.
    assert settings["SESSION_COOKIE_NAME"].startswith("__Host-") is secure
    assert settings["SESSION_COOKIE_HTTPONLY"] is True
    assert settings["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_an_unprefixed_variable_is_none_of_ours() -> None:
    environ = {"DATABASE_URL": "postgres://elsewhere/x", "SECRET_KEY": SECRET, "FLASK_DEBUG": "1"}
    assert Config.from_environ(environ, needs_secret=False) == Config()


def test_the_folders_exist() -> None:
    assert any(Config().questionnaire_folder.glob("*.toml"))
    assert Path(Config().as_flask()["ALEMBIC"]["script_location"]).is_dir()
