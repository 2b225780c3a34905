"""Which language help, summaries, notes and errors are in.

Messages are English in the code, `gettext("…")`, and Dutch in `templates/locale`. What stands in
reports, mails and forms is not a message: that follows the checklist alone (`forms.wording`).
"""

import gettext
import locale
import os
import re
from pathlib import Path

from forms.resources import resource
from forms.wording import LANGUAGES

DOMAIN = "vinkje"
VARIABLE = "VINKJE_LANGUAGE"
_DEFAULT = "en"
# Of a checklist that does not say it, as its model has it.
_OF_A_CHECKLIST = "nl"
# Characters: as much as a checklist may hold.
_MOST_READ = 1_000_000
# Without reading YAML: that can fail, and its fault needs a language to be told in.
_LANGUAGE_LINE = re.compile(r"^language:\s*[\"']?(\w+)", re.MULTILINE)


def set_language(language: str) -> None:
    """Let all messages from here on be in a language, those of Click too.

    Click takes its texts from Python's gettext, which goes by this variable.
    """
    gettext.bindtextdomain(DOMAIN, resource("templates") / "locale")
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = language


def language_for(checklist: Path) -> str:
    """Return `VINKJE_LANGUAGE`, else the language of a checklist, else the machine's.

    The file need not be there, or be sound: what is wrong with it has to be said in a language.
    """
    named = (os.environ.get(VARIABLE, ""), _named_in(checklist), _machine_language())
    return next(filter(None, map(_known, named)), _DEFAULT)


def _named_in(checklist: Path) -> str:
    """Return what a checklist says of its language, as text; "" where there is no checklist."""
    try:
        # What comes through a pipe can be read once, and is for who reads the checklist.
        if not checklist.is_file():
            return ""
        with checklist.open(encoding="utf-8-sig", errors="replace") as file:
            line = _LANGUAGE_LINE.search(file.read(_MOST_READ))
    except (OSError, ValueError):
        return ""
    return line[1] if line else _OF_A_CHECKLIST


def _known(name: str) -> str:
    """Return `nl` or `en` for a name such as nl_BE, Dutch_Netherlands or English; "" for others."""
    start = name.strip().lower()[:2]
    return {"du": "nl", "ne": "nl"}.get(start, start if start in LANGUAGES else "")


def message_language() -> str:
    """Return the language that messages are in now: `nl` or `en`."""
    language = os.environ.get("LANGUAGE", "")
    return language if language in LANGUAGES else _DEFAULT


def whole_number(number: int) -> str:
    """Return a count as messages write it: `60,000,000`, in Dutch with dots."""
    from babel.numbers import format_decimal

    return format_decimal(number, locale=message_language())


def _machine_language() -> str:
    names = map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))
    # Windows sets no such variable, and calls it Dutch_Netherlands.
    return next(filter(None, names), None) or locale.getlocale()[0] or ""
