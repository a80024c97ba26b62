"""The reference at /docs: a page for people, which loads all it needs from the server itself."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.plugin import NOT_APPLICABLE
from conformance_tests.harness.targets import Target

DOCS = "/docs"
SOURCES = {"script": "src", "link": "href", "img": "src"}
MEDIA_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "png": "image/png",
    "svg": "image/svg+xml",
}
# Nothing from elsewhere, and no scripts but the server's own and the one that has this hash.
OWN_SOURCES = ("'none'", "'self'", "'sha256-", "data:")


class _Files(HTMLParser):
    """Finds what a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        source = dict(attrs).get(SOURCES.get(tag, ""))
        if source is not None:
            self.found.append(source)


@pytest.fixture(scope="module")
def page(api: Api) -> Answer:
    """The page. The contract has no answer in HTML, so nothing judges this one."""
    return api.request_unjudged("GET", DOCS)


@pytest.fixture(scope="module")
def files(target: Target, page: Answer) -> list[str]:
    """What the page loads."""
    if not target.kept_connections:
        pytest.skip(f"{NOT_APPLICABLE}every request finds another server, with files of its own")
    return _find_files(page)


@pytest.mark.requirement("SYSTEM-REFERENCE-01")
def test_reference_is_a_page_that_reads_the_description(page: Answer) -> None:
    assert (page.status, page.media_type) == (200, "text/html")
    assert "/openapi.json" in page.content.decode("utf-8")


@pytest.mark.requirement("SYSTEM-REFERENCE-01")
def test_reference_loads_everything_from_the_server_itself(api: Api, files: list[str]) -> None:
    assert [file for file in files if file.endswith(".js")] != []
    # Below /docs, and so neither with a host of its own nor from somewhere else on the server.
    assert [file for file in files if not file.startswith(f"{DOCS}/")] == []
    answers = {file: api.request_unjudged("GET", file) for file in files}
    told = {file: (answer.status, answer.media_type) for file, answer in answers.items()}
    assert told == {file: (200, MEDIA_TYPES[file.rpartition(".")[2]]) for file in files}


@pytest.mark.requirement("SYSTEM-RANGE-01", "HARDENING-FAILURE-01")
def test_reference_is_sent_whole(api: Api, target: Target, page: Answer) -> None:
    # Where every request finds another server, each has files of its own.
    files = _find_files(page) if target.kept_connections else []
    for path in (DOCS, *files):
        for told in ("bytes=0-1", "bytes=-1", "bytes=99999999-", "bytes=5-1", "garlic"):
            answer = api.request_unjudged("GET", path, headers={"Range": told})
            assert (answer.status, "Content-Range" in answer.headers) == (200, False), told


@pytest.mark.requirement("SYSTEM-REFERENCE-02", "HARDENING-HEADERS-01")
def test_policy_of_the_reference_admits_the_server_itself_and_nobody_else(page: Answer) -> None:
    policy = dict(_read_policy(page.headers.get("Content-Security-Policy", "")))
    assert policy["default-src"] == policy["frame-ancestors"] == ["'none'"]
    sources = {source for listed in policy.values() for source in listed}
    assert {source for source in sources if not source.startswith(OWN_SOURCES)} == set()
    assert "data:" not in policy["script-src"]
    # What the page shares with all other answers.
    assert page.headers.get_list("X-Content-Type-Options") == ["nosniff"]
    assert page.headers.get_list("Referrer-Policy") == ["no-referrer"]


@pytest.mark.requirement("SYSTEM-REFERENCE-03")
def test_reference_has_the_methods_of_a_page(api: Api) -> None:
    methods = ("HEAD", "OPTIONS", "POST")
    head, options, post = (api.request_unjudged(method, DOCS) for method in methods)
    assert (head.status, head.media_type, head.content) == (200, "text/html", b"")
    assert (options.status, post.problem) == (204, (405, "method_not_allowed"))
    assert options.allow == post.allow == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.requirement("SYSTEM-REFERENCE-03", "SYSTEM-PATH-02")
def test_only_what_belongs_to_the_reference_is_below_it(api: Api) -> None:
    paths = [f"{DOCS}/", f"{DOCS}/nothing", f"{DOCS}/assets/", f"{DOCS}/..%2fopenapi.json"]
    problems = {path: api.request("GET", path).problem for path in paths}
    assert problems == dict.fromkeys(paths, (404, "not_found"))


@pytest.mark.requirement("SYSTEM-REFERENCE-03")
def test_reference_asks_for_neither_token_nor_database(unreachable_api: Api) -> None:
    assert unreachable_api.request_unjudged("GET", DOCS, token="nonsense").status == 200


def _find_files(page: Answer) -> list[str]:
    parser = _Files()
    parser.feed(page.content.decode("utf-8"))
    return parser.found


def _read_policy(policy: str) -> Iterator[tuple[str, list[str]]]:
    for directive in policy.split(";"):
        name, *sources = directive.split()
        yield name, sources
