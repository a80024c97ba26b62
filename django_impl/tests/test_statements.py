"""No operation asks the database more often for a longer page."""

from .cases import JSON, SignedInTestCase, statements

AUTHENTICATION = 1
MANY = 100
TAGS = [f"tag-{number}" for number in range(10)]
POST = {"title": "Old", "body": "…", "tags": TAGS}
ALICE = "/api/v1/users/alice"
# Each list of more items than a page holds, and how many statements a page takes.
LISTS = {
    "/api/v1/users": 1,
    "/api/v1/posts": 2,
    "/api/v1/feed": 2,
    "/api/v1/tags": 1,
    f"{ALICE}/followers": 2,
    f"{ALICE}/following": 2,
}


class StatementsTest(SignedInTestCase):
    def write_post(self) -> str:
        """Write a post with ten tags, and return its path."""
        return self.client.post("/api/v1/posts", POST, JSON)["Location"]

    def sign_in(self, name: str) -> dict[str, str]:
        """Make an account and return the header that speaks for it."""
        credentials = {"email": f"{name}@example.com", "password": "correct horse"}
        self.client.post("/api/v1/users", {"username": name, **credentials}, JSON)
        tokens = self.client.post("/api/v1/auth/login", credentials, JSON).json()
        return {"Authorization": f"Bearer {tokens['access_token']}"}

    def gather_crowd(self) -> None:
        """Make so many users who follow alice and are followed by her; each wrote a post."""
        for number in range(MANY):
            name = f"user_{number}"
            theirs = self.sign_in(name)
            self.client.put(f"{ALICE}/follow", headers=theirs)
            self.client.put(f"/api/v1/users/{name}/follow")
            post = {"title": name, "body": "", "tags": [*TAGS[1:], f"of-{number}"]}
            self.client.post("/api/v1/posts", post, JSON, headers=theirs)

    def count_by_page_size(self, path: str) -> list[int]:
        """Return how many statements a page of one item takes, and one of a hundred."""
        counts = []
        for limit in (1, MANY):
            with statements() as seen:
                page = self.client.get(f"{path}?limit={limit}").json()
            self.assertEqual(len(page["items"]), limit)
            counts.append(len(seen) - AUTHENTICATION)
        return counts

    def test_lists_take_one_or_two(self) -> None:
        self.gather_crowd()
        for path, count in LISTS.items():
            with self.subTest(path):
                self.assertEqual(self.count_by_page_size(path), [count, count])

    def test_list_comments_takes_two(self) -> None:
        path = f"{self.write_post()}/comments"
        for _ in range(MANY):
            self.client.post(path, {"body": "…"}, JSON)
        self.assertEqual(self.count_by_page_size(path), [2, 2])

    def test_reading_one_thing_takes_one_or_two(self) -> None:
        post = self.write_post()
        comment = self.client.post(f"{post}/comments", {"body": "…"}, JSON)["Location"]
        for path, count in ((post, 2), (f"{post}/stats", 1), (comment, 1), (ALICE, 1)):
            with self.subTest(path):
                with statements() as seen:
                    self.assertEqual(self.client.get(path).status_code, 200)
                self.assertEqual(len(seen), AUTHENTICATION + count, seen)

    def test_create_post_takes_five(self) -> None:
        with statements() as seen:
            self.write_post()
        self.assertEqual(len(seen), AUTHENTICATION + 5, seen)

    def test_an_idempotency_key_takes_two_more(self) -> None:
        answers = []
        for count in (5, 1):
            with statements() as seen:
                once = {"Idempotency-Key": "once"}
                answers.append(self.client.post("/api/v1/posts", POST, JSON, headers=once).json())
            self.assertEqual(len(seen), AUTHENTICATION + 2 + count, seen)
        self.assertEqual(answers[0], answers[1])

    def test_update_post_takes_seven(self) -> None:
        path = self.write_post()
        changes = {"title": "Changed", "tags": ["another"]}
        with statements() as seen:
            changed = self.client.patch(path, changes, JSON, headers={"If-Match": '"1"'})
        self.assertEqual(changed.status_code, 200)
        self.assertEqual(len(seen), AUTHENTICATION + 7, seen)

    def test_update_post_with_the_same_content_writes_nothing(self) -> None:
        path = self.write_post()
        same = {"title": "Old", "tags": TAGS[::-1], "status": "published"}
        with statements() as seen:
            kept = self.client.patch(path, same, JSON, headers={"If-Match": "*"})
        self.assertEqual(kept.status_code, 200)
        self.assertEqual([sql for sql in seen if not sql.startswith("SELECT")], [])

    def test_small_writes_take_at_most_three(self) -> None:
        post = self.write_post()
        self.sign_in("bob")
        for path in (f"{post}/like", "/api/v1/users/bob/follow"):
            with statements() as seen:
                self.assertEqual(self.client.put(path).status_code, 204)
            self.assertEqual(len(seen), AUTHENTICATION + 3, seen)
        with statements() as seen:
            comment = self.client.post(f"{post}/comments", {"body": "Old"}, JSON)["Location"]
        self.assertEqual(len(seen), AUTHENTICATION + 3, seen)
        with statements() as seen:
            changed = self.client.patch(comment, {"body": "New"}, JSON, headers={"If-Match": '"1"'})
        self.assertEqual(changed.status_code, 200)
        self.assertEqual(len(seen), AUTHENTICATION + 2, seen)
