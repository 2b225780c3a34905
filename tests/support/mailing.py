"""What the tests of sending share: a draft, an account at the server, and what became of it."""

import io
from collections.abc import Collection
from datetime import date
from email.headerregistry import Address
from pathlib import Path
from typing import Any

from mail_server import PostOffice
from openpyxl import Workbook

from forms.mail.account import SmtpAccount
from forms.mail.delivery import Delivery, faults, send_drafts
from forms.mail.draft import draft, sealed
from forms.mail.draft_files import read_draft
from forms.mail.outcome import DeliveryStatus
from forms.mail.sent_log import log_of
from forms.mail.smtp_errors import Server

SENDER = Address("Coördinator", "coordinator", "corporatie.example")
ANNA, BRAM, CEES = "anna@corporatie.example", "bram@corporatie.example", "cees@ver.example"
TEXT = "Beste collega,\n\n.punt vooraan\n..twee\n" + "x" * 1200 + "\nééń\n"


def _workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


WORKBOOK = _workbook()


def written(
    path: Path,
    subject: str = "Actielijst",
    to: tuple[Address, ...] = (),
    workbook: bytes = WORKBOOK,
) -> Path:
    """Write a sealed draft with a copy of a workbook."""
    eml = draft(subject, date(2026, 11, 30), TEXT, "<p>Beste collega</p>", to)
    eml.add_attachment(workbook, "application", "octet-stream", filename="rapport-kopie.xlsx")
    path.write_bytes(sealed(eml, "report", subject))
    return path


def account(office: PostOffice, security: str = "none", **more: Any) -> SmtpAccount:
    """Return an account at the server; without a user nobody signs in."""
    host, timeout = more.pop("host", "127.0.0.1"), more.pop("timeout", 2)
    return SmtpAccount(SENDER, Server(host, office.port, security, timeout=timeout, **more))


def sent(
    mail: Path, account: SmtpAccount, *to: str, anew: Collection[DeliveryStatus] = ()
) -> tuple[dict[str, DeliveryStatus], Delivery]:
    """Send a draft; return each address's fate of now, and all that is known."""
    (posted,) = send_drafts([read_draft(mail, to or (ANNA,))], account, log_of(mail), anew=anew)
    return {o.to.addr_spec: o.fate for o in posted.outcomes}, posted


def told(posted: Delivery) -> str:
    """Return what its reader is told of faults."""
    return " ".join(faults([posted]))


def options(office: PostOffice) -> list[str]:
    """Return the command's options for a server without TLS."""
    port, sender = str(office.port), SENDER.addr_spec
    return ["--host", "127.0.0.1", "--port", port, "--security", "none", "--sender", sender]
