"""Addresses in every odd but legal form, owners by name, and headers that stay what they are."""

from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mailing import TEXT, WORKBOOK

from forms.errors import AddressError, MailError
from forms.mail.addresses import distinct, read_address, read_addresses
from forms.mail.draft import addressed, draft, is_untouched, name_in, opened, sealed
from forms.mail.headers import header_text, set_addresses
from forms.mail.owners import Holders, Owners

DAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
HEADERS = ["Subject", "MIME-Version", "Content-Type", "Message-ID", "Auto-Submitted"]
HEADERS += ["Date", "From", "To"]

ONE = {
    "anna@example.nl": ("", "anna@example.nl"),
    "  <anna@example.nl> ": ("", "anna@example.nl"),
    "Anna <anna@example.nl>": ("Anna", "anna@example.nl"),
    "Müller, Zoë <zoe@example.nl>": ("Müller, Zoë", "zoe@example.nl"),
    '"Müller, Zoë" <zoe@example.nl>': ("Müller, Zoë", "zoe@example.nl"),
    r'"Zoë \"Zo\" M." <zoe@example.nl>': ('Zoë "Zo" M.', "zoe@example.nl"),
    "Anna (stage) <anna@example.nl>": ("Anna (stage)", "anna@example.nl"),
    '"a b"@example.nl': ("", '"a b"@example.nl'),
    '"a@b"@example.nl': ("", '"a@b"@example.nl'),
    r'"a\"b"@example.nl': ("", r'"a\"b"@example.nl'),
    '"anna"@example.nl': ("", "anna@example.nl"),
    "anna+wonen@example.nl": ("", "anna+wonen@example.nl"),
    "o'neill@example.nl": ("", "o'neill@example.nl"),
    "{a}!#$%&*/=?^_`|~-@example.nl": ("", "{a}!#$%&*/=?^_`|~-@example.nl"),
    "anna@[192.0.2.1]": ("", "anna@[192.0.2.1]"),
    "anna@[IPv6:2001:db8::1]": ("", "anna@[IPv6:2001:db8::1]"),
    "anna@kantoor.local": ("", "anna@kantoor.local"),
    "anna@post.test": ("", "anna@post.test"),
    "anna@müller.nl": ("", "anna@xn--mller-kva.nl"),
    "anna@straße.de": ("", "anna@xn--strae-oqa.de"),
    "ANNA@EXAMPLE.NL": ("", "ANNA@example.nl"),
    "jörg@example.nl": ("", "jörg@example.nl"),
    "=?UTF-8?Q?x=0ABcc:_boef=40example.org?= <anna@example.nl>": (
        "= ?UTF-8?Q?x=0ABcc:_boef=40example.org?=",
        "anna@example.nl",
    ),
}


@pytest.mark.parametrize(("text", "read"), ONE.items())
def test_one_address_however_it_is_written(text: str, read: tuple[str, str]) -> None:
    """Its name, and the form that servers take."""
    found = read_address(text, "--to")
    assert (found.display_name, found.addr_spec) == read


SEVERAL = {
    "a@x.nl, b@x.nl": ["a@x.nl", "b@x.nl"],
    "a@x.nl;b@x.nl;": ["a@x.nl", "b@x.nl"],
    "a@x.nl\nb@x.nl": ["a@x.nl", "b@x.nl"],
    "Müller, Zoë <z@x.nl>; Bram <b@x.nl>": ["z@x.nl", "b@x.nl"],
    "a@x.nl, Müller, Zoë <z@x.nl>": ["a@x.nl", "z@x.nl"],
    '"x, <y@z>; w" <a@x.nl>, "b c"@x.nl': ["a@x.nl", '"b c"@x.nl'],
    "": [],
}


