"""The pages of an invitation, each one sheet of A4: the poster and the privacy page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from babel.dates import format_date

from forms.publish.invitation_facts import Facts, Fill, Invite, asks_remarks, blank
from forms.templates import render
from forms.text import clean, shortened
from forms.wording import Wording, wording

# Dots of white around it, as ISO/IEC 18004 asks (its quiet zone).
_QUIET = 4
# What the poster leaves for it at least, and dots that a phone reads from a metre away.
_LEAST_MM, _DOT_MM = 110, 1.5
_LONGEST_LABELS = 300


@dataclass(frozen=True)
class QrCode:
    """A QR code as an SVG path, one unit a dot, with the quiet zone that readers need."""

    dots: int
    path: str


@dataclass(frozen=True)
class Point:
    """A sentence in a list, and what is to be filled in behind it."""

    text: str
    blank: Fill | None = None


@dataclass(frozen=True)
class PrivacyAnswer:
    """A question on the privacy page and its answer: a sentence, then points."""

    title: str
    text: str = ""
    points: tuple[Point, ...] = ()
    blank: Fill | None = None
    after: str = ""


def qr_code(text: str) -> QrCode:
    """Return the QR code of a text, with error correction M (ISO/IEC 18004)."""
    import segno

    # `make` may give a Micro QR code, which few phones read.
    code = segno.make_qr(text, error="m", boost_error=False)
    rows = [bytes(row) for row in code.matrix_iter(border=_QUIET)]
    path = "".join(
        f"M{x} {y}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for x, length in _dark_runs(row)
    )
    return QrCode(len(rows), path)


def are_dots_small(text: str) -> bool:
    """Say whether a text's code, on the poster, has to be scanned from nearer than a metre."""
    return _LEAST_MM / qr_code(text).dots < _DOT_MM


def poster(shared: Facts) -> str:
    """Return the poster as HTML to print on A4; it needs no other file and no network."""
    words = wording(shared.language)
    what = words("invite.what.invitation", statements=shared.statements)
    code = qr_code(shared.link)
    return clean(render("invite/poster.html.j2", facts=shared, what=what, code=code, words=words))


def privacy_page(invite: Invite, shared: Facts) -> str:
    """Return as HTML what happens to answers, as far as it is true where the link leads."""
    words = wording(shared.language)
    made = format_date(invite.today, "d MMMM y", locale=shared.language)
    parts = list(_parts(invite, shared, words))
    return clean(
        render("invite/privacy.html.j2", facts=shared, parts=parts, made=made, words=words)
    )


def _dark_runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Yield where dark dots begin, and how many stand side by side."""
    start = 0
    while (start := row.find(1, start)) >= 0:
        end = row.find(0, start)
        yield start, end - start
        start = end


def _parts(invite: Invite, shared: Facts, words: Wording) -> Iterator[PrivacyAnswer]:
    kind, host = invite.link.kind, invite.link.host
    holder = "round" if invite.organisation else kind
    yield PrivacyAnswer(words("invite.why_title"), words("invite.why"))
    yield PrivacyAnswer(
        words("invite.stored_title"), points=_points(_stored(invite, shared, words))
    )
    yield PrivacyAnswer(words("invite.where_title"), words(f"invite.where.{holder}", host=host))
    after = words("invite.keep_after_round" if invite.organisation else "invite.keep_after")
    keep = words("invite.keep")
    yield PrivacyAnswer(words("invite.keep_title"), keep, blank=shared.keep, after=after)
    seen = _points(_seen(invite, words))
    yield PrivacyAnswer(words("invite.who_title"), words(f"invite.who.{holder}"), seen)
    yield _absent(invite, words)
    yield PrivacyAnswer(words("invite.self_title"), points=_points(_yourself(invite, words)))
    yield PrivacyAnswer(words("invite.rights_title"), points=tuple(_rights(invite, words)))


def _points(texts: Iterable[str]) -> tuple[Point, ...]:
    return tuple(map(Point, texts))


def _stored(invite: Invite, shared: Facts, words: Wording) -> Iterator[str]:
    checklist = invite.checklist
    yield words("invite.stored.answers", statements=shared.statements)
    if checklist.respondent:
        labels = " · ".join(question.label for question in checklist.respondent)
        labels = shortened(labels, _LONGEST_LABELS)
        yield words.plural("invite.stored.respondent", len(checklist.respondent), labels=labels)
    if asks_remarks(checklist):
        yield words("invite.stored.remarks")
    yield words("invite.stored.time")
    if invite.link.kind == "own":
        yield words("invite.stored.number")
        yield words("invite.stored.version")


def _seen(invite: Invite, words: Wording) -> Iterator[str]:
    """Yield who sees what, beside the coordinator."""
    if invite.checklist.respondent:
        yield words("invite.seen.guess")
    yield words("invite.seen.report")
    if invite.organisation:
        yield words("invite.seen.sector")
    yield words("invite.seen.groups", least=invite.checklist.rules.min_group)
    if asks_remarks(invite.checklist):
        yield words("invite.seen.remarks")
    if invite.closes and invite.today <= invite.closes:
        day = format_date(invite.closes, "d MMMM y", locale=words.language)
        yield words("invite.seen.totals", date=day)


def _absent(invite: Invite, words: Wording) -> PrivacyAnswer:
    kind = invite.link.kind
    check = blank("check", words) if kind == "microsoft" else None
    return PrivacyAnswer(words("invite.absent_title"), words(f"invite.absent.{kind}"), blank=check)


def _yourself(invite: Invite, words: Wording) -> Iterator[str]:
    kind = invite.link.kind
    yield words(f"invite.change.{kind}")
    if kind != "microsoft":
        yield words(f"invite.draft.{kind}")
    if asks_remarks(invite.checklist):
        yield words("invite.no_names")
    yield words("invite.no_search")


def _rights(invite: Invite, words: Wording) -> Iterator[Point]:
    """Yield what a reader is owed (GDPR, article 13) and the parts above do not say."""
    for name in ("controller", "officer", "ground"):
        yield Point(words(f"invite.{name}"), blank(name, words))
    if invite.link.kind != "own":
        yield Point(words("invite.transfer"), blank("transfer", words))
    yield Point(words("invite.voluntary") + " " + words("invite.automated"))
    yield Point(words("invite.rights"))
    yield Point(words("invite.complaint"))
