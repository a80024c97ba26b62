"""The command line: what goes where, and one sentence for what does not fit."""

import pytest

from conformance_tests.harness.exits import WrongArguments
from conformance_tests.harness.options import Options, is_path, read_options


def read(*arguments: str) -> Options:
    return read_options(
        arguments,
        implementations=["django", "flask"],
        chapters=[0, 1, 2],
        requirements=["POSTS-PAGE-01", "SYSTEM-LIVE-01"],
    )


def test_without_names_everybody_is_judged() -> None:
    assert read().targets == ("django", "flask")


def test_names_and_options_may_be_mixed_before_those_of_pytest() -> None:
    options = read("--chapter", "1", "flask", "--database=postgresql", "-k", "django", "-x")
    assert options.targets == ("flask",)
    assert (options.chapter, options.database) == (1, "postgresql")
    assert options.for_pytest == ("-k", "django", "-x")


def test_paths_go_to_pytest() -> None:
    test = "conformance_tests/test_paths.py::test_it"
    assert read("flask", test).for_pytest == (test,)


def test_requirements_go_to_pytest() -> None:
    options = read("--requirement", "SYSTEM-LIVE-01", "flask", "-x")
    assert options.targets == ("flask",)
    assert options.for_pytest == ("-x", "--requirement=SYSTEM-LIVE-01")


def test_two_dashes_before_everything_mean_nothing() -> None:
    assert read("--", "flask", "--chapter", "0", "-x") == read("flask", "--chapter", "0", "-x")


def test_an_option_of_pytest_is_no_path() -> None:
    assert not is_path("--log-file=/tmp/log.py")


def test_a_given_server_is_called_by_its_address() -> None:
    options = read("--base-url", "http://127.0.0.1:8000/", "--admin", "a@b.cd:x:y")
    assert options.targets == ("127.0.0.1:8000",)
    assert options.admin == ("a@b.cd", "x:y")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("rails", "There is no implementation 'rails'; there are: django, flask."),
        ("--chapter 7", "There is no chapter 7; there are: 0, 1, 2."),
        ("--chapter one", "invalid int value: 'one'"),
        ("--database oracle", "invalid choice: 'oracle'"),
        ("flask --base-url http://x", "Name implementations or give --base-url, not both."),
        ("--base-url http://x --server uniform", "are for servers that this run starts."),
        ("--base-url ftp://x", "--base-url wants an address like"),
        ("--base-url http://x:99999", "--base-url wants an address like"),
        ("--base-url http://me:hush@x", "--base-url wants an address like"),
        ("--base-url http://x/below", "without a path."),
        ("--base-url http://x --admin me", "--admin wants EMAIL:PASSWORD."),
        ("--jwt-secret x", "are for a server given by --base-url."),
        ("--results=", "Argument --results: the name of the folder is empty"),
        ("flask_impl/", "flask_impl/ is no test; to judge that implementation say: flask."),
        ("flask_impl/tests/test_app.py", "to judge that implementation say: flask."),
        ("flask shared_spec/", "is no test; the files of the tests are in conformance_tests/."),
        ("conformance_tests/", "is no test; the files of the tests are in conformance_tests/."),
        ("conformance_tests/test_nothing.py", "conformance_tests/test_nothing.py is no test;"),
        ("--chapter 0 -x flask", "Names come first: put flask before the options of pytest."),
        ("-k page flask", "Names come first: put flask before the options of pytest."),
        ("--requirement NOPE-01", "There is no requirement NOPE-01."),
        ("--requirement posts-pag-01", "no requirement posts-pag-01. Near to it: POSTS-PAGE-01."),
    ],
)
def test_what_does_not_fit_is_said_in_one_sentence(arguments: str, sentence: str) -> None:
    with pytest.raises(WrongArguments) as refusal:
        read(*arguments.split())
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_all_together_are_one_target() -> None:
    options = read("--interop", "--workers", "2")
    assert (options.names, options.targets) == (("django", "flask"), ("interop",))
    assert options.workers == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("--interop", "--server", "idiomatic"),
        ("flask", "--interop"),
        ("--interop", "--base-url", "http://127.0.0.1:1"),
        ("--workers", "2", "--base-url", "http://127.0.0.1:1"),
        ("--workers", "0"),
        ("--workers", "many"),
    ],
)
def test_what_cannot_be_together_or_so_many_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(WrongArguments):
        read(*arguments)
