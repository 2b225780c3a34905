"""What the mail about a sector's report says."""

from collections.abc import Iterable, Iterator

from forms.analysis.quartiles import Quartiles
from forms.analysis.sector import SectorFigures
from forms.checklist.model import Checklist
from forms.mail.body import Mail, MailEntry, MailPart, fitted, html_of, text_of
from forms.mail.draft import XLSX, draft, sealed
from forms.mail.headers import header_text
from forms.mail.phrases import day_of
from forms.mail.report_mail import Message
from forms.report.sector_comparison import said_group, said_steps
from forms.text import one_line, shortened
from forms.wording import Wording, wording

# Letters of the checklist's title that a subject takes.
_LONGEST_TITLE = 60
# Statements that are named: the workbook has all.
_MOST_LOWEST = 5


def sector_mail(
    figures: SectorFigures, checklist: Checklist, workbook: bytes, workbook_name: str
) -> Message:
    """Return the mail, with the workbook; `checklist` gives the language."""
    words = wording(checklist.language)
    title = shortened(figures.title, _LONGEST_TITLE)
    mail = fitted(
        Mail(
            language=words.language,
            subject=header_text(words("sector.subject", title=title)),
            result=_result(figures, words),
            title=one_line(words("sector.title", title=figures.title)),
            dateline=words("overview.made", date=day_of(figures.made, words)),
            about=words("sector.what_share"),
            asked=(words("sector.ask_read"),),
            note=words("sector.copy"),
            parts=tuple(part for part in _parts(figures, words) if len(part)),
            foot=words("mail.foot"),
        )
    )
    text, html = text_of(mail), html_of(mail)
    eml = draft(mail.subject, figures.made, text, html)
    eml.add_attachment(workbook, *XLSX, filename=header_text(workbook_name))
    return Message(mail.subject, text, html, sealed(eml, "sector", f"{workbook_name}\n{mail.says}"))


def _result(figures: SectorFigures, words: Wording) -> str:
    facts = {"counted": figures.participation.counted, "asked": figures.participation.asked}
    given = list(_given(figures, figures.sections, figures.groups[0]))
    if len(figures.groups) > 1 or not given:
        return words("sector.result_none", **facts)
    section, steps = min(given, key=lambda each: each[1].median)
    median = said_steps(steps)["median"]
    return words("sector.result", **facts, section=figures.texts[section], median=median)


def _given(
    figures: SectorFigures, subjects: Iterable[str], group: str
) -> Iterator[tuple[str, Quartiles]]:
    """Yield the subjects of which a group has figures."""
    for subject in subjects:
        if steps := figures.of(subject, group).steps:
            yield subject, steps


def _parts(figures: SectorFigures, words: Wording) -> Iterator[MailPart]:
    for group in figures.groups:
        named = said_group(figures, group, words)
        lines = tuple(
            words("sector.section_figures", section=figures.texts[section], **said_steps(steps))
            for section, steps in _given(figures, figures.sections, group)
        )
        yield MailPart(named or words("sector.sections"), lines=lines)
        given = list(_given(figures, figures.items, group))
        lowest = sorted(given, key=lambda each: (each[1].median, each[1].lower))[:_MOST_LOWEST]
        entries = tuple(
            MailEntry(item, figures.texts[item], words("sector.lowest_item", **said_steps(steps)))
            for item, steps in lowest
        )
        title = words("sector.lowest")
        yield MailPart(f"{title}: {named}" if named else title, entries)
