"""The ids of posts: what they look like, and what only resembles one."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from conformance_tests.data.ids import ALIKE
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person

NOT_FOUND = (404, "not_found")
# Between the making of an id and the noting of the time there is little to do.
MOMENT = timedelta(seconds=2)


@pytest.fixture(scope="module")
def there(someone: Person) -> dict[str, Any]:
    """A post that is there, and that no other id should find."""
    return someone.has_post()


@pytest.mark.requirement("POSTS-ID-01")
def test_the_time_in_an_id_is_that_of_the_post(there: dict[str, Any]) -> None:
    post_id = UUID(there["id"])
    assert (post_id.version, str(post_id)) == (7, there["id"])
    made_at = datetime.fromtimestamp((post_id.int >> 80) / 1000, UTC)
    assert abs(datetime.fromisoformat(there["created_at"]) - made_at) < MOMENT


@pytest.mark.parametrize("name", ["created_at", "updated_at", "published_at"])
@pytest.mark.requirement("POSTS-ID-01")
def test_a_new_post_is_of_today(there: dict[str, Any], name: str) -> None:
    age = abs(datetime.fromisoformat(there[name]) - datetime.now(UTC))
    assert age < timedelta(hours=1), f"{name} is off by {age}: is it in UTC?"


@pytest.mark.requirement("POSTS-ID-02")
def test_a_post_is_found_by_its_id_in_upper_case(someone: Person) -> None:
    post = someone.has_post()
    loud = post["id"].upper()
    assert someone.get_post(loud).json == post
    assert someone.update_post(loud, json={"title": "Found"}).json["id"] == post["id"]
    assert someone.delete_post(loud).status == 204


@pytest.mark.requirement("POSTS-ID-03")
def test_what_only_resembles_an_id_is_404(api: Api, there: dict[str, Any]) -> None:
    found = {name: api.get_post(alter(there["id"])).problem for name, alter in ALIKE.items()}
    assert found == dict.fromkeys(ALIKE, NOT_FOUND)


@pytest.mark.requirement("POSTS-ID-03")
def test_what_only_resembles_an_id_changes_nothing(someone: Person, there: dict[str, Any]) -> None:
    post_id = ALIKE["no hyphens"](there["id"])
    assert someone.update_post(post_id, json={"title": "Changed"}).problem == NOT_FOUND
    assert someone.delete_post(post_id).problem == NOT_FOUND
