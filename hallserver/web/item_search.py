"""Finding a matter: by its name, department, line or code, by pinyin or initials, or in English."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hallserver.settings import HallSettings
from hallserver.settings.items import Elsewhere, Item
from hallserver.web.spelling import Spelt, spelt, spelt_at

QUERY_LIMIT = 60
WORDS_LIMIT = 6

BEGINS, CONTAINS, OTHER_WORDS, SPELT_BEGINS, SPELT, ENGLISH = range(6)
"""How well a word was found, best first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be found of one matter, and where it stands in the settings."""

    found: Item | Elsewhere
    place: int
    name: str
    others: str
    english: str
    spelt: tuple[Spelt, ...]

    def rank(self, word: str) -> int | None:
        """How well the word was found here; None if it wasn't."""
        if self.name.startswith(word):
            return BEGINS
        if word in self.name:
            return CONTAINS
        if word in self.others:
            return OTHER_WORDS
        if word.isascii() and word.isalnum():
            spelt = [at for known in self.spelt if (at := spelt_at(known, word)) is not None]
            if spelt:
                return SPELT_BEGINS if 0 in spelt else SPELT
        return ENGLISH if word in self.english else None


class ItemSearch:
    """The matters of one hall, made ready once. Those done elsewhere are found too."""

    def __init__(self, settings: HallSettings) -> None:
        self._items = [_entry(item, place) for place, item in enumerate(settings.items)]
        self._elsewhere = [_entry(item, place) for place, item in enumerate(settings.elsewhere)]

    def items(self, query: str, line: str = "") -> list[Item]:
        """The hall's own matters that fit every word of the query, best first; all of them for an empty one."""
        return [
            entry.found
            for entry in _fitting(self._items, query)
            if isinstance(entry.found, Item) and line in ("", entry.found.line)
        ]

    def elsewhere(self, query: str) -> list[Elsewhere]:
        """The matters that others do. Nobody is shown them unasked."""
        if not query.strip():
            return []
        return [entry.found for entry in _fitting(self._elsewhere, query) if isinstance(entry.found, Elsewhere)]


def _fitting(entries: Iterable[Entry], query: str) -> list[Entry]:
    words = query[:QUERY_LIMIT].lower().split()[:WORDS_LIMIT]
    ranked = []
    for entry in entries:
        ranks = [entry.rank(word) for word in words]
        if None not in ranks:
            ranked.append((sum(rank for rank in ranks if rank is not None), entry.place, entry))
    ranked.sort(key=lambda row: row[:2])
    return [entry for _, _, entry in ranked]


def _entry(item: Item | Elsewhere, place: int) -> Entry:
    others = [item.department, item.line, item.code] if isinstance(item, Item) else [item.who, *item.words]
    words = [item.name, others[0]] if isinstance(item, Item) else [item.name, *others]
    english = [item.name_en, item.department_en] if isinstance(item, Item) else [item.name_en]
    return Entry(
        found=item,
        place=place,
        name=item.name.lower(),
        others=" ".join(others).lower(),
        english=" ".join(english).lower(),
        spelt=tuple(spelt(word) for word in words),
    )
