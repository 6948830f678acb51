"""Who imports whom? design.md: a few kinds of files in each feature, and features in layers."""

import ast
from pathlib import Path

import pytest

import selfcheck

PACKAGE = Path(selfcheck.__file__).parent

# Lowest first. Features side by side do not know each other, but for the pair that forms one.
LAYERS = (
    {"lists", "documents", "audit", "reports"},
    {"uploads"},
    {"organisation", "accounts"},
    {"staff", "mail"},
    {"training"},
    {"evaluation", "checks"},
    {"overview", "support", "rounds"},
    {"retention"},
    {"start", "demo", "backup", "operations"},
)
PAIR = {"organisation", "accounts"}
LAYER_OF = {feature: level for level, layer in enumerate(LAYERS) for feature in layer}

# Below all features. The other files of the top folder put the application together.
FOUNDATION = {
    "clock", "config", "config_error", "db", "errors", "form_base", "keep_times", "pagination",
    "sso_config",
}  # fmt: skip
# What every page may ask, also in features below the accounts.
ASKED_BY_EVERY_PAGE = {"selfcheck.access", "selfcheck.accounts.permissions"}

# Files whose name does not say of which kind they are; by name go models, service, forms, routes
# and commands, also with a word before them (user_routes, import_service). The rest are rules.
KINDS_BY_HAND = {
    "accounts.login": "service",
    "accounts.scope": "service",
    "accounts.sso_client": "service",
    "accounts.throttle": "service",
    "checks.listing": "forms",
    "checks.work": "service",
    "demo.aims": "service",
    "demo.certificates": "service",
    "demo.evaluations": "service",
    "demo.checks": "service",
    "demo.measures": "service",
    "demo.messages": "service",
    "demo.questions": "service",
    "demo.rounds": "service",
    "demo.shares": "service",
    "demo.staff": "service",
    "demo.support": "service",
    "demo.trainings": "service",
    "demo.votes": "service",
}
KINDS = ("rules", "models", "service", "forms", "pages", "routes", "commands")

MAY_IMPORT = {
    "rules": {"rules"},
    "models": {"rules", "models"},
    "service": {"rules", "models", "service"},
    "forms": {"rules", "forms"},
    "pages": {"rules", "models", "service", "forms", "pages"},  # that several routes make theirs
    "routes": {"rules", "models", "service", "forms", "pages"},
    "commands": {"rules", "models", "service"},
}
MAY_NOT_USE = {  # parts of the house's foundation, and libraries
    "rules": {"flask", "flask_login", "flask_wtf", "sqlalchemy", "wtforms", "click", "selfcheck"},
    "models": {"flask", "flask_wtf", "wtforms", "click"},
    "service": {"flask_login", "flask_wtf", "wtforms", "click"},
    "forms": {"flask", "flask_login", "sqlalchemy", "click", "selfcheck.db"},
    "pages": {"sqlalchemy", "wtforms", "click"},
    "routes": {"sqlalchemy", "wtforms", "click"},
    "commands": {"flask_login", "flask_wtf", "wtforms"},
}

MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in PACKAGE.rglob("*.py")
}
FEATURE_MODULES = sorted(name for name in MODULES if name.split(".")[0] in LAYER_OF)


def kind_of(module: str) -> str:
    """Return the kind of a feature's file: ``accounts.user_routes`` is of the kind routes."""
    last_word = module.rpartition(".")[2].rpartition("_")[2]
    return KINDS_BY_HAND.get(module) or (last_word if last_word in KINDS else "rules")


def imports_of(module: str) -> set[str]:
    """Return the full names of the modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are written in full"
            source = str(node.module)
            for alias in node.names:
                full = f"{source}.{alias.name}"
                found.add(full if full.removeprefix("selfcheck.") in MODULES else source)
    return found


def imported_features(module: str) -> list[str]:
    """Return the files of features that a file imports, without ``selfcheck.``."""
    names = [name.removeprefix("selfcheck.") for name in imports_of(module) if "selfcheck" in name]
    return [name for name in names if name.split(".")[0] in LAYER_OF]


def test_every_folder_stands_in_a_layer():
    folders = {name.split(".")[0] for name in MODULES if "." in name}

    assert folders <= LAYER_OF.keys(), "new feature: give it a layer in LAYERS"


@pytest.mark.parametrize("module", FEATURE_MODULES)
def test_a_feature_imports_only_lower_ones(module):
    feature = module.split(".")[0]
    is_page = kind_of(module) in {"pages", "routes"}

    for other in imported_features(module):
        target = other.split(".")[0]
        is_lower = LAYER_OF[target] < LAYER_OF[feature]
        is_asked = is_page and f"selfcheck.{other}" in ASKED_BY_EVERY_PAGE
        assert target == feature or is_lower or {feature, target} == PAIR or is_asked, (
            f"{module} imports {other}, which does not lie below it"
        )


@pytest.mark.parametrize("module", FEATURE_MODULES)
def test_a_file_imports_only_the_kinds_it_may(module):
    kind = kind_of(module)

    for other in imported_features(module):
        is_own_folder = module.endswith("__init__")
        assert is_own_folder or kind_of(other) in MAY_IMPORT[kind], (
            f"{module} ({kind}) imports {other} ({kind_of(other)})"
        )


@pytest.mark.parametrize("module", FEATURE_MODULES)
def test_a_file_uses_only_the_libraries_it_may(module):
    features = {f"selfcheck.{name}" for name in imported_features(module)}

    for name in imports_of(module) - features:
        libraries = {name.split(".")[0], name}
        forbidden = libraries & MAY_NOT_USE[kind_of(module)]
        assert not forbidden, f"{module} ({kind_of(module)}) imports {name}"


@pytest.mark.parametrize("module", sorted(FOUNDATION))
def test_the_foundation_imports_no_feature(module):
    assert imported_features(module) == []


def test_only_the_application_itself_knows_pages_and_commands():
    for module in MODULES:
        kinds = {kind_of(name) for name in imported_features(module)}
        assert module == "features" or not kinds & {"routes", "commands"}, module


def test_what_is_named_by_hand_exists():
    assert KINDS_BY_HAND.keys() <= MODULES.keys()
