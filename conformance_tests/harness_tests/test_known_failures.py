"""Known failures: a listed one has to fail as it is listed, or the run fails."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from conformance_tests.harness.evidence import Evidence
from conformance_tests.harness.exits import WrongArguments
from conformance_tests.harness.known_failures import (
    KNOWN_PATH,
    Review,
    find_messages,
    load_known,
    make_list,
    review,
    write_known,
)
from conformance_tests.harness.outcomes import Failure, Outcome

from .conftest import GOOD, LITTLE_SUITE, Write

Run = Callable[..., tuple[int, str]]
MESSAGE = "#/status: expected 404, got 200"
LISTED = {"it": {"A-01": {"message": MESSAGE, "reason": "it is young"}}}


@pytest.fixture
def known(tmp_path: Path) -> Path:
    return tmp_path / "known.yaml"


def make_outcome(status: str = "fail", difference: str = MESSAGE) -> Outcome:
    outcome = Outcome()
    outcome.add(status, ("A-01",))
    if status == "fail":
        evidence = Evidence(differences=(difference,))
        outcome.failures.append(Failure("test", ("A-01",), status, "it broke", "", evidence))
    return outcome


def compare(outcome: Outcome, *, is_whole: bool = True) -> Review:
    return review(LISTED, "it", outcome, is_whole=is_whole)


def test_what_fails_as_it_is_listed_is_explained() -> None:
    assert compare(make_outcome()) == Review(frozenset({"A-01"}), ())


def test_another_test_that_fails_too_is_a_surprise() -> None:
    outcome = make_outcome()
    further = Failure("test_b", ("A-01",), "fail", "it answered 599")
    outcome.failures.append(further)
    [told] = compare(outcome).surprises
    assert "it answered 599" in told


@pytest.mark.parametrize("status", ["pass", "not applicable", "blocked", "harness error"])
def test_what_is_listed_and_does_not_fail_is_a_surprise(status: str) -> None:
    told = f"A-01 is listed, and now it is: {status}"
    assert compare(make_outcome(status)) == Review(frozenset(), (told,))


def test_what_is_listed_and_was_not_tested_is_a_surprise_in_a_whole_run() -> None:
    assert compare(Outcome()).surprises == ("A-01 is listed, and now it is: not run",)
    assert compare(Outcome(), is_whole=False).surprises == ()


def test_what_fails_in_another_way_is_a_surprise() -> None:
    [told] = compare(make_outcome(difference="#/status: expected 404, got 500")).surprises
    assert told.startswith("A-01 fails in another way. Listed: #/status: expected 404, got 200 Now")


def test_what_is_another_one_in_every_run_does_not_matter() -> None:
    first, second = (
        find_messages(make_outcome(difference=f"#/{one}: expected 'x', got 'y'"))
        for one in ("alice_0123456789ab", "alice_ba9876543210")
    )
    assert first == second == {"A-01": "#/alice_…: expected 'x', got 'y'"}


def test_the_list_is_shipped_empty() -> None:
    assert yaml.safe_load(KNOWN_PATH.read_text("utf-8")) == {}


@pytest.mark.parametrize("status", ["harness error", "set-up failed", "blocked", "not applicable"])
def test_an_update_keeps_what_could_not_run(known: Path, status: str) -> None:
    known.write_text(yaml.safe_dump(LISTED), "utf-8")
    write_known(known, [("it", make_outcome(status))])
    assert load_known(known) == LISTED


def test_an_update_drops_what_passes(known: Path) -> None:
    known.write_text(yaml.safe_dump(LISTED), "utf-8")
    write_known(known, [("it", make_outcome("pass"))])
    assert load_known(known) == {}


def test_an_update_replaces_the_message_and_not_the_reason(known: Path) -> None:
    known.write_text(yaml.safe_dump(LISTED), "utf-8")
    write_known(known, [("it", make_outcome(difference="another one"))])
    assert load_known(known) == {
        "it": {"A-01": {"message": "another one", "reason": "it is young"}}
    }


# ---- The command. ----


@pytest.fixture
def judge(write_implementation: Write, run_command: Run, known: Path) -> Run:
    """Run the little suite, of which some fails, with a list of known failures."""
    write_implementation("good", GOOD)

    def run(*further: str) -> tuple[int, str]:
        return run_command(
            LITTLE_SUITE, "-k", "test_form or test_live", f"--known-failures={known}", *further
        )

    return run


def change(known: Path, **members: str) -> None:
    told: Mapping[str, Mapping[str, dict[str, str]]] = yaml.safe_load(known.read_text("utf-8"))
    told["good"]["SYSTEM-LIVE-01"].update(members)
    known.write_text(yaml.safe_dump(told), "utf-8")


def test_what_is_written_anew_is_known_from_then_on(judge: Run, known: Path) -> None:
    assert judge("--update-known-failures")[0] == 0
    assert known.read_text("utf-8").startswith("# What is known not to hold")
    code, output = judge()
    assert code == 0, output
    assert "good: not conformant" in output
    assert "known, and nothing else fails: SYSTEM-LIVE-01." in output


def test_a_message_that_changed_fails_the_run(judge: Run, known: Path) -> None:
    judge("--update-known-failures")
    change(known, message="it was another one")
    code, output = judge()
    assert code == 1, output
    assert "known failures: SYSTEM-LIVE-01 fails in another way." in output


def test_reasons_outlive_an_update(judge: Run, known: Path) -> None:
    judge("--update-known-failures")
    change(known, reason="it is young")
    judge("--update-known-failures")
    [entry] = yaml.safe_load(known.read_text("utf-8"))["good"].values()
    assert entry["reason"] == "it is young"


def test_an_update_keeps_what_was_not_tested(judge: Run, known: Path) -> None:
    entry = {"message": "it broke", "reason": "it is young"}
    known.write_text(yaml.safe_dump({"good": {"POSTS-LIST-01": entry}}), "utf-8")
    judge("--update-known-failures")
    told = yaml.safe_load(known.read_text("utf-8"))["good"]
    assert (sorted(told), told["POSTS-LIST-01"]) == (["POSTS-LIST-01", "SYSTEM-LIVE-01"], entry)


@pytest.mark.parametrize("text", ["[", "- 1", "good: 1", "good: {SYSTEM-LIVE-01: {reason: x}}"])
def test_a_list_that_is_none_is_told_before_a_server_starts(
    judge: Run, known: Path, text: str
) -> None:
    known.write_text(text, "utf-8")
    code, output = judge()
    assert code == 2, output
    assert len(output.splitlines()) <= 8
    assert str(known) in output


def test_a_list_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongArguments, match="cannot be written: No such file or directory"):
        make_list(tmp_path / "nowhere" / "known.yaml")
