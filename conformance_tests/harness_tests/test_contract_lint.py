"""The contract lint finds each fault that it promises to find, and is silent without one."""

from pathlib import Path

import pytest

from conformance_tests.harness import contract_lint

SPEC = """\
openapi: 3.1.0
info: {title: Small, version: 1.0.0}
tags: [{name: 1 things}]
paths:
  /things/{thing_id}:
    parameters:
      - {name: thing_id, in: path, required: true, schema: {type: string}}
    put:
      operationId: put_thing
      tags: [1 things]
      security: []
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Thing'}
            example: {name: spade}
      responses:
        '200': {$ref: '#/components/responses/Thing'}
        '404': {description: There is none.}
components:
  schemas:
    Thing:
      type: object
      properties: {name: {type: string, pattern: '^[a-z]+$'}}
  responses:
    Thing:
      description: The thing.
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Thing'}
          examples: {one: {value: {name: rake}}}
"""
REGISTER = """\
chapters: [{number: 1, area: THINGS, title: things, complete: true}]
retired: [THINGS-PUT-09]
requirements:
  - id: THINGS-PUT-01
    chapter: 1
    level: MUST
    text: A thing can be put.
    operations: [put_thing]
    statuses: [200]
    openapi: '#/components/responses/Thing'
    source: this API
    since: "1.0"
  - id: THINGS-PUT-02
    chapter: 1
    level: SHOULD
    text: What is missing is 404.
    operations: ["*"]
    statuses: [404]
    source: this API
    since: "1.0"
"""
TESTS = """\
import pytest

CASES = [pytest.param(1, marks=pytest.mark.requirement("THINGS-PUT-02"))]


@pytest.mark.requirement("THINGS-PUT-01")
def test_put():
    pass


@pytest.mark.parametrize("case", CASES)
def test_missing(case):
    pass


class TestMore:
    pytestmark = pytest.mark.requirement("THINGS-PUT-01", "THINGS-PUT-02")

    def test_both(self):
        pass
"""