@pytest.mark.parametrize("text", SEVERAL)
def test_several_addresses(text: str) -> None:
    """As people paste them from their mail program."""
    assert [each.addr_spec for each in read_addresses(text, "--to")] == SEVERAL[text]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "anna",
            "anna@",
            "@x.nl",
            "a@b@x.nl",
            "a..b@x.nl",
            "a@x",
            "a@localhost",
            "<>",
            "a b@x.nl",
        ),
        *("a@x.nl, anna", "Anna, z@x.nl", "Anna <anna>", "Anna <a@x.nl> b", "a@x_y.nl", '"a@x.nl'),
        *("a@" + "x" * 64 + ".nl", "a" * 250 + "@x.nl", "a@x.nl\nBcc: b@x.nl", "a\r\nb@x.nl"),
    ],
)
def test_what_is_no_address(text: str) -> None:
    """Place, the words that are wrong, and how to write it."""
    with pytest.raises(AddressError, match=r"^--to: .*; write it as naam@example\.nl or Naam <"):
        read_addresses(text, "--to")


def test_one_mailbox_is_kept_once() -> None:
    """As it was first written."""
    found = read_addresses("Anna <anna@x.nl>, ANNA@x.nl, b@x.nl", "")
    assert [str(each) for each in distinct(found)] == ["Anna <anna@x.nl>", "b@x.nl"]


# Owners.

OWNERS = Owners(
    [
        ("Anna", "anna@x.nl"),
        ("Bram de Vries", "bram@x.nl"),
        ("Zorg", "zorg@x.nl"),
        ("Team", "a@x.nl"),
        ("Team", "b@x.nl"),
        ("Jansen, Piet", "piet@x.nl"),
        ("Wonen en Welzijn", "ww@x.nl"),
        ("Anna Bram", "ab@x.nl"),
        ("Bram", "b2@x.nl"),
    ]
)
CELLS: dict[str, tuple[list[str], list[str]]] = {
    "": ([], []),
    "  ": ([], []),
    "Anna": (["anna@x.nl"], []),
    " ANNA. ": (["anna@x.nl"], []),
    "bram-de-vries": (["bram@x.nl"], []),
    "cees@x.nl": (["cees@x.nl"], []),
    "Cees <cees@x.nl>": (["cees@x.nl"], []),
    "Team": (["a@x.nl", "b@x.nl"], []),
    "Anna; Bram de Vries": (["anna@x.nl", "bram@x.nl"], []),
    "Anna, cees@x.nl": (["anna@x.nl", "cees@x.nl"], []),
    "Anna\nCees": (["anna@x.nl"], ["Cees"]),
    "Anna en Bram de Vries": (["anna@x.nl", "bram@x.nl"], []),
    "Anna/Bram de Vries": (["anna@x.nl", "bram@x.nl"], []),
    "Anna & Anna": (["anna@x.nl"], []),
    "Wonen en Zorg": ([], ["Wonen en Zorg"]),
    "Anna en Cees": ([], ["Anna en Cees"]),
    "Ann": ([], ["Ann"]),
    "Anna de Vries": ([], ["Anna de Vries"]),
    "cees@": ([], ["cees@"]),
    # One address after two names is not both of theirs.
    "Cees, Anna <anna@x.nl>": (["anna@x.nl"], ["Cees"]),
    "Cees en Dirk <dirk@x.nl>": (["dirk@x.nl"], ["Cees"]),
    "Cees/Dirk <dirk@x.nl>": (["dirk@x.nl"], ["Cees"]),
    "Bram de Vries, Anna <anna@x.nl>": (["bram@x.nl", "anna@x.nl"], []),
    # A comma, a sign or a word may be part of a name or an address.
    "Jansen, Piet": (["piet@x.nl"], []),
    "Jansen, Anna": ([], ["Jansen, Anna"]),
    "Anna, Bram": (["anna@x.nl", "b2@x.nl"], []),
    "Anna/cees@x.nl": (["anna@x.nl", "cees@x.nl"], []),
    "Jansen, Piet; Anna": (["piet@x.nl", "anna@x.nl"], []),
    "Pietersen, Jan": ([], ["Pietersen, Jan"]),
    '"Jansen, Jan" <jan@x.nl>': (["jan@x.nl"], []),
    # As Outlook copies people.
    "Bos, Cees <cees@x.nl>; Kok, Dirk <dirk@x.nl>": (["cees@x.nl", "dirk@x.nl"], []),
    "Bos, Cees <c.bos@x.nl>": (["c.bos@x.nl"], []),
    "Bos, Cees <c.bos@x.nl>; Anna": (["c.bos@x.nl", "anna@x.nl"], []),
    "Anna, Cees <c@x.nl>; Kok, Dirk <dirk@x.nl>": (["anna@x.nl", "c@x.nl", "dirk@x.nl"], ["Kok"]),
    "Wonen en Welzijn, Anna": (["ww@x.nl", "anna@x.nl"], []),
    "Team+": ([], ["Team+"]),
    "R&D <rd@x.nl>": (["rd@x.nl"], []),
    "a+b@x.nl": (["a+b@x.nl"], []),
    "a&b@x.nl": (["a&b@x.nl"], []),
    # Twice is once; and ß is no ss.
    "anna@x.nl; Anna; ANNA@x.nl": (["anna@x.nl"], []),
    "Cees; cees": ([], ["Cees"]),
    "strauß@x.nl; strauss@x.nl": (["strauß@x.nl", "strauss@x.nl"], []),
}


