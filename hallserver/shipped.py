"""What comes with the software beside its code: the pages' files and the sample halls."""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """``static`` or ``config``: inside an installed wheel, or beside the package in a checkout."""
    inside = ROOT / name
    return inside if inside.is_dir() else ROOT.parent / name


def static_version(static: Path) -> str:
    """A name that changes with any of the files, so that browsers may keep them for ever."""
    tree = hashlib.blake2b(digest_size=6)
    for path in sorted(static.rglob("*")):
        if path.is_file():
            tree.update(str(path.relative_to(static)).encode() + path.read_bytes())
    return tree.hexdigest()
