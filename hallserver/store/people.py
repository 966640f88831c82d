"""What somebody who books tells of themselves: sealed in a row of its own, and a digest that tells people apart."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass

from cryptography.fernet import InvalidToken

from hallserver.store.database import Store
from hallserver.store.secret import check_digits, derived, sealer

KIND = "booking"
DIGEST_CHARS = 16


@dataclass(slots=True, frozen=True)
class Person:
    phone: str | None = None
    name: str | None = None


class People:
    """Seals, finds again and tells apart; nothing of it is in the log but the digest."""

    def __init__(self, store: Store, secret: bytes) -> None:
        self._store = store
        self._sealer = sealer(secret)
        self._secret = secret
        self._key = derived(secret, b"people who book")
        self._requests = hashlib.blake2b(digest_size=12, key=derived(secret, b"requests"))

    def digest(self, hall: str, phone: str | None) -> str | None:
        """One and the same for one telephone in one hall; without the hall's secret it leads back to nobody."""
        digits = "".join(sign for sign in phone or "" if sign.isdigit())
        if not digits:
            return None
        mainland = digits[-11:] if len(digits) in (13, 14, 15) and digits[-13:-11] == "86" else digits
        return hmac.digest(self._key, f"{hall}.{mainland}".encode(), "sha256").hex()[:DIGEST_CHARS]

    def fingerprint(self, request: bytes) -> str:
        """Of a request that may name somebody: the same request has the same, and nobody can guess it back."""
        keyed = self._requests.copy()
        keyed.update(request)
        return keyed.hexdigest()

    def seal(self, person: Person) -> bytes | None:
        """What is kept beside the log; None when nothing was told."""
        if person.phone is None and person.name is None:
            return None
        return self._sealer.encrypt(json.dumps({"phone": person.phone, "name": person.name}).encode())

    def find(self, hall: str, ticket: str) -> Person:
        """Who booked a ticket; nobody when nothing was told, it was erased, or the secret is another. Blocking."""
        sealed = self._store.private(hall, ticket, KIND)
        if sealed is None:
            return Person()
        try:
            told = json.loads(self._sealer.decrypt(sealed))
        except InvalidToken:
            return Person()
        return Person(told["phone"], told["name"])

    def code(self, hall: str, ticket: str) -> str:
        """The digits a booker types at the kiosk: those of the number, and four that only the hall can tell."""
        shown = ticket.partition("-")[2]
        return "".join(sign for sign in shown if sign.isdigit()) + check_digits(self._secret, f"{hall}.{ticket}")