@pytest.mark.parametrize("cell", CELLS)
def test_an_owner_is_looked_up_and_never_guessed(cell: str) -> None:
    """Who is known gets a mail; who is not is named."""
    found = OWNERS.of(cell)
    known, unknown = CELLS[cell]
    assert [each.addr_spec for each in found.known] == known
    assert list(found.unknown) == unknown


def test_an_owner_has_one_name() -> None:
    """By whichever of several they are meant; that of a group comes last."""
    owners = Owners([("Team", "anna@x.nl"), ("Team", "b@x.nl"), ("Anna", "anna@x.nl")])
    for cell in ("Anna", "anna@x.nl", "Team", "Anna Bakker <ANNA@x.nl>"):
        assert str(owners.of(cell).known[0]) == "Anna <anna@x.nl>"
    assert str(owners.of("Team").known[1]) == "Team <b@x.nl>"


def test_owners_that_cannot_be() -> None:
    """The name is said."""
    with pytest.raises(AddressError, match=r"^\[owners\] 'Anna': 'anna' is no e-mail address"):
        Owners([("Anna", "anna")])
    with pytest.raises(AddressError, match=r"\[owners\] 'Anna': has no address"):
        Owners([("Anna", "")])
    with pytest.raises(AddressError, match="belongs to nobody"):
        Owners([(" ", "anna@x.nl")])
    assert Owners().of("Anna") == Holders((), ("Anna",))


# Headers, read by three parsers.

PIECES = [
    *("=?UTF-8?Q?x=0ABcc:_boef=40example.org?=", "=?utf-8?b?eApCY2M6IGI=?=", "\r\nBcc: b@x.nl"),
    *(
        "é" * 30,
        "😀" * 20,
        "x" * 200,
        '"',
        "\\",
        "\u2028",
        "<",
        ">",
        ",",
        ";",
        ":",
        "(",
        " a ",
        "\t",
    ),
]
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=6).map("".join)
names = st.text("abcdeé ,.'()\"\\", max_size=25)
locals_ = st.one_of(
    st.from_regex(r"\A[a-z]{1,20}\Z"), st.sampled_from(["a b", "a@b", 'a"b', "x" * 64])
)
mailboxes = st.builds(
    Address, names, locals_, st.sampled_from(["x.nl", "xn--mller-kva.nl", "[192.0.2.1]"])
)


