from __future__ import annotations

import re
import string

import pytest

from displays.phrases import PHRASE, PHRASE_EN, phrase, phrase_en, said_window, spelled
from displays.voice import Voice

# What a Mandarin speaker says, in espeak-ng's names: sounds, then the tone's contour (55, 35, 214, 51).
DIGITS = {
    "0": "l'i35N",
    "1": "j'i55",
    "2": "'@r51",
    "3": "s'a55n",
    "4": "s'i[51",
    "5": "w'u214",
    "6": "l'iou51",
    "7": "tS;h'i55",
    "8": "p'A55",
    "9": "tS;'iou214",
}
YAO = "j'Au55"
HAO = "X'Au51"


def syllables(phonemes: str) -> list[str]:
    return phonemes.replace("_|", " ").split()


def test_the_number_is_spelled_and_the_window_is_counted() -> None:
    assert phrase(PHRASE, "A012", "3") == "请 A 零 壹 二 号到 三 号窗口办理"


def test_a_hall_may_say_yao_for_one() -> None:
    assert phrase("{number} 号到 {window} 号", "A112", "11", yao=True) == "A 幺 幺 二 号到 十壹 号"


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ("1", "壹"),
        ("3", "三"),
        ("10", "十"),
        ("11", "十壹"),
        ("12", "十二"),
        ("20", "二十"),
        ("64", "六十四"),
        ("99", "九十九"),
        ("100", "一百"),
        ("105", "一百零五"),
        ("110", "一百一十"),
        ("111", "一百一十壹"),
        ("920", "九百二十"),
        ("0", "零"),
        ("03", "零 三"),
        ("B2", "B 二"),
        ("b-12", "B 杠 壹 二"),
        ("1024", "壹 零 二 四"),
        ("１２", "十二"),
    ],
)
def test_a_window_is_said_the_way_people_say_it(window: str, said: str) -> None:
    assert said_window(window) == said


def test_neighbouring_letters_are_tied_together() -> None:
    assert spelled("AB07") == "A·B 零 七"


def test_a_number_cannot_smuggle_in_another_place() -> None:
    assert phrase("{number} 到 {window}", "{window}1", "3") == "W·I·N·D·O·W 壹 到 三"


@pytest.mark.parametrize("template", ["请到 {window} 号窗口", "{number} 请到 {desk}", ""])
def test_a_phrase_that_cannot_be_filled_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="the phrase"):
        phrase(template, "A001", "1")


def test_english_spells_the_number_and_counts_the_window() -> None:
    assert phrase_en(PHRASE_EN, "A012", "12") == "Number eh zero one two, please go to window 12."
    assert phrase_en("{number} {window}", "B7", "C-2") == "B seven C dash two"


async def test_a012_to_window_3_is_read_digit_by_digit_in_mandarin(voice: Voice) -> None:
    heard = await voice.phonemes(phrase("请 {number} 号到 {window} 号窗口办理", "A012", "3"))
    assert syllables(heard) == [
        "tS;h'i214N",  # 请 qǐng
        "(en)'eI(cmn)",  # A, the letter's English name
        DIGITS["0"],
        DIGITS["1"],
        DIGITS["2"],
        HAO,
        "t'Au51",  # 到 dào
        DIGITS["3"],
        HAO,
        "ts.hwA55Nkh'ou214",  # 窗口 chuāngkǒu
        "pa51nl'i214",  # 办理 bànlǐ
    ]


async def test_chinese_is_not_read_as_the_words_chinese_letter(voice: Voice) -> None:
    """Debian 12's espeak-ng does so, silently; then every character brings English with it."""
    heard = await voice.phonemes("请到窗口办理")
    assert "(en)" not in heard
    assert syllables(heard) == ["tS;h'i214N", "t'Au51", "ts.hwA55Nkh'ou214", "pa51nl'i214"]


@pytest.mark.parametrize("yao", [False, True])
async def test_no_number_of_a_day_is_swallowed_by_a_word_of_the_dictionary(voice: Voice, yao: bool) -> None:
    """The plain spelling fails for 103 of these: 一号, 九一八 and their like are words of their own."""
    said = DIGITS | {"1": YAO} if yao else DIGITS
    wrong = {}
    for ten in range(100):  # ten numbers a question, to spare the pipe
        numbers = [f"{ten * 10 + unit:03}" for unit in range(10)]
        heard = syllables(await voice.phonemes(" ".join(spelled(n, yao=yao) + " 号" for n in numbers)))
        expected = [sound for number in numbers for sound in (*(said[digit] for digit in number), HAO)]
        if heard != expected:
            wrong[numbers[0]] = heard
    assert wrong == {}


async def test_every_letter_is_read_by_its_name_alone_and_in_front_of_another(voice: Voice) -> None:
    names = {}
    for letter in string.ascii_uppercase:
        (names[letter],) = re.findall(r"\(en\)(\S+)\(cmn\)", await voice.phonemes(f"请 {letter} 零"))
    assert names["A"] == "'eI"
    assert names["W"] == "d'Vb@Lj,u:"
    assert len(set(names.values())) == 26
    for letter in string.ascii_uppercase:
        heard = syllables(await voice.phonemes(f"请 {spelled('A' + letter)} 零"))
        assert heard[1:3] == ["(en)'eI", f"{names[letter]}(cmn)"]


async def test_windows_1_to_99_keep_every_syllable_and_tone(voice: Voice) -> None:
    def bare(heard: str) -> str:
        return re.sub(r"[',_|\s]", "", heard)

    ten = bare("s.'i.35")
    for window in range(1, 100):
        tens, ones = divmod(window, 10)
        expected = (bare(DIGITS[str(tens)]) if tens > 1 else "") + (ten if tens else "")
        expected += bare(DIGITS[str(ones)]) if ones else ""
        heard = await voice.phonemes(f"到 {said_window(str(window))} 号窗口")
        assert bare(heard) == bare("t'Au51") + expected + bare(HAO) + bare("ts.hwA55Nkh'ou214"), window


async def test_english_is_read_with_the_letters_name_not_the_article(voice: Voice) -> None:
    heard = await voice.phonemes(phrase_en(PHRASE_EN, "BA05", "12"), language="en")
    assert heard == "n'Vmb3 b'i:; 'eI z'i@roU f'aIv pl'i:z g,oU t@ w'IndoU tw'Elv"
