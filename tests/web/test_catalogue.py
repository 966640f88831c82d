"""Every sentence people read stands in the catalogue once, in both languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import babel_extract

from hallserver.web.catalogue import LOCALE, Catalogue, catalogue
from hallserver.web.rendering import TEMPLATES

CODE = Path(__file__).parents[2] / "hallserver"
IN_TEMPLATES = ("_", "other", "both")
IN_CODE = {"N_": None, "say": None}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACE = re.compile(r"%\(\w+\)s")


def said_in_templates() -> Iterator[tuple[str, str]]:
    for path in sorted(TEMPLATES.rglob("*.html")):
        with path.open("rb") as file:
            for _, _, sentence, _ in babel_extract(file, IN_TEMPLATES, [], {"encoding": "utf-8"}):
                said = sentence[0] if isinstance(sentence, tuple) else sentence
                if said:
                    yield path.name, said


def said_in_code() -> Iterator[tuple[str, str]]:
    for path in sorted((CODE / "web").rglob("*.py")):
        with path.open("rb") as file:
            for _, _, sentence, _ in extract_python(file, IN_CODE, [], {"encoding": "utf-8"}):
                said = sentence[0] if isinstance(sentence, tuple) else sentence
                if said:
                    yield path.name, said


SAID = {sentence: where for where, sentence in (*said_in_templates(), *said_in_code())}


def messages() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for path in sorted((LOCALE / "en" / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, abort_invalid=True):
                if not message.id:
                    continue
                sentence = message.id if isinstance(message.id, str) else message.id[0]
                forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
                yield path.name, sentence, forms


def test_every_sentence_has_its_english() -> None:
    known = {sentence for _, sentence, forms in messages() if forms and all(forms)}
    missing = {sentence: where for sentence, where in SAID.items() if sentence not in known}
    assert missing == {}
    assert len(SAID) > 200


def test_the_catalogue_keeps_no_sentence_that_nobody_says() -> None:
    unused = {sentence: where for where, sentence, _ in messages() if sentence not in SAID}
    assert unused == {}


def test_a_sentence_stands_in_the_catalogue_once() -> None:
    counts = Counter(sentence for _, sentence, _ in messages())
    assert [sentence for sentence, count in counts.items() if count > 1] == []


def test_a_translation_leaves_no_place_out_and_invents_none() -> None:
    for _, sentence, forms in messages():
        # "1 minute" may be written out; every other place must be filled.
        assert set(PLACE.findall(forms[-1])) == set(PLACE.findall(sentence)), sentence
        assert set(PLACE.findall(forms[0])) <= set(PLACE.findall(sentence)), sentence


def test_no_chinese_is_left_in_the_english() -> None:
    assert [form for _, _, forms in messages() for form in forms if CHINESE.search(form)] == []


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_a_template_says_nothing_past_the_catalogue(path: Path) -> None:
    """Chinese outside a call of the catalogue would be Chinese on an English page."""
    tokens = Environment(autoescape=True).lex(path.read_text(encoding="utf-8"))
    written = [text for _, kind, text in tokens if kind == "data" and CHINESE.search(text)]
    assert written == []


def test_scripts_carry_no_sentence_of_their_own() -> None:
    scripts = sorted((CODE.parent / "static" / "js").glob("*.js"))
    assert scripts
    for script in scripts:
        for number, line in enumerate(script.read_text(encoding="utf-8").splitlines(), start=1):
            spoken = re.sub(r"//.*|^\s*\*.*", "", line)
            assert not CHINESE.search(spoken), f"{script.name}:{number}"


def test_one_person_and_several_are_said_differently() -> None:
    english = catalogue("en")
    assert english.say("前面 %(n)s 人", n=1) == "1 person ahead"
    assert english.say("前面 %(n)s 人", n=6) == "6 people ahead"
    assert catalogue("zh-CN").say("前面 %(n)s 人", n=1) == "前面 1 人"


def test_a_sentence_nobody_translated_is_still_said() -> None:
    assert Catalogue({}).say("第 %(n)s 号", n=3) == "第 3 号"