class Project:
    """A small contract with its register and tests, to be broken in one place."""

    def __init__(self, folder: Path) -> None:
        self.spec, self.tests = folder / "spec", folder / "tests"
        for path, text in self._files().items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def _files(self) -> dict[Path, str]:
        return {
            self.spec / "openapi.yaml": SPEC,
            self.spec / "requirements.yaml": REGISTER,
            self.tests / "test_things.py": TESTS,
        }

    def replace(self, old: str, new: str) -> None:
        """Replace a text that stands in exactly one of the files."""
        [path] = [path for path in self._files() if old in path.read_text(encoding="utf-8")]
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    def lint(self) -> list[str]:
        return list(contract_lint.lint(self.spec, self.tests))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_says_what_it_counted(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert contract_lint.main(project.spec, project.tests) == 0
    printed = capsys.readouterr().out
    assert printed == "contract: 1 operations, 2 statuses, 2 requirements, 3 tests\n"


def test_prints_a_line_for_each_fault(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.replace("MUST", "MAY")
    assert contract_lint.main(project.spec, project.tests) == 1
    printed = capsys.readouterr().out
    assert printed == "THINGS-PUT-01: the level is MAY, not MUST or SHOULD\n"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("info: {", "info: [", "openapi.yaml: cannot be read: while parsing a flow sequence"),
        ("info: {title: Small, version", "info: {version", "openapi.yaml: is invalid at #/info"),
        ("'404': {", "'200': {", "openapi.yaml: 200 stands twice at line 18"),
        ("tags: [1 things]", "tags: [things]", "openapi.yaml: is no contract for the suite"),
        ("'^[a-z]+$'", "'^[a-z+$'", "openapi.yaml: is invalid at #/properties/name/pattern"),
        ("Thing'}\n            example", "It'}\n            example", "refers to what is not in"),
        (
            "Thing:\n      type: object",
            "Thing:\n      $anchor: thing\n      type: object",
            "openapi.yaml: #/components/schemas/Thing has the forbidden $anchor",
        ),
        ("{name: spade}", "{name: 1}", 'example is wrong: #/name: the value is not of type "str'),
        ("{name: rake}", "{name: Rake}", "example one is wrong: #/name: the value does not match"),
        ("requirements:", "promises:", "requirements.yaml: cannot be read: 'requirements'"),
        ("level: MUST", "levl: MUST", "requirements.yaml: cannot be read"),
        ("id: THINGS-PUT-02", "id: THINGS-PUT-01", "THINGS-PUT-01: the id is used 2 times"),
        ("id: THINGS-PUT-02", "id: THINGS-PUT-09", "THINGS-PUT-09: the id is retired"),
        ("id: THINGS-PUT-02", "id: THINGS-PUT-2", "THINGS-PUT-2: the id is not of the form"),
        ("id: THINGS-PUT-02", "id: OTHER-PUT-02", "OTHER-PUT-02: the ids of chapter 1 begin"),
        ("chapter: 1", "chapter: 7", "THINGS-PUT-01: there is no chapter 7"),
        ("can be put.", "can be put", "THINGS-PUT-01: the text is not a sentence"),
        ("level: MUST", "level: MUST\n    group: proxy", "THINGS-PUT-01: there is no group proxy"),
        (
            "level: SHOULD",
            "level: SHOULD\n    group: server",
            "test_things.py::TestMore::test_both: names requirements of more than one group",
        ),
        ("[put_thing]", "[get_thing]", "THINGS-PUT-01: there is no operation get_thing"),
        ("[put_thing]", "[get_thing]", "put_thing: no requirement names it"),
        ("statuses: [200]", "statuses: [201]", "THINGS-PUT-01: put_thing does not answer 201"),
        ("statuses: [200]", "statuses: []", "put_thing: no requirement names its status 200"),
        ("statuses: [404]", "statuses: [409]", "THINGS-PUT-02: no operation answers 409"),
        (
            "responses/Thing'\n    source",
            "responses/It'\n    source",
            "is no place in the contract",
        ),
        ('"THINGS-PUT-01")\ndef', '"THINGS-PUT-08")\ndef', "THINGS-PUT-08, which is not in the re"),
        ('requirement("THINGS-PUT-01")', "slow", "test_things.py::test_put: names no requirement"),
        ('"THINGS-PUT-01", "THINGS-PUT-02"', "", "test_things.py::TestMore::test_both: names no"),
    ],
)
def test_finds(project: Project, old: str, new: str, fault: str) -> None:
    project.replace(old, new)
    assert [line for line in project.lint() if fault in line]


def test_finds_a_requirement_without_a_test(project: Project) -> None:
    (project.tests / "test_things.py").write_text("", encoding="utf-8")
    assert project.lint() == ["THINGS-PUT-01: no test names it", "THINGS-PUT-02: no test names it"]


def test_finds_what_cases_beside_the_tests_are_ruled_by(project: Project) -> None:
    cases = project.tests / "data" / "things.yaml"
    cases.parent.mkdir()
    cases.write_text("spades: [{rule: None., ruled_by: [THINGS-PUT-08]}]", encoding="utf-8")
    assert project.lint() == [
        f"tests/test_things.py::{test}: names THINGS-PUT-08, which is not in the register"
        for test in ("test_put", "test_missing", "TestMore::test_both")
    ]


def test_finds_a_reference_to_another_file(project: Project) -> None:
    (project.spec / "other.yaml").write_text("{type: object}", encoding="utf-8")
    project.replace("{$ref: '#/components/schemas/Thing'}", "{$ref: other.yaml}")
    assert [line for line in project.lint() if "refers to what is not in the document" in line]


def test_does_not_look_at_the_tests_of_the_suite_itself(project: Project) -> None:
    inner = project.tests / "harness_tests"
    inner.mkdir()
    (inner / "test_inner.py").write_text("def test_nothing(): pass", encoding="utf-8")
    assert project.lint() == []
