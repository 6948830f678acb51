"""Which identity provider do the settings name, and what is refused?"""

import pytest

from selfcheck.config import Config, ConfigError
from selfcheck.sso_config import IdentityProvider, LocalLogin, MappedGroup

ISSUER = "https://anmeldung.stadt.example/realms/stadt"
OIDC = {
    "BASE_URL": "https://selfcheck.stadt.example",
    "OIDC_ISSUER": ISSUER,
    "OIDC_CLIENT_ID": "selfcheck",
    "OIDC_CLIENT_SECRET": "ganz geheim",
}
PROVIDER = IdentityProvider(issuer=ISSUER, client_id="selfcheck", client_secret="ganz geheim")
MAP = {"OIDC_ROLE_CLAIM": "groups", "OIDC_ROLE_MAP": "hr=grp-personal"}


def from_environ(**variables: str) -> Config:
    environ = {f"SELFCHECK_{name}": value for name, value in variables.items()}
    return Config.from_environ(environ, needs_secret=False)


def test_without_an_issuer_there_is_no_single_sign_on():
    config = from_environ(**{**OIDC, "OIDC_ISSUER": "", "OIDC_ROLE_MAP": "what?"})

    assert (config.identity_provider, config.local_login) == (None, LocalLogin.ALL)


def test_an_issuer_and_a_client_are_enough():
    config = from_environ(**OIDC)

    assert config.identity_provider == PROVIDER
    assert config.local_login is LocalLogin.ALL
    assert "ganz geheim" not in repr(config)


def test_everything_can_be_set():
    config = from_environ(
        **OIDC,
        OIDC_NAME="Stadtkonto",
        OIDC_SCOPES="openid email groups",
        OIDC_CREATE_ACCOUNTS="1",
        OIDC_ROLE_CLAIM="groups",
        OIDC_ROLE_MAP=" hr=grp-personal; unit-head@33 = grp-33=leitung ;",
        LOCAL_LOGIN="Admin",
    )

    assert config.local_login is LocalLogin.ADMIN
    assert config.identity_provider == IdentityProvider(
        issuer=ISSUER,
        client_id="selfcheck",
        client_secret="ganz geheim",
        name="Stadtkonto",
        scopes="openid email groups",
        creates_accounts=True,
        role_claim="groups",
        role_map=(
            MappedGroup("hr", None, "grp-personal"),
            MappedGroup("unit-head", "33", "grp-33=leitung"),
        ),
    )


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"OIDC_ISSUER": "anmeldung.stadt.example"}, "SELFCHECK_OIDC_ISSUER is 'anmeldung"),
        ({"OIDC_ISSUER": "http://anmeldung.stadt.example"}, "SELFCHECK_OIDC_ISSUER is 'http:"),
        ({"OIDC_ISSUER": "http://127.0.0.1:3000"}, "SELFCHECK_OIDC_ISSUER is 'http:"),
        ({"OIDC_ISSUER": "https://a.example/?x=1"}, "SELFCHECK_OIDC_ISSUER is 'https:"),
        ({"OIDC_ISSUER": "https://[a.example/"}, "SELFCHECK_OIDC_ISSUER is 'https:"),
        ({"OIDC_ISSUER": "https://a.example/" + "x" * 300}, "SELFCHECK_OIDC_ISSUER is 'https:"),
        ({"BASE_URL": ""}, "SELFCHECK_OIDC_ISSUER needs SELFCHECK_BASE_URL"),
        ({"OIDC_CLIENT_ID": " "}, "SELFCHECK_OIDC_CLIENT_ID is missing"),
        ({"OIDC_CLIENT_SECRET": ""}, "SELFCHECK_OIDC_CLIENT_SECRET is missing"),
        ({"OIDC_SCOPES": "email"}, "SELFCHECK_OIDC_SCOPES is 'email'; openid must be"),
        ({"OIDC_CREATE_ACCOUNTS": "some"}, "SELFCHECK_OIDC_CREATE_ACCOUNTS is 'some'"),
        ({"OIDC_ROLE_CLAIM": "groups"}, "SELFCHECK_OIDC_ROLE_MAP belong together"),
        ({"OIDC_ROLE_MAP": "hr=grp"}, "SELFCHECK_OIDC_ROLE_MAP belong together"),
        ({**MAP, "OIDC_ROLE_MAP": "hr"}, "'hr' is none."),
        ({**MAP, "OIDC_ROLE_MAP": "hr=;unit-head@33=g"}, "'hr=' is none."),
        ({**MAP, "OIDC_ROLE_MAP": "=grp"}, "'=grp' is none."),
        ({**MAP, "OIDC_ROLE_MAP": "unit-head@=grp"}, "'unit-head@=grp' is none."),
        ({"LOCAL_LOGIN": "nobody"}, "SELFCHECK_LOCAL_LOGIN is 'nobody'; it takes all or admin."),
        ({"LOCAL_LOGIN": "admin", "OIDC_ISSUER": ""}, "nobody else could log in"),
    ],
)
def test_what_is_missing_or_malformed_is_named(variables: dict[str, str], message: str):
    with pytest.raises(ConfigError) as caught:
        from_environ(**{**OIDC, **variables})

    assert message in str(caught.value)
    assert "ganz geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "issuer", ["http://127.0.0.1:3000", "http://localhost:3000/x", "http://[::1]:3000"]
)
def test_only_the_demo_takes_a_provider_on_the_same_machine_without_tls(issuer: str):
    config = from_environ(**{**OIDC, "BASE_URL": "", "OIDC_ISSUER": issuer, "DEMO": "1"})

    assert config.identity_provider is not None
    assert config.identity_provider.issuer == issuer
    with pytest.raises(ConfigError, match="SELFCHECK_OIDC_ISSUER"):
        from_environ(**{**OIDC, "OIDC_ISSUER": "http://10.0.0.1", "DEMO": "1"})
