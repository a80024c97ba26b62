"""The people and things that tests ask for by name."""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from conformance_tests.data.refusals import Refusals
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.leaks import Secrets
from conformance_tests.harness.making import Making, make_commenting, make_posting
from conformance_tests.harness.oracle import Oracle
from conformance_tests.harness.patience import Patience
from conformance_tests.harness.people import Blocked, People, Person
from conformance_tests.harness.plugin import NOT_APPLICABLE, OBSERVATIONS, get_contract
from conformance_tests.harness.raw import Wire
from conformance_tests.harness.targets import Target
from conformance_tests.harness.tokens import Tokens
from conformance_tests.harness.versioned import KINDS, Versioned, make_versioned


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Target:
    """The API under test; each test runs once for every target."""
    if not hasattr(request, "param"):
        pytest.exit("Start the suite with `python -m conformance_tests`.", returncode=2)
    chosen: Target = request.param
    return chosen


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The contract: operations, schemas and limits."""
    return get_contract()


@pytest.fixture(scope="session")
def known_secrets(target: Target) -> Secrets:
    """What no answer may hold."""
    known = Secrets()
    if target.jwt_secret:
        known.add(target.jwt_secret, "the JWT secret")
    return known


@pytest.fixture(scope="session")
def oracle(
    target: Target,
    contract: Contract,
    known_secrets: Secrets,
    pytestconfig: pytest.Config,
) -> Oracle:
    """The judge of every answer."""
    return Oracle(contract, known_secrets, pytestconfig.stash[OBSERVATIONS], target.name)


@pytest.fixture(scope="session")
def patience(target: Target) -> Patience:
    """How long the server of this target is asked on while it stays silent."""
    return Patience()


@pytest.fixture(scope="session")
def api(target: Target, contract: Contract, oracle: Oracle, patience: Patience) -> Iterator[Api]:
    """The API, called without a token."""
    kept = target.kept_connections
    opened = Api(target.base_url, contract, oracle, patience, kept)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def unreachable_api(
    target: Target, contract: Contract, oracle: Oracle, patience: Patience
) -> Iterator[Api]:
    """The same API, served where its database cannot be reached."""
    if target.outage_url is None:
        pytest.skip(f"{NOT_APPLICABLE}no server without its database is known")
    own = Patience("the server without its database", beside=patience)
    opened = Api(target.outage_url, contract, oracle, own, target.kept_connections)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def bare_api(unreachable_api: Api) -> Api:
    """The same API, served without CORS_ORIGINS and ALLOWED_HOSTS, and without its database."""
    return unreachable_api


@pytest.fixture
def wire(target: Target, oracle: Oracle, patience: Patience) -> Wire:
    """Raw bytes to the API."""
    if not target.base_url.startswith("http://"):
        pytest.skip(f"{NOT_APPLICABLE}raw bytes are sent over plain HTTP only")
    return Wire(target.base_url, oracle, patience)


@pytest.fixture
def bare_wire(bare_api: Api, oracle: Oracle, patience: Patience) -> Wire:
    """Raw bytes to the API, served without ALLOWED_HOSTS."""
    return Wire(bare_api.base_url, oracle, patience)


@pytest.fixture(scope="session")
def foreign_host(target: Target) -> str:
    """A host that the server was told not to answer for."""
    if target.foreign_host is None:
        pytest.skip(f"{NOT_APPLICABLE}it is not known which hosts this server refuses")
    return target.foreign_host


@pytest.fixture(scope="session")
def allowed_origin(target: Target) -> str:
    """A site whose pages the server was told to let in."""
    if target.allowed_origin is None:
        pytest.skip(f"{NOT_APPLICABLE}it is not known which origins this server lets in")
    return target.allowed_origin


@pytest.fixture(scope="session")
def people(api: Api, known_secrets: Secrets) -> People:
    """Makes further people."""
    return People(api, known_secrets)


@pytest.fixture(scope="session")
def someone(people: People) -> Person:
    """Somebody signed in, for tests that leave account, profile and sign-in as they are."""
    return people.register("someone")


@pytest.fixture(scope="session")
def someone_else(people: People) -> Person:
    """Another one, on the same terms."""
    return people.register("someone_else")


class Guesses(NamedTuple):
    """Whose passwords somebody guessed, and how that ended at `moment`."""

    throttled: Person
    failed_once: Person
    refusal: Answer
    moment: float


@pytest.fixture(scope="session")
def guesses(api: Api, contract: Contract, people: People) -> Guesses:
    """Wrong log-ins for two people, made early: a test looks at them when time has passed."""
    throttled, failed_once = people.register("throttled"), people.invent()
    throttled.sign_in_again()
    attempts = contract.general_limit("failed_log_ins")
    wrong = {"password": "a wrong password"}
    answers = [api.log_in(json={"email": throttled.email, **wrong}) for _ in range(attempts + 1)]
    api.log_in(json={"email": failed_once.email, **wrong})
    return Guesses(throttled, failed_once, answers[-1], time.monotonic())


@pytest.fixture(scope="session")
def throttled(guesses: Guesses) -> Person:
    """Somebody signed in, who cannot log in or verify a password for as long as the tests run."""
    return guesses.throttled


@pytest.fixture
def alice(people: People) -> Person:
    """Somebody with an account."""
    return people.register("alice")


@pytest.fixture
def bob(people: People) -> Person:
    """Somebody else with an account."""
    return people.register("bob")


@pytest.fixture
def carol(people: People) -> Person:
    """A third person with an account."""
    return people.register("carol")


@pytest.fixture(scope="session")
def admin(target: Target, people: People) -> Person:
    """The first admin. The same one for all tests of a target: leave the account as it is."""
    if target.admin_email is None or target.admin_password is None:
        pytest.skip(f"{NOT_APPLICABLE}no admin is known (--admin EMAIL:PASSWORD)")
    return people.recall(target.admin_email, target.admin_password)


@pytest.fixture
def post(alice: Person) -> dict[str, Any]:
    """A published post by alice."""
    return alice.has_post()


@pytest.fixture
def draft(alice: Person) -> dict[str, Any]:
    """A draft by alice."""
    return alice.has_post(status="draft")


@pytest.fixture(scope="session")
def refusals(people: People) -> Refusals:
    """Refusals of every operation, for the tests that look at some of them."""
    return Refusals(people.register("refused"))


@pytest.fixture(scope="session")
def lasting_post(someone: Person) -> Versioned:
    """A post by someone that stays as it is: read, commented on, or not changed in vain."""
    return make_versioned("post", someone)


@pytest.fixture(scope="session")
def lasting_comment(someone: Person, lasting_post: Versioned) -> Versioned:
    """A comment by someone that stays as it is."""
    return make_versioned("comment", someone, lasting_post.key)


@pytest.fixture(params=KINDS)
def lasting(
    request: pytest.FixtureRequest, lasting_post: Versioned, lasting_comment: Versioned
) -> Versioned:
    """A post, and for a second run of the test a comment, which stay as they are."""
    return lasting_post if request.param == "post" else lasting_comment


@pytest.fixture(params=KINDS)
def versioned(
    request: pytest.FixtureRequest, someone: Person, lasting_post: Versioned
) -> Versioned:
    """A new post by someone, and for a second run of the test a comment, to change or delete."""
    return make_versioned(request.param, someone, lasting_post.key)


@pytest.fixture(scope="session")
def sender(people: People) -> Person:
    """Somebody signed in, who makes posts and comments with an Idempotency-Key."""
    return people.register("sender")


@pytest.fixture
def posting(sender: Person) -> Making:
    """The sender's way to make posts, each under a title of this test's own."""
    return make_posting(sender)


@pytest.fixture
def commenting(sender: Person) -> Making:
    """The sender's way to make comments, on a post that has none."""
    return make_commenting(sender)


@pytest.fixture(params=KINDS)
def making(request: pytest.FixtureRequest, sender: Person) -> Making:
    """The sender's way to make posts, and for a second run of the test comments."""
    return make_posting(sender) if request.param == "post" else make_commenting(sender)


@pytest.fixture
def tokens(target: Target, someone: Person) -> Tokens:
    """Forges access tokens with the run's own secret."""
    if target.jwt_secret is None:
        pytest.skip(f"{NOT_APPLICABLE}the JWT secret is not known (--jwt-secret SECRET)")
    tokens = Tokens(target.jwt_secret)
    if not tokens.has_signed(someone.access_token):
        told = "its access token is not signed with the secret (is --jwt-secret right?)"
        raise Blocked(told, "log_in", 200)
    return tokens
