"""What came about before: earlier changes of what a request asks for, which no value tells of."""

import re
from collections.abc import Sequence

from .answers import Answer
from .needs import CHANGES, INVENTED, ME, Needs, cut_query

POSTS, USERS = "/api/v1/posts", "/api/v1/users"
PASSWORD = f"{ME}/password"
# Answers that have an effect on a sign-in, and what it is known by: wrong passwords are counted,
# and used tokens remembered.
SIGN_INS = {
    "/api/v1/auth/login": ((401,), ""),
    "/api/v1/auth/refresh": ((200, 401), "REFRESH"),
    "/api/v1/auth/logout": ((204,), "TOKEN"),
}
BELOW_POST = re.compile(f"{POSTS}/[^/?]+/")
RIGHTS = (b'"role"', b'"is_active"')


def find_changes(
    answers: Sequence[Answer], needs: Needs, own: Sequence[int], limit: int
) -> set[int]:
    """Return earlier changes of what these requests name, and of the rights of who sends them.

    All that they rest on is among them. More than `limit` are not looked for.
    """
    known = _Known(answers, needs, own)
    first = needed = needs.close(own)
    while len(needed - first) <= limit:
        # Before the first of what is needed nobody can have named any of it, but by a made-up word.
        earlier = range(0 if known.words else min(needed), own[0])
        found = {one for one in earlier if one not in needed and known.changes(one, needed)}
        if not found:
            break
        needed = needed | needs.close(found)
    return needed - first


class _Known:
    def __init__(self, answers: Sequence[Answer], needs: Needs, own: Sequence[int]) -> None:
        self._answers = answers
        self._needs = needs
        self._asked = [answers[one].path for one in own]
        # A test searches for words that it made up.
        self.words = {one for path in self._asked for one in INVENTED.findall(path.encode())}
        self._named = {gift for one in own for gift in self._list_named(one)}

    def changes(self, position: int, needed: set[int]) -> bool:
        """Tell whether a request changed what is asked for, or what those may do who ask."""
        answer = self._answers[position]
        path = cut_query(answer)
        if path in SIGN_INS:
            statuses, kind = SIGN_INS[path]
            known = (one for one in self._needs.list_gifts(position) if one.kind == kind)
            return answer.status in statuses and any(one.position in needed for one in known)
        if answer.method not in CHANGES or not 200 <= answer.status < 300:
            return False
        if path in (ME, PASSWORD):
            ends_sign_ins = path == PASSWORD or answer.method == "DELETE"
            return ends_sign_ins and self._is_by(position, self._list_people(needed))
        return self._is_listed(position) or self._is_about(position, needed)

    def _is_listed(self, position: int) -> bool:
        answer = self._answers[position]
        path = cut_query(answer)
        if path in (POSTS, USERS) and self.words & set(INVENTED.findall(answer.sent_content)):
            return True
        is_of_author = path == POSTS or path.endswith("/follow")
        return is_of_author and self._is_by(position, self._named)

    def _is_by(self, position: int, people: set[int]) -> bool:
        return bool(self._needs.close([position]) & people)

    def _is_about(self, position: int, needed: set[int]) -> bool:
        answer, things = self._answers[position], self._list_named(position)
        below = BELOW_POST.match(answer.path)
        # A post is the same with a comment or a like more, but not what stands below it.
        if below and not any(path.startswith(below[0]) for path in self._asked):
            return False
        gives_rights = any(one in answer.sent_content for one in RIGHTS)
        return bool(things & self._named) or (gives_rights and bool(things & needed))

    def _list_named(self, position: int) -> set[int]:
        path = self._answers[position].path.encode()
        things = {gift.position for _, _, gift in self._needs.find_all(path, position)}
        # Where a comment is named, so is the post that it was made on.
        return things.union(*map(self._list_named, things))

    def _list_people(self, needed: set[int]) -> set[int]:
        return {one for one in needed if cut_query(self._answers[one]) == USERS}
