"""What looks like a password: by its name, by its form, or because nobody could have thought it up."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from helpers.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = re.compile(
    r"(?:^|_)(?:password|passwd|passphrase|pwd|secrets?|tokens?|api_?keys?|keys?|credentials?|auth|cookie|bearer)(?:_|$)",
    re.IGNORECASE,
)
FORMS = (
    ("a private key", ("private key",), re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    (
        "an address with a password", ("://",),
        re.compile(r"://[^\s/:@\"'<>]*:[^\s/:@\"'<>]+@"),
    ),
    (
        "a token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "sk-", "akia", "aiza", "ltai", "eyj"),
        re.compile(
            r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}"
            r"|sk-[A-Za-z0-9_-]*[0-9][A-Za-z0-9_-]{19,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,}|LTAI[A-Za-z0-9]{12,}"
            r"|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+)"
        ),
    ),
    (
        "a password",
        ("password", "passwd", "api_key", "apikey", "access_token", "client_secret"),
        re.compile(
            r"(?<![A-Za-z0-9])(?:password|passwd|api_?key|access_token|client_secret)[\\\"']*\s*[:=]\s*"
            r"[\\\"']*[^\s\\\"'<>;,)(]{6,}",
            re.IGNORECASE,
        ),
    ),
)  # fmt: skip
"""What secrets look like: the kind, small letters of which some stand wherever there is one, and the pattern."""

DRAWN_LENGTH = 20
DRAWN = re.compile(rf"[A-Za-z0-9+/_=-]{{{DRAWN_LENGTH},}}")
DRAWN_BITS = 3.5  # bits of information in a letter of what was drawn by lot; words have fewer


def is_secret_name(name: str) -> bool:
    """Whether a parameter or variable of that name is likely to hold a secret."""
    return NAME.search(name) is not None


def secret_form(value: str) -> str:
    """Say what kind of secret a value looks like; nothing where it looks like none."""
    for what, _, pattern in FORMS:
        if pattern.search(value):
            return what
    if any(_is_drawn(word) for word in DRAWN.findall(value)):
        return "a value drawn by lot"
    return ""


def refuse_secrets(parameters: Mapping[str, object], where: str) -> None:
    """Raise if a parameter looks secret: an executed notebook shows all of them.

    Raises
    ------
    ParameterError
        With the name, never with the value.
    """
    for name, value in parameters.items():
        why = "has the name of a secret" if is_secret_name(name) else ""
        if not why and isinstance(value, str) and (form := secret_form(value)):
            why = f"looks like {form}"
        if why:
            message = (
                f"{where}: parameter {name!r} {why}, and an executed notebook shows its parameters; "
                "have the notebook read it from the environment"
            )
            raise ParameterError(message)


def _is_drawn(word: str) -> bool:
    kinds = sum(any(test(letter) for letter in word) for test in (str.isupper, str.islower, str.isdigit))
    bits = -sum(n / len(word) * math.log2(n / len(word)) for n in Counter(word).values())
    return kinds >= 2 and bits >= DRAWN_BITS and any(letter.isdigit() for letter in word)  # noqa: PLR2004
