"""Which tabs are vinkje's own, where a program dropped all that tells but their words."""

from collections.abc import Collection

from forms.text import normalize
from forms.wording import LANGUAGES, wording

# By role, texts that no other tab has; of each group all must be there.
_SIGNS = {
    "overview": (("overview.what",),),
    "discuss": (("discuss.explain",), ("discuss.none",)),
    "section": (("section.back", "section.verdict"),),
    "account": (("account.title", "account.notes"),),
}
_WORDS = [
    (role, {normalize(wording(language)(key)) for key in sign})
    for role, signs in _SIGNS.items()
    for sign in signs
    for language in LANGUAGES
]


def role_of(texts: Collection[str]) -> str:
    """Return which of vinkje's tabs has these texts, `section` for any of those; "" for none."""
    folded = set(map(normalize, texts))
    return next((role for role, words in _WORDS if words <= folded), "")
