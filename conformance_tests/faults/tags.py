"""Fifty at once change a post by one entity tag: one may, and nobody's change is lost."""

from functools import partial

from conformance_tests.harness.together import count, send_together

from .trial import Finding, Trial, tell_statuses

CROWD = 50
EXPECTED = {(200, "None"): 1, (412, "precondition_failed"): CROWD - 1}


def try_tags(trial: Trial) -> Finding:
    """Send fifty different changes with the same If-Match (RFC 9110 §13.1.1)."""
    author = trial.subject.people.register("author")
    made = author.create_post(json={"title": "As it was", "body": "Some words."})
    post_id, tag = str(made.json["id"]), made.headers.get("ETag")
    change = partial(author.update_post, post_id, headers={"If-Match": tag})
    titles = [f"Change {number}" for number in range(CROWD)]
    answers = send_together([partial(change, json={"title": title}) for title in titles])
    counted = count(answers)
    changed = [answer.json["title"] for answer in answers if answer.status == 200]
    stands = [author.get_post(post_id).json["title"]] == changed
    return Finding(counted == EXPECTED and stands, tell_statuses(counted))
