"""The columns that other tools and we ourselves put beside the questions."""

from enum import Enum

from forms.text import normalize


class Known(Enum):
    """What a column that holds no question says, whichever tool put it there."""

    TIME = "time"
    EMAIL = "email"
    NAME = "name"
    NETWORK = "network"
    ID = "id"
    RESPONDENT = "respondent"
    START = "start"
    COMPLETION = "completion"
    MODIFIED = "modified"
    SCORE = "score"


# What tells who answered, whether or not anybody asked for it.
PERSONAL = (Known.EMAIL, Known.NAME, Known.NETWORK)

# Google Forms, Microsoft Forms; then LimeSurvey (the code, its words, or both), Nextcloud Forms,
# SurveyMonkey, Typeform, JotForm, Kobo and Qualtrics, as their exports head them.
_NAMES = {
    Known.TIME: (
        *("Tijdstempel", "Timestamp", "Tijdstip"),
        *("submitdate", "Datum ingestuurd", "submitdate. Datum ingestuurd"),
        *("Date submitted", "submitdate. Date submitted", "Datum van indienen"),
        *("Submit Date (UTC)", "Submitted At", "Submission Date", "_submission_time"),
        *("RecordedDate", "Recorded Date", "Date Created", "Ingezonden op", "Ingediend op"),
    ),
    Known.EMAIL: (
        *("E-mailadres", "E-mail", "Email", "Email address", "Gebruikersnaam", "Username"),
        *("RecipientEmail", "Recipient Email", "email. E-mailadres", "email. Email address"),
        "_submitted_by",
    ),
    Known.NAME: (
        *("Naam", "Name", "Voornaam", "Achternaam", "First name", "Last name", "Full name"),
        *("firstname. Voornaam", "lastname. Achternaam", "firstname. First name"),
        *("lastname. Last name", "User display name", "User ID", "Weergavenaam gebruiker"),
        *("Gebruikers-ID", "RecipientFirstName", "RecipientLastName", "Volledige naam"),
    ),
    Known.NETWORK: (
        *("IP-adres", "IP address", "IPAddress", "ipaddr", "ipaddr. IP-adres"),
        *("ipaddr. IP address", "Submission IP", "deviceid", "phonenumber"),
        *("LocationLatitude", "LocationLongitude"),
    ),
    Known.ID: (
        *("ID", "Antwoord ID", "id. Antwoord ID", "Response ID", "id. Response ID", "ResponseId"),
        *("Respondent ID", "Collector ID", "Submission ID", "Network ID", "_id", "_uuid"),
        *("lastpage", "Laatste pagina", "lastpage. Laatste pagina", "Last page"),
        *("lastpage. Last page", "startlanguage", "Begintaal", "startlanguage. Begintaal"),
        *("Start language", "startlanguage. Start language", "seed", "seed. Seed"),
    ),
    Known.RESPONDENT: ("respondent",),
    Known.START: (
        *("Begintijd", "Start time", "Starttijd"),
        *("startdate", "Datum gestart", "startdate. Datum gestart", "Date started"),
        *("startdate. Date started", "Start Date (UTC)", "StartDate", "Start Date"),
    ),
    Known.COMPLETION: (
        *("Tijd van voltooien", "Completion time", "Tijd van voltooiing", "Voltooiingstijd"),
        *("EndDate", "End Date"),
    ),
    Known.MODIFIED: (
        *("Tijd van laatste wijziging", "Last modified time"),
        *("datestamp", "Datum laatste actie", "datestamp. Datum laatste actie"),
        *("Date last action", "datestamp. Date last action", "Date Modified"),
        *("Last Update Date", "Laatst bijgewerkt op"),
    ),
    Known.SCORE: ("Score", "Totale score", "Total points", "Totaal aantal punten", "Quiz feedback"),
}
# The words of which a question for one's own address is made, such as "Wat is uw e-mailadres?".
_ADDRESS_WORDS = frozenset(
    normalize(
        "e mail, email, emailadres, mailadres, adres, address; wat is uw, je, jouw, mijn, het, "
        "your, what, my; vul hier in, optioneel, optional, verplicht, required"
    ).split()
)


def known_column(header: str) -> Known | None:
    """Return what a channel's own column holds, by its header; None for another column."""
    name = normalize(header)
    if known := KNOWN_COLUMNS.get(name):
        return known
    words = set(name.split())
    # All of its words, since a question about mail is a question.
    is_address = any("mail" in word for word in words) and words <= _ADDRESS_WORDS
    return Known.EMAIL if is_address else None


def is_in_utc(header: str) -> bool:
    """Say whether times under a header are UTC without saying so (Typeform's, Kobo's)."""
    return "UTC" in header.split() or "(UTC)" in header or header.strip() == "_submission_time"


KNOWN_COLUMNS = {normalize(name): known for known, names in _NAMES.items() for name in names}
