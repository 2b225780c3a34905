"""What can go wrong: one class a reason; each message says place, fault and way out."""


class FormsError(Exception):
    """A fault that its reader can mend; the command line prints it and exits with 1."""


class ChecklistError(FormsError):
    """The checklist's text breaks its rules; holds every fault, a line each."""


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
    """A mail was not sent, or not to everybody; the message says who got it."""


class RunError(FormsError):
    """A scheduled run did not do all that it should; holds the line that is in its log."""
