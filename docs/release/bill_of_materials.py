"""What a release brings from elsewhere: name, version, hash, licence, and who needs what."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

# Whose wheels together hold all that is needed anywhere, as uv names these systems.
PLATFORMS = ("x86_64-pc-windows-msvc", "aarch64-apple-darwin", "x86_64-unknown-linux-gnu")
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)((?:.*\\\n)+.*)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_NAME = re.compile(r"^[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Package:
    """One thing that is brought: `hashes` are SHA-256 of its files, `needs` names of others."""

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str
    needs: tuple[str, ...]


def packages(versions: str, folders: Iterable[Path]) -> list[Package]:
    """Return what is locked, with what its metadata says in folders where it was installed."""
    installed = {_plain(each.name): each for each in distributions(path=[*map(str, folders)])}
    return list(_packages(versions, installed))


def _packages(versions: str, installed: dict[str, Distribution]) -> Iterator[Package]:
    for name, version, rest in _LOCKED.findall(versions):
        found = installed.get(_plain(name))
        needs = {_plain(each) for each in _required(found)} if found else set()
        licence = _licence(found) if found else "not stated"
        yield Package(name, version, tuple(_HASH.findall(rest)), licence, tuple(sorted(needs)))


def _required(distribution: Distribution) -> Iterator[str]:
    """Yield the names of what it needs on any system, without what only an extra brings."""
    for requirement in distribution.requires or ():
        name = _NAME.match(requirement)
        if name and "extra ==" not in requirement:
            yield name[0]


def _licence(distribution: Distribution) -> str:
    """Return the licence as its makers say it: an SPDX expression, else a name."""
    about = distribution.metadata.json
    given = str(about.get("license", ""))
    classifiers = about.get("classifier", [])
    named = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License :: ")]
    short = given if given and "\n" not in given else ""
    return str(about.get("license_expression") or short or " or ".join(named) or "not stated")


def licences(brought: Sequence[Package]) -> str:
    """Return a list to read: a package a line, with version and licence."""
    rows = [("Package", "Version", "Licence"), *((p.name, p.version, p.licence) for p in brought)]
    wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"{name:{wide[0]}}  {number:{wide[1]}}  {licence}" for name, number, licence in rows]
    first = (
        "vinkje itself: MIT, see LICENSE.\n\n"
        "What it needs, as its makers state their licences. None of it is in this zip:\n"
        "it is fetched when you install, and not all of it on every system.\n"
    )
    return "\n".join([first, *lines, ""])


def sbom(version: str, brought: Sequence[Package], wheel: Path, epoch: int) -> str:
    """Return the bill of materials as CycloneDX JSON; raises ValueError when it is no valid one."""
    made = LicenseFactory().make_from_string
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    own = _component("vinkje", version, [digest], ComponentType.APPLICATION)
    own.licenses.add(made("MIT"))
    parts = {}
    for each in brought:
        part = _component(each.name, each.version, each.hashes, ComponentType.LIBRARY)
        part.licenses.add(made(each.licence))
        parts[_plain(each.name)] = part
    bom = Bom(components=parts.values(), serial_number=uuid5(NAMESPACE_URL, digest))
    bom.metadata.timestamp = dt.datetime.fromtimestamp(epoch, dt.UTC)
    bom.metadata.component = own
    bom.register_dependency(own, parts.values())
    for each in brought:
        needed = [parts[name] for name in each.needs if name in parts]
        bom.register_dependency(parts[_plain(each.name)], needed)
    text = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(fault)
    return f"{text}\n"


def _component(name: str, version: str, hashes: Iterable[str], kind: ComponentType) -> Component:
    purl = PackageURL("pypi", name=_plain(name), version=version)
    files = [HashType(alg=HashAlgorithm.SHA_256, content=each) for each in hashes]
    return Component(
        name=name, version=version, type=kind, purl=purl, bom_ref=str(purl), hashes=files
    )


def _plain(name: str) -> str:
    """Return a name as indexes compare it: `Jaraco.Classes` is `jaraco-classes`."""
    return re.sub(r"[-_.]+", "-", name).lower()
