"""The columns that Google Forms, Microsoft Forms and we ourselves put beside the questions."""

from enum import Enum

from forms.text import fold


class Known(Enum):
    """What a column that holds no question says."""

    TIME = "time"
    EMAIL = "email"
    NAME = "name"
    ID = "id"
    RESPONDENT = "respondent"
    START = "start"
    COMPLETION = "completion"
    MODIFIED = "modified"
    SCORE = "score"


_NAMES = {
    Known.TIME: ("Tijdstempel", "Timestamp", "Tijdstip"),
    Known.EMAIL: ("E-mailadres", "E-mail", "Email", "Email address", "Gebruikersnaam", "Username"),
    Known.NAME: ("Naam", "Name"),
    Known.ID: ("ID",),
    Known.RESPONDENT: ("respondent",),
    Known.START: ("Begintijd", "Start time", "Starttijd"),
    Known.COMPLETION: (
        "Tijd van voltooien",
        "Completion time",
        "Tijd van voltooiing",
        "Voltooiingstijd",
    ),
    Known.MODIFIED: ("Tijd van laatste wijziging", "Last modified time"),
    Known.SCORE: ("Score", "Totale score", "Total points", "Totaal aantal punten", "Quiz feedback"),
}
KNOWN_COLUMNS = {fold(name): known for known, names in _NAMES.items() for name in names}
