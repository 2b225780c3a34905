"""What can go wrong: one class a reason; each says place, problem, remedy and effect."""

import errno
from gettext import gettext
from typing import Self


def reason_of(error: OSError) -> str:
    """Return why the system refuses: the usual reasons in the reader's language, else its own."""
    no_right = gettext("you may not do that here")
    reasons = {
        errno.ENOENT: gettext("there is no such file or folder"),
        errno.EACCES: no_right,
        errno.EPERM: no_right,
        errno.EISDIR: gettext("this is a folder"),
        errno.ENOTDIR: gettext("part of this path is a file, not a folder"),
        errno.ENOSPC: gettext("the disk is full"),
        errno.EROFS: gettext("the disk is read-only"),
        errno.ENAMETOOLONG: gettext("the name is too long"),
    }
    return reasons.get(error.errno or 0) or error.strerror or str(error)


class FormsError(Exception):
    """A fault that its reader can mend; the command line prints it and exits with 1.

    `place` is where it is (a file, a line, an option), `problem` what is wrong there, `remedy` the
    way out, `effect` what became of files and mails. Each is in the reader's language, and ends
    without a full stop.
    """

    def __init__(
        self, place: str = "", problem: str = "", remedy: str = "", effect: str = ""
    ) -> None:
        super().__init__(place, problem, remedy, effect)
        self.place, self.problem, self.remedy, self.effect = place, problem, remedy, effect

    def __str__(self) -> str:
        """Return the one sentence that people read, and what became of things after it."""
        where = ": ".join(filter(None, (self.place, self.problem)))
        return ". ".join(filter(None, ("; ".join(filter(None, (where, self.remedy))), self.effect)))

    def with_effect(self, effect: str) -> Self:
        """Return this fault with what became of things, where who raised it could not know."""
        effects = ". ".join(filter(None, (self.effect, effect)))
        return type(self)(self.place, self.problem, self.remedy, effects)


class ChecklistError(FormsError):
    """The checklist's text breaks its rules; `problem` holds every fault, a line each."""


class SourceError(FormsError):
    """Answers cannot be read from where they were said to be."""


class HeadersError(SourceError):
    """A table was read, but its columns are not this checklist's."""


class OutputError(FormsError):
    """A file cannot be written; whatever stood there still does."""


class WorkbookError(FormsError):
    """An earlier workbook cannot be carried over from; it is as it was."""


class SettingsError(FormsError):
    """`vinkje.toml` or an option asks for something that cannot be."""


class GoogleError(FormsError):
    """Google does not do what was asked, or cannot be reached."""


class StoreError(SourceError):
    """The web form's store cannot be opened, read or written."""


class AddressError(FormsError):
    """Something is no e-mail address, or somebody has none."""


class MailError(FormsError):
    """A mail was not sent, or not to everybody; `effect` says who got it."""


class RunError(FormsError):
    """A scheduled run did not do all that it should; `effect` says what it did do."""
