"""What every mail is made of: what is asked first, then parts; as text and as HTML."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from gettext import gettext

from forms.errors import SettingsError
from forms.templates import render
from forms.text import clean
from forms.wording import wording

# Gmail hides what comes after 102 KB; 400 actions made 178.
_MOST_BYTES = 90_000
_WEB_ADDRESS = re.compile(r"https?://[^\s\[\]]+$")


@dataclass(frozen=True)
class MailEntry:
    """One statement or action.

    `label` is a word before it, on the colour of `tint`; `figures` stand beside it, `lines` under
    it. `aside` is a last line, of which a change is no news.
    """

    id: str
    text: str
    figures: str = ""
    lines: tuple[str, ...] = ()
    label: str = ""
    tint: str = ""
    aside: str = ""


@dataclass(frozen=True)
class MailBar:
    """What was found on a section's statements: in words, and as a bar for who sees it.

    Each of `pieces` is an outcome by its name, and how many statements have it.
    """

    title: str
    text: str
    pieces: tuple[tuple[str, int], ...]

    @property
    def widths(self) -> list[int]:
        """Return how wide each piece is, in percents that add up to 100; 0 would be no width."""
        total = sum(count for _, count in self.pieces)
        widths = [max(1, round(100 * count / total)) for _, count in self.pieces]
        widths[widths.index(max(widths))] += 100 - sum(widths)
        return widths


@dataclass(frozen=True)
class MailPart:
    """A heading, and what stands under it; so many more are `hidden` as would not fit."""

    title: str
    entries: tuple[MailEntry, ...] = ()
    lines: tuple[str, ...] = ()
    bars: tuple[MailBar, ...] = ()
    is_urgent: bool = False
    hidden: int = 0

    def __len__(self) -> int:
        return max(len(self.entries), len(self.lines), len(self.bars))

    def cut(self, shown: int) -> "MailPart":
        """Return the part with no more than `shown` under its heading."""
        return replace(
            self,
            entries=self.entries[:shown],
            lines=self.lines[:shown],
            bars=self.bars[:shown],
            hidden=self.hidden + max(len(self) - shown, 0),
        )


@dataclass(frozen=True)
class Mail:
    """What a mail says; text and HTML are both made from this.

    It opens with the `result`, so that a list of mails shows it under the subject; `as_of` says of
    which day that is, `about` of whom. `note` is about the workbook that goes along, `link_lead`
    stands before the `link` where there is no work to do in it. `as_of`, `dateline` and `waits`,
    how many answers wait for new figures, are all in it that differs from day to day when nothing
    else does. `whole` is the mail before it was cut to fit.
    """

    language: str
    subject: str
    result: str
    title: str
    dateline: str
    asked: tuple[str, ...]
    parts: tuple[MailPart, ...]
    as_of: str = ""
    about: str = ""
    link_lead: str = ""
    note: str = ""
    link: str = ""
    foot: str = ""
    waits: tuple[str, ...] = ()
    whole: "Mail | None" = None

    @property
    def first_line(self) -> str:
        """Return what it opens with."""
        return f"{self.result} {self.as_of}".strip()

    @property
    def says(self) -> str:
        """Return what it says whatever the day: all that is news when it differs."""
        whole = self.whole or self
        parts = tuple(
            replace(part, entries=tuple(replace(entry, aside="") for entry in part.entries))
            for part in whole.parts
        )
        # Who coordinates and where the list lies changes what is asked, and is no news either.
        bare = replace(whole, as_of="", about="", dateline="", waits=(), asked=(), note="", foot="")
        return text_of(replace(bare, link="", parts=parts))


def check_link(workbook_url: str | None) -> None:
    """Raise SettingsError for what a mail cannot link to."""
    if workbook_url and not _WEB_ADDRESS.match(workbook_url):
        raise SettingsError(
            "workbook_url",
            gettext("'{link}' is no web address").format(link=workbook_url),
            gettext("write one that begins with https://"),
        )


def fitted(mail: Mail) -> Mail:
    """Return the mail without the last of very long parts; the workbook holds it all."""
    fits = mail
    while (size := len(html_of(fits).encode())) > _MOST_BYTES:
        longest = max(fits.parts, key=len)
        if len(longest) <= 1:
            break
        # By as much as it is too long, but in steps: what stands in it is not equally long.
        shorter = longest.cut(int(len(longest) * max(0.5, min(0.9, _MOST_BYTES / size))))
        fits = replace(fits, parts=_swapped(fits.parts, longest, shorter), whole=mail)
    return fits


def _swapped(parts: Sequence[MailPart], old: MailPart, new: MailPart) -> tuple[MailPart, ...]:
    return tuple(new if part is old else part for part in parts)


def text_of(mail: Mail) -> str:
    """Return the mail as plain text."""
    return clean(render("mail/mail.txt.j2", mail=mail, words=wording(mail.language)))


def html_of(mail: Mail) -> str:
    """Return the mail as a page, with all its styles in place."""
    return clean(render("mail/mail.html.j2", mail=mail, words=wording(mail.language)))
