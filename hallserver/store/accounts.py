"""People who sign in, their sessions, and the bearer tokens of devices and programs."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from peewee import DatabaseError

from hallserver.moments import Moment
from hallserver.store.database import Store
from hallserver.store.tables import SignIn, Staff, Token
from hallserver.store.writer import StorageFailed

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's minimum for argon2id (19 MiB, 2 passes): about 30 ms, so that 70 clerks can be added at once."""
PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - what passwords are made of
PASSWORD_GROUPS, PASSWORD_GROUP_SIZE = 4, 4
SESSION_MS = 12 * 3_600_000


@dataclass(frozen=True, slots=True)
class Principal:
    """Who presses. ``role`` is resident, device, clerk or manager; ``by`` is how the log names them."""

    role: str
    id: str
    hall: str
    window: str | None = None

    @property
    def by(self) -> str:
        return self.role if self.role == "resident" else f"{self.role}:{self.id}"


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the staff list."""

    id: str
    name: str
    role: str
    window: str | None


def new_password() -> str:
    """79 random bits, readable from paper: ``kx7m-p2hd-…``."""
    letters = [secrets.choice(PASSWORD_ALPHABET) for _ in range(PASSWORD_GROUPS * PASSWORD_GROUP_SIZE)]
    groups = ["".join(letters[i : i + PASSWORD_GROUP_SIZE]) for i in range(0, len(letters), PASSWORD_GROUP_SIZE)]
    return "-".join(groups)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class Accounts:
    """Blocking; the web floor calls it from a thread."""

    def __init__(self, store: Store) -> None:
        self._database = store.peewee

    @contextlib.contextmanager
    def _opened(self) -> Iterator[None]:
        """A connection for one piece of work. Raises StorageFailed when the database can't be used."""
        try:
            with self._database.connection_context():
                yield
        except DatabaseError as error:
            raise StorageFailed(str(error)) from error

    def add_missing(self, hall: str, people: Iterable[Person]) -> list[tuple[Person, str]]:
        """Add the people who are not there yet. Returns them with their passwords, to be printed once."""
        with self._opened():
            known = _ids(hall)
            new = [(person, new_password()) for person in people if person.id not in known]
            hashed = [HASHER.hash(password) for _, password in new]  # slow, so before anything is locked
            with self._database.atomic("IMMEDIATE"):
                known = _ids(hall)  # another server may have begun in the same moment
                added = [(row, made) for row, made in zip(new, hashed, strict=True) if row[0].id not in known]
                for (person, _), password_hash in added:
                    Staff.insert(
                        hall=hall,
                        id=person.id,
                        name=person.name,
                        role=person.role,
                        window=person.window,
                        password=password_hash,
                    ).execute()
        return [row for row, _ in added]

    def add(self, hall: str, person: Person) -> str | None:
        """Add one person, or one who was removed again, and return the password; None if the id is taken."""
        added = self.add_missing(hall, [person])
        return added[0][1] if added else self._again(hall, person)

    def _again(self, hall: str, person: Person) -> str | None:
        password = new_password()
        password_hash = HASHER.hash(password)
        with self._opened():
            changed = (
                Staff.update(
                    name=person.name, role=person.role, window=person.window, password=password_hash, left_at=None
                )
                .where(Staff.hall == hall, Staff.id == person.id, Staff.left_at.is_null(False))
                .execute()
            )
        return password if changed else None

    def remove(self, hall: str, staff: str, now: Moment) -> bool:
        """End a person's sessions and let them sign in no more; False if there is no such person."""
        with self._opened(), self._database.atomic("IMMEDIATE"):
            changed = Staff.update(left_at=now).where(*_here(hall), Staff.id == staff).execute()
            SignIn.delete().where(SignIn.hall == hall, SignIn.staff == staff).execute()
        return bool(changed)

    def reset(self, hall: str, staff: str) -> str | None:
        """A new password, which ends the person's sessions; None if there is no such person."""
        password = new_password()
        with self._opened():
            changed = Staff.update(password=HASHER.hash(password)).where(*_here(hall), Staff.id == staff).execute()
            SignIn.delete().where(SignIn.hall == hall, SignIn.staff == staff).execute()
        return password if changed else None

    def people(self, hall: str) -> list[Person]:
        with self._opened():
            rows = Staff.select().where(*_here(hall)).order_by(Staff.id)
            return [Person(row.id, row.name, row.role, row.window) for row in rows]

    def check(self, hall: str, staff: str, password: str) -> Person | None:
        """The person, if the password is theirs. Costs the same time for an unknown id."""
        with self._opened():
            row = Staff.get_or_none(*_here(hall), Staff.id == staff)
        nobodys = _unknown_persons_hash()  # whoever it is: the first sign-in must not tell either
        try:
            HASHER.verify(row.password if row else nobodys, password)
        except (Argon2Error, InvalidHashError):
            return None
        return Person(row.id, row.name, row.role, row.window) if row else None

    def sign_in(self, hall: str, person: Person, window: str | None, now: Moment) -> str:
        """Begin a session; returns the cookie's secret."""
        secret = secrets.token_urlsafe(32)
        with self._opened():
            SignIn.delete().where(SignIn.expires < now).execute()
            SignIn.insert(
                digest=digest(secret),
                hall=hall,
                staff=person.id,
                role=person.role,
                window=window,
                expires=now + SESSION_MS,
            ).execute()
        return secret

    def sign_out(self, secret: str) -> None:
        with self._opened():
            SignIn.delete().where(SignIn.digest == digest(secret)).execute()

    def session(self, secret: str, now: Moment) -> tuple[Principal, Moment] | None:
        """Who the cookie stands for, and until when."""
        with self._opened():
            row = SignIn.get_or_none(SignIn.digest == digest(secret))
        if row is None or row.expires <= now:
            return None
        return Principal(row.role, row.staff, row.hall, row.window), row.expires

    def new_token(self, principal: Principal, now: Moment, expires: Moment | None = None) -> str:
        """A bearer token for a device or a program; only its digest is kept."""
        secret = secrets.token_urlsafe(32)
        with self._opened():
            Token.insert(
                digest=digest(secret),
                hall=principal.hall,
                role=principal.role,
                id=principal.id,
                window=principal.window,
                created=now,
                expires=expires,
            ).execute()
        return secret

    def token(self, secret: str, now: Moment) -> tuple[Principal, Moment] | None:
        """Who the token stands for, and until when."""
        with self._opened():
            row = Token.get_or_none(Token.digest == digest(secret))
        if row is None or (row.expires is not None and row.expires <= now):
            return None
        return Principal(row.role, row.id, row.hall, row.window), row.expires or now + SESSION_MS

    def drop_token(self, secret: str) -> None:
        with self._opened():
            Token.delete().where(Token.digest == digest(secret)).execute()

    def tokens(self, hall: str) -> list[tuple[Principal, Moment, Moment | None]]:
        """Who holds a token, when it was made and until when it is good; the oldest first."""
        with self._opened():
            rows = Token.select().where(Token.hall == hall).order_by(Token.created, Token.id)
            return [(Principal(row.role, row.id, row.hall, row.window), row.created, row.expires) for row in rows]

    def withdraw_tokens(self, hall: str, told: str) -> list[Principal]:
        """Take back a token, or all of a holder, told as ``kiosk-1`` or as the log names it (``device:kiosk-1``).
        Whose they were."""
        role, _, name = told.rpartition(":")
        with self._opened(), self._database.atomic("IMMEDIATE"):
            its = (Token.digest == digest(told)) | ((Token.id == name) & ((Token.role == role) | (role == "")))
            rows = list(Token.select().where(Token.hall == hall, its))
            Token.delete().where(Token.digest.in_([row.digest for row in rows])).execute()
        return [Principal(row.role, row.id, row.hall, row.window) for row in rows]


def _here(hall: str) -> tuple[Any, ...]:
    """Those of a hall's staff who were not removed."""
    return Staff.hall == hall, Staff.left_at.is_null()


def _ids(hall: str) -> set[str]:
    return {row.id for row in Staff.select(Staff.id).where(Staff.hall == hall)}


@cache
def _unknown_persons_hash() -> str:
    """Made at the first sign-in: every command would start later for it."""
    return HASHER.hash(secrets.token_urlsafe(16))
