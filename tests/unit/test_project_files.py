"""The files that others read: metadata, licence, lock files."""

import re
import tomllib

import pytest
import yaml


def test_publiccode_has_what_its_standard_demands(project_root):
    metadata = yaml.safe_load((project_root / "publiccode.yml").read_text(encoding="utf-8"))
    demanded = {
        "publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType",
        "description", "legal", "maintenance", "localisation", "categories", "releaseDate",
    }  # fmt: skip
    assert demanded <= metadata.keys()
    assert metadata["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert metadata["softwareType"] == "standalone/web"
    assert metadata["maintenance"]["type"] == "internal"
    assert metadata["maintenance"]["contacts"][0]["name"]
    assert isinstance(metadata["localisation"]["localisationReady"], bool)
    for description in metadata["description"].values():
        assert len(description["shortDescription"]) <= 150
        assert 150 <= len(description["longDescription"]) <= 10_000
        assert all(0 < len(feature) <= 100 for feature in description["features"])


def test_version_and_licence_are_the_same_everywhere(project_root):
    metadata = yaml.safe_load((project_root / "publiccode.yml").read_text(encoding="utf-8"))
    project = tomllib.loads((project_root / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    assert metadata["softwareVersion"] == project["version"]
    assert metadata["legal"]["license"] == project["license"] == "EUPL-1.2"
    assert "EUROPÄISCHE UNION PUBLIC LICENCE v. 1.2" in (project_root / "LICENSE").read_text(
        "utf-8"
    )


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "package-lock.json"])
def test_lock_files_have_hashes_and_name_no_address(project_root, name):
    lock = (project_root / name).read_text(encoding="utf-8")
    without_thanks = re.sub(r'"funding": (\{[^}]*\}|\[[^\]]*\])', "", lock)  # npm says whom to pay
    assert not re.search(r"https?://", without_thanks)
    assert "sha256:" in lock or "sha512-" in lock


def test_what_runs_is_locked_to_what_is_tested(project_root):
    def pins(name):
        lines = (project_root / name).read_text(encoding="utf-8").splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line}

    assert pins("requirements.txt") <= pins("requirements-dev.txt")
