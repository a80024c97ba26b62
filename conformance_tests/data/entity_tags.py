"""Ways to write entity tags in If-Match and If-None-Match (RFC 9110 §8.8.3)."""

# What no post and no comment has. A comma within does not end it.
ANOTHER = '"another, one"'


def spell(tag: str) -> list[str]:
    """Return lists of entity tags, each with this one."""
    return [
        tag,
        f'{ANOTHER}, W/"weak", {tag}',
        f'"1st",{tag},"3rd"',
        # Empty elements are to be passed over (RFC 9110 §5.6.1.2).
        f", {tag} ,",
    ]


def make_others(tag: str) -> list[str]:
    """Return entity tags that all differ from this one, and a list of such."""
    opaque = tag[1:-1]
    return [
        ANOTHER,
        f'{ANOTHER}, "2nd", W/"3rd"',
        '""',
        '"*"',
        f'"{opaque}x"',
        f'"0{opaque}"',
        f'"+{opaque}"',
        f'"a,{opaque},b"',
    ]