def unfolded(content: bytes) -> list[tuple[str, str]]:
    """Return the headers by a reader of our own: lines, of which a space continues the last."""
    lines: list[str] = []
    for line in content.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n"):
        if line.startswith((" ", "\t")):
            lines[-1] += line
        else:
            lines.append(line)
    return [(name, value) for name, _, value in (line.partition(": ") for line in lines)]


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(texts, st.lists(mailboxes, min_size=1, max_size=5), texts)
def test_no_text_becomes_a_header(subject: str, to: list[Address], sender: str) -> None:
    """Whatever stands in a title or a name, by a new parser, an old one and one of our own."""
    eml = draft(subject, DAY, "tekst", "<p>tekst</p>", to)
    kept = sealed(eml, "report", "tekst")
    _, read = opened(Path("x.eml"), kept)
    content = addressed(read, Address(header_text(sender), "anna", "x.nl"), to, NOW, utf8=False)
    assert [name for name, _ in unfolded(content)] == HEADERS
    for each in (policy.default, policy.compat32):
        assert list(message_from_bytes(content, policy=each).keys()) == HEADERS
    assert max(map(len, content.split(b"\r\n"))) <= 998
    found: EmailMessage = message_from_bytes(content, policy=policy.default)
    assert [a.addr_spec for a in found["To"].addresses] == [a.addr_spec for a in to]
    wanted = [" ".join(header_text(a.display_name).split()) for a in to]
    assert [a.display_name for a in found["To"].addresses] == wanted


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.one_of(texts, st.text("abé .", max_size=200)))
def test_a_subject_keeps_every_space(subject: str) -> None:
    """Python's own folding loses some and doubles others."""
    content = sealed(draft(subject, DAY, "t", "<p>t</p>"), "report", "t")
    wanted = header_text(subject)
    found: EmailMessage = message_from_bytes(content, policy=policy.default)
    raw = dict(unfolded(content))["Subject"]
    assert str(found["Subject"]) == wanted
    assert str(make_header(decode_header(raw))) == wanted


def test_a_long_name_is_shortened_and_not_split() -> None:
    """Mail programs put a space between two encoded words of a name."""
    eml = EmailMessage()
    set_addresses(eml, "To", [Address("Zoë " + "é" * 60, "zoe", "x.nl")])
    (found,) = eml["To"].addresses
    assert found.display_name.startswith("Zoë éé")
    assert found.display_name.endswith("…")
    assert found.addr_spec == "zoe@x.nl"


# Drafts that nobody changed.


def a_draft(day: date = DAY) -> bytes:
    """Return a sealed draft with an attachment."""
    eml = draft("Actielijst é", day, TEXT, "<p>Beste collega</p>")
    eml.add_attachment(WORKBOOK, "application", "octet-stream", filename="rapport é.xlsx")
    return sealed(eml, "report", TEXT)


CONTENT = a_draft()
NAME = CONTENT.index(b"Message-ID: ")
# In its own line another name is another mail, or none.
FREE = [i for i in range(len(CONTENT)) if not NAME <= i < NAME + 80 and CONTENT[i] not in b"\r\n"]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FREE), st.integers(32, 126))
def test_any_change_is_noticed(place: int, byte: int) -> None:
    """Of one character anywhere."""
    changed = CONTENT[:place] + bytes([byte]) + CONTENT[place + 1 :]
    if changed != CONTENT:
        assert not is_untouched(changed)
        with pytest.raises(MailError, match="Nothing was sent"):
            opened(Path("x.eml"), changed)


def test_line_breaks_of_another_system_are_no_change() -> None:
    """Git and editors put others in."""
    other = CONTENT.replace(b"\r\n", b"\n")
    assert is_untouched(other)
    _, eml = opened(Path("x.eml"), other)
    content = addressed(eml, Address("", "a", "x.nl"), [Address("", "b", "x.nl")], NOW, utf8=False)
    (attached,) = message_from_bytes(content, policy=policy.default).iter_attachments()
    assert attached.get_payload(decode=True) == WORKBOOK
    assert attached.get_filename() == "rapport é.xlsx"


def test_the_name_says_what_it_says_and_what_it_is() -> None:
    """On another day it says the same and is another mail."""
    first, later = name_in(a_draft()), name_in(a_draft(date(2026, 12, 1)))
    assert first
    assert later
    assert (first.kind, first.says) == (later.kind, later.says) == ("report", first.says)
    assert first.seal != later.seal
    assert a_draft() == CONTENT


def test_headers_in_utf8_where_they_may_be() -> None:
    """For an address that has no other form."""
    _, eml = opened(Path("x.eml"), CONTENT)
    to = [Address("Jörg", "jörg", "x.nl")]
    content = addressed(eml, Address("", "a", "x.nl"), to, NOW, utf8=True)
    assert "jörg@x.nl".encode() in content.partition(b"\r\n\r\n")[0]
    assert eml["From"] is None
