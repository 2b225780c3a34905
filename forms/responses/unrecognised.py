"""Texts that must be answers, though the checklist has none like them: no figure is certain."""

from collections import Counter
from collections.abc import Sequence
from gettext import gettext, ngettext

from forms.errors import SourceError
from forms.responses.part import Part
from forms.wording import Answer

# A text that stands in one cell of ten, and in many items, is a choice in other words.
_MANY, _ONE_IN, _LEAST_ITEMS = 10, 10, 4
# What R, Python and people write where nothing was answered; a failed look-up is #N/A.
_NOTHING = frozenset({"na", "nan", "null", "none", "-", "--", ".", "?", "n.v.t.", "nvt", "n/a"})
# Texts in one message: as many as there are answers.
_SHOWN = len(Answer)


def check_recognised(parts: Sequence[Part], labels: Sequence[str]) -> None:
    """Refuse a table that has text and no answer; `labels` are the answers. Raises SourceError."""
    has_text = any(part.read > part.blank for part in parts)
    if has_text and not any(any(part.answered) for part in parts):
        raise _nothing_recognised(parts, labels)


def check_wording(part: Part) -> None:
    """Refuse a part in which one unknown text stands so often that it must be an answer.

    Raises SourceError.
    """
    texts, answers = part.all_unread, part.answers
    telling = (pair for pair in texts.most_common() if pair[0].casefold() not in _NOTHING)
    text, count = next(telling, ("", 0))
    items = sum(text in own for own in part.unread_texts.values())
    is_everywhere = items >= _LEAST_ITEMS and 2 * items >= len(part.codes)
    is_often = count >= _MANY and _ONE_IN * count >= answers + texts.total()
    if answers and is_everywhere and is_often:
        raise SourceError(
            part.table.name,
            gettext(
                "'{text}' stands in {count} cells and is none of the answers, so no figure is "
                "certain"
            ).format(text=text, count=count),
            gettext(
                "was a choice worded otherwise? Put its words in the checklist: 'answers': "
                '{{NAME: "{text}"}}, where NAME is what it means: {names}, or change them back '
                "where the answers come from"
            ).format(text=text, names=", ".join(Answer)),
        )


def _nothing_recognised(parts: Sequence[Part], labels: Sequence[str]) -> SourceError:
    """Return why a table gives no answer at all, and what to do."""
    name = parts[0].table.name
    texts = sum((part.all_unread for part in parts), Counter[str]())
    rows = sum(part.read - part.blank for part in parts)
    if not texts:
        return SourceError(
            name,
            ngettext(
                "{count} row holds text, but no answer to a statement",
                "{count} rows hold text, but none an answer to a statement",
                rows,
            ).format(count=rows),
            gettext("look whether it is the right file or tab (--tab)"),
        )
    shown = ", ".join(f"'{text}' ({count})" for text, count in texts.most_common(_SHOWN))
    return SourceError(
        name,
        gettext(
            "none of the answers in {count} rows is recognised; found: {texts}. Known are: {known}"
        ).format(count=rows, texts=shown, known=", ".join(f"'{label}'" for label in labels)),
        gettext(
            "download the answers with their full wording, not as codes; or put the wording that "
            "you used in the checklist: 'answers': {{NAME: \"{text}\"}}, where NAME is what it "
            "means: {names}"
        ).format(text=texts.most_common(1)[0][0], names=", ".join(Answer)),
    )
