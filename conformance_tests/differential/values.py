"""Values for bodies, queries and headers: some that are right, and some that are not."""

from hypothesis import strategies as st

Values = st.SearchStrategy[object]
Texts = st.SearchStrategy[str]

_CHARACTERS = st.characters(exclude_categories=["Cs"])
_TEXTS = (
    "A post",
    "Words.",
    "Änne und die STRASSE",
    "straße, ÉTÉ",
    "e\u0301te\u0301",
    "100 % _sure_ \\*",
    'It\'s "quoted" & <b>bold</b>',
    "Line\nand\ttab",
    "\U0001f40e",
)
TEXTS: Texts = st.sampled_from(_TEXTS) | st.text(_CHARACTERS, min_size=1, max_size=4)
SEARCHES: Texts = st.sampled_from(
    ("post", "STRASSE", "straße", "été", "%", "_", "\\", "o", "e\u0301", "{MARK}")
) | st.text(_CHARACTERS, min_size=1, max_size=2)
# A NUL, a lone surrogate and an escape: no text holds them.
NO_TEXTS = ("\x00", "a\ud800", "\x1b[1m")
TAGS = st.lists(st.sampled_from(("a", "b", "c", "c-3")), max_size=3, unique=True)
# Each of another type than the text, list or truth value that is wanted.
OTHER_TYPES: tuple[object, ...] = (None, 0, 1.5, "x", True, [], {}, [1], {"a": 1})

GOOD: dict[str, Values] = {
    "username": st.sampled_from(("dan_{MARK}", "eve_{MARK}", "{ME}", "{YOU}")),
    "email": st.sampled_from(
        ("{ME}@example.com", "new.{ME}@example.com", "{YOU}@example.com", "{YOU}@EXAMPLE.com")
    ),
    "password": st.sampled_from(("correct horse 1", "correct horse 2")),
    "current_password": st.sampled_from(("correct horse 1", "correct horse 2", "wrong horse")),
    "new_password": st.sampled_from(("correct horse 2", "  spaces  ", "Пароль-пароль")),
    "display_name": TEXTS.map(lambda text: text.replace("\n", " ")),
    "bio": st.just("") | TEXTS,
    "role": st.sampled_from(("user", "admin")),
    "is_active": st.booleans(),
    "title": TEXTS,
    "body": TEXTS,
    "tags": TAGS,
    "status": st.sampled_from(("published", "draft")),
    "refresh_token": st.sampled_from(("{REFRESH_ME}",)),
}
_BAD: dict[str, tuple[object, ...]] = {
    "username": ("ab", "No_Capitals", "with space", "a" * 31, "ünder_{MARK}"),
    "email": ("no at", "a@b", "two@@example.com", "é@example.com", "a@exa_mple.com"),
    "password": ("short", "a" * 129),
    "current_password": (),
    "new_password": ("short", "a" * 129, "{ME}", "{ME}@EXAMPLE.com"),
    "display_name": ("a" * 200,),
    "bio": ("a" * 5_001,),
    "role": ("owner", "Admin"),
    "is_active": ("true", 1),
    "title": ("", "  ", "\u2003", "a" * 201),
    "body": ("", "a" * 5_001),
    "tags": (["Capital"], ["a", "a"], ["-a"], [1], list("abcdefghijk")),
    "status": ("Draft", "deleted"),
    "refresh_token": ("made up", "{ACCESS_ME}"),
}
# Wrong for every member of some shape; where one fits by chance it is a right one.
BAD: dict[str, Values] = {
    name: st.sampled_from((*values, *NO_TEXTS, *OTHER_TYPES)) for name, values in _BAD.items()
}
# A member that no shape has, and those that only the server sets.
UNKNOWN = st.sampled_from(("extra", "id", "author", "created_at", "password_hash", "\x00"))
NO_BODIES: Texts = st.sampled_from(
    ("", "{", "[]", "null", '"text"', "1", '{"a": 1, "a": 1}', '{"a": NaN}', '{"a": 1e999}')
)

QUERIES: dict[str, Texts] = {
    "author": st.sampled_from(("{YOU}", "{ME}", "nobody_{MARK}")),
    "tag": st.sampled_from(("a", "b", "c", "nothing")),
    "status": st.sampled_from(("published", "draft")),
    "q": SEARCHES,
    "sort": st.sampled_from(("created_at", "-created_at")),
    "limit": st.sampled_from(("1", "2", "100")),
}
BAD_QUERIES: dict[str, Texts] = {
    "author": st.sampled_from(("No", "ab", "", "\x00")),
    "tag": st.sampled_from(("A", "-a", "", "\x7f")),
    "status": st.sampled_from(("Draft", "")),
    "q": st.sampled_from(("", "a" * 101, "a\x00", "\x1f")),
    "sort": st.sampled_from(("title", "", "CREATED_AT")),
    "limit": st.sampled_from(
        ("0", "101", "-1", "+1", "1.0", "01", "", "a", " 1", "１", "1_0", "9" * 30)
    ),
    "cursor": st.sampled_from(("", "made up", "{CURSOR_USERS}", "{CURSOR_POSTS}", "e30", "=")),
}

TOKENS: Texts = st.sampled_from(
    (
        "",
        "Bearer made.up.token",
        "Bearer {REFRESH_ME}",
        "Bearer",
        "Bearer {ACCESS_ME} {ACCESS_ME}",
        "Basic YW5uOmhvcnNl",
        "{ACCESS_ME}",
        "bearer {ACCESS_ME}",
    )
)
MEDIA_TYPES: Texts = st.sampled_from(
    (
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "Application/JSON",
        "application/json; charset=latin-1",
        "application/problem+json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "",
    )
)
KEYS: Texts = st.sampled_from(
    ("key-1", "key-1", '"key-1"', "key-2", "not a key", "k" * 65, '"half', "a,b", '""')
)
PLACES: Texts = st.sampled_from(
    (
        "nobody_{MARK}",
        "No",
        "00000000-0000-7000-8000-000000000000",
        "{POST_YOU}",
        "{COMMENT_YOU}",
        "1",
        "%7B{POST_YOU}%7D",
    )
)
