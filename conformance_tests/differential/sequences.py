"""Hypothesis draws sequences of calls: mostly right ones, each with few things wrong in it."""

import json
from itertools import chain

from hypothesis import strategies as st

from conformance_tests.harness.plugin import get_contract

from .calls import Call, Pairs, make_target
from .provisions import PEOPLE
from .recipes import RECIPES, Recipe
from .values import (
    BAD,
    BAD_QUERIES,
    GOOD,
    KEYS,
    MEDIA_TYPES,
    NO_BODIES,
    PLACES,
    QUERIES,
    TOKENS,
    UNKNOWN,
)

LONGEST = 12
METHODS = ("HEAD", "OPTIONS", "GET", "POST", "PUT", "PATCH", "DELETE")


def sequences() -> st.SearchStrategy[list[Call]]:
    """Return sequences of up to twelve steps, beside the calls that these stand on."""
    weighted = [recipe for recipe in RECIPES for _ in range(recipe.weight)]
    # What Hypothesis makes small it makes the first of these: a step that does nothing.
    pauses = [None] * (len(weighted) * 2 // 3)
    steps = st.sampled_from((*pauses, *weighted)).flatmap(_steps)
    return st.tuples(*(steps for _ in range(LONGEST))).map(lambda drawn: [*chain(*drawn)])


def _steps(recipe: Recipe | None) -> st.SearchStrategy[list[Call]]:
    if recipe is None:
        return st.just([])
    return _calls(recipe).map(lambda call: recipe.times * [call])


@st.composite
def _calls(draw: st.DrawFn, recipe: Recipe) -> Call:
    operation = get_contract().operations[recipe.operation]
    method = draw(_methods(operation.method))
    is_own = method in (operation.method, "HEAD")
    headers, content = draw(_headers(recipe)), None
    if recipe.members and is_own:
        content = draw(_contents(recipe.members, "Idempotency-Key" in headers))
        headers |= draw(_media_types())
    target = make_target(operation.path, draw(_places(recipe, is_own)), draw(_queries(recipe)))
    keeps = tuple(recipe.keeps.items()) if method == operation.method else ()
    call = Call(recipe.operation, method, target, tuple(headers.items()), content, keeps)
    me = draw(st.sampled_from(recipe.callers))
    return call.cast(me, draw(_others(me)))


def _others(me: str) -> st.SearchStrategy[str]:
    # Half of all is done to one's own things; the admin has none.
    return st.sampled_from((me, *PEOPLE) if me in PEOPLE else PEOPLE)


def _one_in(number: int) -> st.SearchStrategy[bool]:
    return st.integers(1, number).map(lambda drawn: drawn == number)


@st.composite
def _methods(draw: st.DrawFn, own: str) -> str:
    if own == "GET" and draw(_one_in(10)):
        return "HEAD"
    return draw(st.sampled_from(METHODS)) if draw(_one_in(40)) else own


@st.composite
def _places(draw: st.DrawFn, recipe: Recipe, may_be_wrong: bool) -> dict[str, str]:
    if recipe.place and may_be_wrong and draw(_one_in(12)):
        return {name: draw(PLACES) for name in recipe.place}
    return dict(recipe.place)


@st.composite
def _contents(draw: st.DrawFn, members: tuple[str, ...], is_repeatable: bool) -> str:
    if is_repeatable and draw(_one_in(2)):
        words = draw(st.sampled_from(("Words.", "Other words.")))
        return json.dumps({name: words for name in members if not name.endswith("?")})
    if draw(_one_in(25)):
        return draw(NO_BODIES)
    body: dict[str, object] = {}
    for member in members:
        name = member.rstrip("?")
        if name == member or draw(st.booleans()):
            body[name] = draw(GOOD[name])
    if draw(_one_in(5)):
        draw(_spoiling(body, [member.rstrip("?") for member in members]))
    return json.dumps(body)


@st.composite
def _spoiling(draw: st.DrawFn, body: dict[str, object], names: list[str]) -> None:
    name = draw(st.sampled_from(names))
    match draw(st.sampled_from(("change", "change", "drop", "add"))):
        case "change":
            body[name] = draw(BAD[name])
        case "drop":
            body.pop(name, None)
        case _:
            body[draw(UNKNOWN)] = 1


@st.composite
def _queries(draw: st.DrawFn, recipe: Recipe) -> Pairs:
    pairs = []
    for told in recipe.queries:
        name = told.rstrip("?")
        if name == told or draw(_one_in(4)):
            pairs.append((name, draw(_query_values(recipe, name))))
    if draw(_one_in(30)):
        pairs.append(draw(st.sampled_from((*pairs, ("extra", "1"), ("limit", "1")))))
    return tuple(pairs)


@st.composite
def _query_values(draw: st.DrawFn, recipe: Recipe, name: str) -> str:
    if draw(_one_in(8)):
        return draw(BAD_QUERIES[name])
    if name == "cursor":
        return f"{{CURSOR_{recipe.cursor}}}"
    # All users there are would be those of other sequences too.
    return "{MARK}" if recipe.cursor == "USERS" and name == "q" else draw(QUERIES[name])


@st.composite
def _headers(draw: st.DrawFn, recipe: Recipe) -> dict[str, str]:
    told = {"Authorization": draw(_authorizations(recipe))}
    if recipe.precondition:
        told[recipe.precondition] = draw(_preconditions(recipe))
    if recipe.has_key and (recipe.times > 1 or draw(_one_in(3))):
        told["Idempotency-Key"] = draw(KEYS)
    return {name: value for name, value in told.items() if value}


@st.composite
def _authorizations(draw: st.DrawFn, recipe: Recipe) -> str:
    if draw(_one_in(15)):
        return draw(TOKENS)
    if recipe.is_public and draw(st.booleans()):
        return ""
    return "Bearer {ACCESS_ME}"


@st.composite
def _preconditions(draw: st.DrawFn, recipe: Recipe) -> str:
    tag = "{TAG_POST_YOU}" if "post_id" in recipe.place else "{TAG_COMMENT_YOU}"
    chosen = ("*", tag, tag, "", '"made-up"', f"W/{tag}", f'"made-up", {tag}', f'{tag},"*"')
    return draw(st.sampled_from(chosen))


@st.composite
def _media_types(draw: st.DrawFn) -> dict[str, str]:
    told = draw(MEDIA_TYPES) if draw(_one_in(20)) else "application/json"
    return {"Content-Type": told} if told else {}
