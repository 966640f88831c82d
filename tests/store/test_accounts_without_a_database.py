"""Signing in while the database can't be used is the world's fault, and told as such."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from hallserver.store.accounts import Accounts, Person
from hallserver.store.database import Store
from hallserver.store.writer import StorageFailed


def test_who_signs_in_while_the_database_is_locked_is_told_that_it_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "hall.db")
    accounts = Accounts(store)
    person = Person("0301", "王芳", "clerk", "1")
    accounts.add("hall", person)
    monkeypatch.setattr(store.peewee, "_timeout", 0.05)
    store.peewee.close()
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageFailed, match="locked"):
        accounts.sign_in("hall", person, "1", now=0)
    other.execute("ROLLBACK")
    assert accounts.sign_in("hall", person, "1", now=0)
    other.close()
    store.close()
