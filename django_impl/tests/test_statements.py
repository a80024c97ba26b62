"""No operation asks the database more often for a longer page."""

from .cases import JSON, SignedInTestCase, statements

AUTHENTICATION = 1
TAGS = [f"tag-{number}" for number in range(10)]


class StatementsTest(SignedInTestCase):
    def write_post(self) -> str:
        """Write a post with ten tags, and return its path."""
        post = {"title": "Old", "body": "…", "tags": TAGS}
        return self.client.post("/api/v1/posts", post, JSON)["Location"]

    def test_list_posts_takes_two(self) -> None:
        for _ in range(100):
            self.write_post()
        for limit in (1, 100):
            with statements() as seen:
                page = self.client.get(f"/api/v1/posts?limit={limit}").json()
            self.assertEqual(len(page["items"]), limit)
            self.assertEqual(len(seen), AUTHENTICATION + 2, seen)

    def test_list_users_takes_one(self) -> None:
        for number in range(100):
            user = {"username": f"user_{number}", "email": f"{number}@example.com"}
            self.client.post("/api/v1/users", user | {"password": "correct horse"}, JSON)
        for limit in (1, 100):
            with statements() as seen:
                page = self.client.get(f"/api/v1/users?limit={limit}").json()
            self.assertEqual(len(page["items"]), limit)
            self.assertEqual(len(seen), AUTHENTICATION + 1, seen)

    def test_get_post_takes_two(self) -> None:
        path = self.write_post()
        with statements() as seen:
            self.assertEqual(self.client.get(path).status_code, 200)
        self.assertEqual(len(seen), AUTHENTICATION + 2, seen)

    def test_create_post_takes_five(self) -> None:
        with statements() as seen:
            self.write_post()
        self.assertEqual(len(seen), AUTHENTICATION + 5, seen)

    def test_update_post_takes_seven(self) -> None:
        path = self.write_post()
        changes = {"title": "Changed", "tags": ["another"]}
        with statements() as seen:
            self.assertEqual(self.client.patch(path, changes, JSON).status_code, 200)
        self.assertEqual(len(seen), AUTHENTICATION + 7, seen)

    def test_update_post_with_the_same_content_writes_nothing(self) -> None:
        path = self.write_post()
        same = {"title": "Old", "tags": TAGS[::-1], "status": "published"}
        with statements() as seen:
            self.assertEqual(self.client.patch(path, same, JSON).status_code, 200)
        self.assertEqual([sql for sql in seen if not sql.startswith("SELECT")], [])
