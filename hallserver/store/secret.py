"""The hall's own secret: signs ticket links, seals what is private. Made at first run, never in the log."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet

from hallserver.store.writer import StorageFailed

SECRET_BYTES = 32
TOKEN_CHARS = 22
"""128 bits of a link's signature, in base64."""
IN_ADDRESSES = bytes.maketrans(b"+/", b"-_")


def read_secret(path: Path) -> bytes:
    """The secret in a file, made with mode 0600 when there is none: whole from the first moment, and the same
    for all processes that start together. Raises StorageFailed for a file that holds something else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    found = path.read_bytes()
    if len(found) != SECRET_BYTES:
        raise StorageFailed(f"{path} must hold {SECRET_BYTES} bytes and has {len(found)}; bring it back from a copy")
    return found


def _make(path: Path) -> None:
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # for its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first
            os.link(part, path)
    finally:
        os.unlink(part)


class TicketLinks:
    """The token of a ticket's page: hall, ticket and a signature that can't be guessed."""

    def __init__(self, secret: bytes) -> None:
        self._keyed = hashlib.blake2b(digest_size=16, key=derived(secret, b"ticket links"))

    def token(self, hall: str, ticket: str) -> str:
        mac = self._keyed.copy()
        mac.update(f"{hall}.{ticket}".encode())
        signature = binascii.b2a_base64(mac.digest()).translate(IN_ADDRESSES)[:TOKEN_CHARS]
        return f"{hall}.{ticket}.{signature.decode()}"

    def read(self, token: str) -> tuple[str, str] | None:
        """Hall and ticket, or None for a token that we did not sign."""
        hall, _, rest = token.partition(".")
        ticket, _, signature = rest.partition(".")
        if not (signature.isascii() and hmac.compare_digest(self.token(hall, ticket).encode(), token.encode())):
            return None
        return hall, ticket


def sealer(secret: bytes) -> Fernet:
    """Encrypts what people wrote (AES-128-CBC with HMAC, cryptography's Fernet)."""
    return Fernet(base64.urlsafe_b64encode(derived(secret, b"private rows")))


CHECK_DIGITS = 4


def check_digits(secret: bytes, name: str) -> str:
    """Four digits that can't be told from the name without the secret: 1 in 10,000 guesses is right."""
    mac = hmac.digest(derived(secret, b"booking codes"), name.encode(), "sha256")
    return f"{int.from_bytes(mac[:8]) % 10**CHECK_DIGITS:0{CHECK_DIGITS}d}"


def derived(secret: bytes, purpose: bytes) -> bytes:
    """A key for one purpose."""
    return hmac.digest(secret, purpose, "sha256")
