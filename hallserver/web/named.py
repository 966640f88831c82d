"""What a hall's own settings say, in the reader's language: their English where they have it, else the Chinese, which
then says on an English page that it is Chinese, so that it is read aloud so."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

HAN = re.compile("[\u3400-\u9fff]")


def named(thing: dict[str, Any], key: str = "name", *, lang: str) -> str:
    """A thing's ``name`` (or ``zone_name`` …) in a language; the Chinese one where it has no other."""
    return str((thing.get(f"{key}_en") if lang == "en" else None) or thing[key] or "")


def each_named(thing: dict[str, Any], key: str, *, lang: str) -> list[str]:
    """The same of a list (``materials``), as a whole: entries of two languages would not be one list."""
    return list((thing.get(f"{key}_en") if lang == "en" else None) or thing[key])


def said(thing: dict[str, Any], key: str = "name", *, lang: str) -> Markup:
    """``named`` for a page, marked where it had to stay Chinese. English that quotes a Chinese word is English."""
    words = named(thing, key, lang=lang)
    return escape(words) if thing.get(f"{key}_en") else marked(words, lang=lang)


def each_said(thing: dict[str, Any], key: str, *, lang: str) -> list[Markup]:
    """``each_named`` for a page."""
    words = each_named(thing, key, lang=lang)
    return [escape(one) if thing.get(f"{key}_en") else marked(one, lang=lang) for one in words]


def marked(words: str, lang: str) -> Markup:
    """Words that nobody translated, for a page: Chinese ones on an English page say what they are."""
    if lang == "en" and HAN.search(words):
        return Markup('<span lang="zh-CN">{}</span>').format(words)
    return escape(words)
