"""What a board shows in turn when nobody has been called for a while: the hall's notices, and matters of its guide."""

from __future__ import annotations

import hashlib
from typing import Any

from hallserver.settings import HallSettings
from hallserver.settings.items import Item
from hallserver.web.known_names import known_name


def board_pages(settings: HallSettings, lang: str) -> dict[str, Any]:
    """The pace of a board, its notices and its cards as ``board.html`` draws them. They stand in the page and not in
    what is sent at every call; ``edition`` makes a board that hangs there load itself anew when they changed."""
    items, zones = {item.id: item for item in settings.items}, {zone.id: zone for zone in settings.zones}
    board = settings.board.model_dump()
    matters = [_card(items[item], zones[items[item].zone], lang) for item in board["guide"]]
    edition = hashlib.sha256(repr((board, matters)).encode()).hexdigest()[:8]
    return {"board": board, "matters": matters, "edition": f"-{edition}"}


def _card(item: Item, zone: Any, lang: str) -> dict[str, Any]:
    """A matter in three lines: what it is, what to bring, where and how long."""
    return {
        "name": item.name,
        "name_en": item.name_en,
        "id_card_only": item.id_card_only,
        "things": (", " if lang == "en" else "、").join(known_name(thing, lang) for thing in item.bring),
        "zone_name": zone.name,
        "zone_name_en": zone.name_en,
        "typical_min": item.typical_min,
    }
