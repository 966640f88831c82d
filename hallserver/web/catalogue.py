"""Every sentence people read, from one catalogue: Chinese is the msgid, ``locale/`` holds the others.

The ``.po`` files are read once at start; nothing compiled is kept. A message with ``msgid_plural``
chooses its form by the value named ``n`` (or ``count``, where ``n`` is already marked up).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from markupsafe import Markup, escape

LANGUAGES = ("zh-CN", "en")
LOCALE = Path(__file__).with_name("locale")


class Catalogue:
    """``words`` maps a Chinese sentence to its forms in one language: one, or singular and plural."""

    def __init__(self, words: dict[str, tuple[str, ...]]) -> None:
        self._words = words

    def say(self, sentence: str, **values: Any) -> str:
        """The sentence in this language, its ``%(name)s`` filled in when values are given.

        Markup among the values makes the whole Markup, with everything else escaped.
        """
        forms = self._words.get(sentence, (sentence,))
        said = forms[0]
        if len(forms) > 1:
            said = forms[0] if values.get("count", values.get("n")) == 1 else forms[1]
        if not values:
            return said
        if any(isinstance(value, Markup) for value in values.values()):
            return escape(said) % values
        return said % values


def N_(sentence: str) -> str:  # noqa: N802 -- gettext's own name, so that its tools find the sentence
    """Mark a sentence for the catalogue where it stands; it is translated when it is said."""
    return sentence


def other_language(lang: str) -> str:
    """The language that stands beside the page's own."""
    return "en" if lang == "zh-CN" else "zh-CN"


@cache
def catalogue(lang: str) -> Catalogue:
    """The catalogue of a language; one we don't have speaks Chinese."""
    words: dict[str, tuple[str, ...]] = {}
    if lang in LANGUAGES:
        for path in sorted((LOCALE / lang / "LC_MESSAGES").glob("*.po")):
            words |= _read(path)
    return Catalogue(words)


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    with path.open("rb") as file:
        messages = read_po(file, abort_invalid=True)
    words: dict[str, tuple[str, ...]] = {}
    for message in messages:
        sentence = message.id if isinstance(message.id, str) else message.id[0]
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if sentence and forms and all(forms):
            words[sentence] = forms
    return words
