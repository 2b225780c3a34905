"""What lies beside a report and never in it: a key, and what readers were given so far.

`rapport.sleutel` is for the maker alone: it tells how many people of every group said what. It is
JSON: `vinkje` (its format), `about` (for who opens it), `key` (hexadecimal), `given` (what is out,
under the names of Released) and `withheld` (codes of remarks).
"""

import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from gettext import gettext
from hashlib import blake2b
from pathlib import Path
from typing import Any

from forms.analysis.released import Released, ReleasedRemarks, Snapshot
from forms.errors import OutputError, reason_of
from forms.file_rights import keep_private
from forms.responses.model import Counts, RowCounts
from forms.responses.note_kinds import saved_note
from forms.responses.sketch import Sketch

SUFFIX = ".sleutel"
# One that is higher is not read: what it says is out might be missed.
_FORMAT = 1
_KEY_BYTES = 32
_ABOUT = (
    "Geheim: hoort bij het rapport met dezelfde naam; deel dit bestand niet. "
    "Secret: belongs to the report of the same name; do not share this file."
)


@dataclass(frozen=True)
class Secret:
    """A key, by which codes of remarks and sketches cannot be guessed, and what is out.

    `withheld` has the codes of remarks that people keep out, should the workbook be gone.
    """

    key: bytes = field(repr=False)
    released: Released = field(default=Released(), repr=False)
    withheld: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Return what the key is known by; it tells nothing of it."""
        return blake2b(b"vinkje", key=self.key, digest_size=6).hexdigest()


def new_secret() -> Secret:
    """Return a secret with a key of its own, before anything was given."""
    return Secret(secrets.token_bytes(_KEY_BYTES))


def secret_path(output: Path) -> Path:
    """Return where the secret of a report lies."""
    return output.with_suffix(SUFFIX)


def find_secret(output: Path) -> Secret | None:
    """Return the secret that lies beside a report, under its name.

    Raises OutputError for a file that cannot be read, or that is somebody else's.
    """
    path = secret_path(output)
    return _read(path) if path.exists() else None


def named_secret(output: Path, names: Collection[str]) -> Secret | None:
    """Return the secret in a report's folder that has one of those names, which the report says.

    It is another one's file where the report was given another name.
    """
    for path in sorted(output.parent.glob(f"*{SUFFIX}")):
        # What belongs to another report, and cannot be read, is no fault of this one.
        with suppress(OutputError):
            secret = _read(path)
            if secret.name in names:
                return secret
    return None


def _read(path: Path) -> Secret:
    # Before it is read: a key that somebody else put there is one that they know.
    keep_private(path)
    try:
        saved = json.loads(path.read_bytes())
        if saved["vinkje"] > _FORMAT:
            raise OutputError(
                str(path),
                gettext("was made by a newer vinkje than this one"),
                gettext("install that one (uv tool install --upgrade .)"),
            )
        withheld = frozenset(map(str, saved["withheld"]))
        return Secret(_key(saved["key"]), _released(saved["given"]), withheld)
    except OSError as error:
        raise OutputError(
            str(path),
            gettext("cannot be read: {reason}").format(reason=reason_of(error)),
            gettext("who made the report can read it, or can give you the right to"),
        ) from None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise OutputError(
            str(path),
            gettext("is damaged"),
            gettext(
                "put back a copy that works. Without one, take it away: all remarks then stay out "
                "of the report until there are new figures, and where one was kept out, until "
                "somebody chooses"
            ),
        ) from None


def _key(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != _KEY_BYTES:
        raise ValueError(f"a key of {len(key)} bytes")
    return key


def saved_secret(secret: Secret) -> bytes:
    """Return what a secret's file holds."""
    content = {
        "vinkje": _FORMAT,
        "about": _ABOUT,
        "key": secret.key.hex(),
        "given": _released_json(secret.released),
        "withheld": sorted(secret.withheld),
    }
    return (
        json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str) + "\n"
    ).encode()


def _released_json(released: Released) -> dict[str, object]:
    remarks = released.remarks
    return {
        "totals": _snapshot_json(released.totals) if released.totals else None,
        "splits": list(map(_snapshot_json, released.splits)),
        "remarks": _remarks_json(remarks) if remarks else None,
        "notes": [note.as_dict() for note in released.notes],
        "earlier": list(map(_snapshot_json, released.earlier)),
        "past": list(map(_snapshot_json, released.past)),
    }


def _remarks_json(remarks: ReleasedRemarks) -> dict[str, object]:
    texts = {subject: list(texts) for subject, texts in remarks.texts.items()}
    kept = {"cells": remarks.cells, "more": remarks.more, "known": remarks.known}
    return {"at": _snapshot_json(remarks.at), "texts": texts} | kept


def _released(saved: Mapping[str, Any]) -> Released:
    return Released(
        _snapshot(saved["totals"]) if saved["totals"] else None,
        tuple(map(_snapshot, saved["splits"])),
        _remarks(saved["remarks"]) if saved["remarks"] else None,
        tuple(map(saved_note, saved["notes"])),
        tuple(map(_snapshot, saved["earlier"])),
        tuple(map(_snapshot, saved["past"])),
    )


def _remarks(saved: Mapping[str, Any]) -> ReleasedRemarks:
    return ReleasedRemarks(
        _snapshot(saved["at"]),
        {subject: tuple(map(str, texts)) for subject, texts in saved["texts"].items()},
        tuple((str(name), str(item), str(text)) for name, item, text in saved["cells"]),
        int(saved["more"]),
        bool(saved["known"]),
    )


def _snapshot_json(snapshot: Snapshot) -> dict[str, object]:
    return {
        "day": snapshot.day.isoformat(),
        "rows": asdict(snapshot.rows),
        "counts": _counts_json(snapshot.counts),
        "texts": dict(snapshot.texts),
        "groups": {name: _counts_json(own) for name, own in snapshot.groups.items()},
        "question": snapshot.question,
        "round": snapshot.round,
        "sketches": [
            [items, {name: sorted(sketch.sums.items()) for name, sketch in own.items()}]
            for items, own in snapshot.sketches.items()
        ],
    }


def _snapshot(saved: Mapping[str, Any]) -> Snapshot:
    return Snapshot(
        date.fromisoformat(saved["day"]),
        RowCounts(**{name: int(number) for name, number in saved["rows"].items()}),
        _counts(saved["counts"]),
        {item: str(text) for item, text in saved["texts"].items()},
        {name: _counts(own) for name, own in saved["groups"].items()},
        str(saved["question"]),
        str(saved["round"]),
        {
            tuple(items): {name: _sketch(sums) for name, sums in own.items()}
            for items, own in saved["sketches"]
        },
    )


def _sketch(saved: Iterable[Iterable[Any]]) -> Sketch:
    return Sketch({int(bucket): int(number) for bucket, number in saved})


def _counts_json(counts: Mapping[str, Counts]) -> dict[str, dict[str, int]]:
    return {item: own.as_dict() for item, own in counts.items()}


def _counts(saved: Mapping[str, Mapping[str, int]]) -> dict[str, Counts]:
    return {item: Counts.from_dict(own) for item, own in saved.items()}
