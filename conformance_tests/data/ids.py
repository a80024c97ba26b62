"""Ids that lead to nothing, because nobody has them or because they only resemble one."""

from collections.abc import Callable

NEVER_GIVEN = "01890a5d-ac96-774b-bcce-b302099a8057"
ALIKE: dict[str, Callable[[str], str]] = {
    "no hyphens": lambda known: known.replace("-", ""),
    "a hyphen elsewhere": lambda known: known[:7] + "-" + known[7] + known[9:],
    "braces": lambda known: "{" + known + "}",
    "a URN": lambda known: f"urn:uuid:{known}",
    "one digit less": lambda known: known[:-1],
    "one digit more": lambda known: known + "0",
    "a letter beyond f": lambda known: "g" + known[1:],
    "a digit of another script": lambda known: "０" + known[1:],
    "a space behind": lambda known: known + " ",
    "a space in front": lambda known: " " + known,
    "a line feed behind": lambda known: known + "\n",
    "a word": lambda known: "undefined",
}
