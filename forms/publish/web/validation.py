"""What a browser or a program sent, held against what is asked: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from forms.questionnaire import Question, Questionnaire
from forms.store.interface import KEY
from forms.text import clean, one_line
from forms.wording import wording

# Names of our own begin with what no question's id begins with.
KEY_FIELD, VERSION_FIELD, TRAP_FIELD = "_key", "_version", "_website"
# Of the page that asks for a link to change.
CHANGE_FIELD = "_code"
# Characters of one remark: about two pages.
MOST_TEXT = 5_000
_OWN = (KEY_FIELD, VERSION_FIELD, TRAP_FIELD)


@dataclass(frozen=True)
class Validated:
    """A form as it came in: what can be kept, and what is wrong, by question id.

    `notices` is what is wrong with the whole; `key` and `version` are empty where none was sent.
    """

    answers: Mapping[str, str]
    key: str = ""
    version: str = ""
    flagged: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)
    notices: Sequence[str] = ()

    @property
    def is_sound(self) -> bool:
        """Say whether it can be kept as it is: under a key, with nothing wrong."""
        return bool(self.key) and not self.faults and not self.notices


def validated(fields: Mapping[str, Sequence[str]], asked: Questionnaire) -> Validated:
    """Return what was sent; whatever can be kept is, also when something else is wrong.

    Fields that the questionnaire does not have are named, never dropped in silence.
    """
    words = wording(asked.language)
    questions = {question.id: question for question in asked.questions()}
    answers: dict[str, str] = {}
    faults: dict[str, str] = {}
    for question in questions.values():
        sent = fields.get(question.id, ())
        if len(sent) == 1 and sent[0] in question.values:
            # Most of what is sent, and as it should be.
            answers[question.id] = sent[0]
            continue
        values = [text for value in sent if (text := clean(value).strip())]
        answer, fault = _answer(question, list(dict.fromkeys(values)), asked)
        if answer:
            answers[question.id] = answer
        if fault:
            faults[question.id] = fault
    unknown = [one_line(name)[:80] for name in fields if name not in questions and name not in _OWN]
    key = _first(fields, KEY_FIELD)
    notices = []
    if unknown:
        notices.append(words("web.unknown_fields", names=", ".join(unknown[:5])))
    if not KEY.fullmatch(key):
        key = ""
        notices.append(words("web.no_key"))
    return Validated(
        answers,
        key,
        _first(fields, VERSION_FIELD),
        # A honeypot, which no person sees; flagged and never dropped, so that no answer is lost.
        bool(_first(fields, TRAP_FIELD)),
        faults,
        notices,
    )


def _first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "").strip()


def _answer(question: Question, values: list[str], asked: Questionnaire) -> tuple[str, str]:
    """Return the answer to one question, and what is wrong with it."""
    words = wording(asked.language)
    if not values:
        return "", words("web.missing") if question.required else ""
    answer = values[0]
    if question.choices and (len(values) > 1 or answer not in question.values):
        return "", words("web.no_choice")
    if len(answer) > MOST_TEXT:
        return answer, words("web.too_long", length=len(answer), most=MOST_TEXT)
    return answer, ""


def changed_since(
    answered: Iterable[str], then: Mapping[str, Sequence[str]] | None, asked: Questionnaire
) -> dict[str, str]:
    """Return what to say of each answered question that reads otherwise than it did then.

    `then` is what the page of that time said, None when nobody knows.
    """
    text = wording(asked.language)("web.reworded")
    now = asked.words()
    return {
        question: text
        for question in answered
        if question in now and (then is None or list(then.get(question, ())) != now[question])
    }
