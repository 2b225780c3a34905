"""The texts around a form, in both languages: three mails, a poster and a privacy page."""

from datetime import date

from forms.mail.draft import draft, sealed
from forms.mail.headers import header_text
from forms.publish.invitation_facts import Facts, Invite, facts
from forms.publish.invitation_pages import poster, privacy_page
from forms.templates import render
from forms.text import clean, shortened
from forms.wording import LANGUAGES, wording

LETTERS = ("invitation", "first", "last")
_LONGEST_SUBJECT_TITLE = 100


def invite_files(invite: Invite) -> dict[str, bytes]:
    """Return every file by its place in the folder; the same input gives the same bytes."""
    contents: dict[str, bytes] = {}
    for language in LANGUAGES:
        words, shared = wording(language), facts(invite, language)
        for letter in LETTERS:
            name = words(f"invite.file.{letter}")
            contents[f"{language}/{name}"] = letter_file(shared, letter, invite.today)
        contents[f"{language}/{words('invite.file.poster')}"] = poster(shared).encode()
        page = privacy_page(invite, shared)
        contents[f"{language}/{words('invite.file.privacy')}"] = page.encode()
    return contents


def letter_file(shared: Facts, letter: str, day: date) -> bytes:
    """Return the invitation or a reminder (one of `LETTERS`) as a draft, the bytes of an .eml.

    It names nobody: who it goes to its sender fills in.
    """
    words = wording(shared.language)
    subject = header_text(_subject(shared, letter))
    values = {"facts": shared, "letter": letter, "subject": subject, "words": words}
    values["what"] = words(f"invite.what.{letter}", statements=shared.statements)
    values["lead"], values["close"] = (
        words(f"invite.lead.{letter}"),
        words(f"invite.close.{letter}"),
    )
    text = clean(render("invite/letter.txt.j2", **values))
    html = clean(render("invite/letter.html.j2", **values))
    return sealed(draft(subject, day, text, html), "invitation", text)


def _subject(shared: Facts, letter: str) -> str:
    words = wording(shared.language)
    values = {
        "title": shortened(shared.title, _LONGEST_SUBJECT_TITLE),
        "minutes": shared.minutes,
        "date": shared.closes_short,
    }
    if shared.closes_short:
        return words(f"invite.subject.{letter}_by", **values)
    return words(f"invite.subject.{letter}", **values)
