"""What belongs to a requirement: its tests, its mutants, and where it is obeyed."""

import pytest

from conformance_tests.harness.exits import Exit
from conformance_tests.harness.explain import main
from conformance_tests.harness.index import list_tests
from conformance_tests.harness.plugin import get_register


def test_a_requirement_is_told_with_all_that_belongs_to_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["posts-update-05"]) == Exit.CONFORMANT
    said = capsys.readouterr().out
    assert said.startswith("POSTS-UPDATE-05  MUST, chapter 2 (posts)\n")
    for part in (
        "OWASP API1:2023.",
        "test_nobody_else_changes_a_post",
        "let_everybody_change_posts:",
        "nox -s conformance -- --requirement POSTS-UPDATE-05",
        " update_post\n",
    ):
        assert part in said


def test_a_test_is_told_whose_cases_alone_name_the_requirement(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["ACCOUNTS-TOKEN-09"]) == Exit.CONFORMANT
    assert "test_another_issuer_or_audience_is_invalid" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Name a requirement: nox -s explain -- POSTS-UPDATE-03."),
        (["POSTS-UPDAT-03"], "There is no requirement POSTS-UPDAT-03. Near it: POSTS-UPDATE-03"),
    ],
)
def test_what_cannot_be_explained_is_said(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == Exit.WRONG_ARGUMENTS
    assert capsys.readouterr().err.startswith(sentence)


def test_the_files_name_every_requirement() -> None:
    named = {one for test in list_tests() for one in test.requirements}
    assert named == set(get_register().by_id)
