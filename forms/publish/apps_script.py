"""The questionnaire as an Apps Script file that makes the Google Form and its linked Sheet."""

import json

from forms.checklist.model import Checklist
from forms.questionnaire import Question, questionnaire
from forms.templates import render
from forms.wording import wording

_MESSAGES = (
    *("made", "exists", "gone", "busy", "failed", "unfinished", "not_set"),
    *("link", "edit", "sheet", "sheet_name", "toml", "check"),
)


def apps_script(checklist: Checklist) -> str:
    """Return the script: ASCII, so that no editor's encoding can hurt it, with `makeForm` first.

    Pasted into a script project and run, it makes the form once; the log says where it is.
    """
    words = wording(checklist.language)
    asked = questionnaire(checklist)
    return render(
        "script/form.gs.j2",
        words=words,
        title=_ascii(asked.title),
        name=_literal(asked.name),
        messages=_literal({key: words(f"script.{key}") for key in _MESSAGES}),
        asked=_literal(
            {
                "title": asked.title,
                "introduction": asked.introduction,
                "confirmation": asked.confirmation,
                "pages": [
                    {
                        "title": page.title,
                        "questions": [_question(question) for question in page.questions],
                    }
                    for page in asked.pages
                ],
            }
        ),
    )


def _question(question: Question) -> dict[str, object]:
    return {
        "title": question.title,
        "help": question.help,
        "choices": [choice.label for choice in question.choices],
        "required": question.required,
    }


def _literal(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True)


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()
