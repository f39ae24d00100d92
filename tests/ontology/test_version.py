from __future__ import annotations

import shutil
import subprocess

import pytest

from tenure.reason.changes import compare_ontologies
from tenure.reason.versions import read_version
from tenure.resources import data_dir


def last_release() -> str:
    """The last tag that the checkout builds on."""
    git = shutil.which("git")
    if git is None:
        pytest.skip("there is no git on this machine")
    told = subprocess.run(
        [git, "-C", str(data_dir("ontology")), "describe", "--tags", "--abbrev=0"],
        capture_output=True,
        check=False,
        text=True,
    )
    if told.returncode != 0:
        pytest.skip("nothing has been released from this checkout yet")
    return told.stdout.strip()


def test_the_version_is_high_enough_for_what_changed_since_the_last_release() -> None:
    released = read_version(last_release())
    report = compare_ontologies(released, read_version(str(data_dir("ontology"))))
    assert not report.understated, report.because
    if report.changes:
        assert report.new_version != report.old_version, f"the next is {report.next_version}"


def test_the_ontology_states_a_version_of_three_numbers() -> None:
    now = read_version(str(data_dir("ontology")))
    report = compare_ontologies(now, now)
    assert report.verdict == "none"
    assert report.new_version == report.next_version
    assert report.new_version.count(".") == 2
