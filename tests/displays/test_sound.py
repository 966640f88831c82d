from __future__ import annotations

from itertools import pairwise

import pytest

from displays import sound
from tests.displays.sounds import loudness, peak, quiet_ends_s, samples_of, silence, tone


def test_silence_around_a_sentence_is_cut_off() -> None:
    said = sound.trimmed(silence(0.4) + tone(1.0) + silence(0.7))
    assert len(said) / sound.SAMPLES_PER_S == pytest.approx(1.03, abs=0.005)


def test_a_pause_inside_a_sentence_stays() -> None:
    said = sound.trimmed(tone(0.5) + silence(0.4) + tone(0.5))
    assert len(said) / sound.SAMPLES_PER_S == pytest.approx(1.4, abs=0.05)


def test_nothing_but_silence_leaves_nothing() -> None:
    assert len(sound.trimmed(silence(0.5))) == 0


def test_a_quiet_and_a_loud_sentence_come_out_equally_loud() -> None:
    quiet, loud = sound.evened(tone(1, peak=1500)), sound.evened(tone(1, peak=30000))
    assert loudness(quiet) == pytest.approx(loudness(loud), rel=0.01)
    assert loudness(quiet) == pytest.approx(sound.FULL_SCALE * 0.14, rel=0.02)


def test_pauses_between_words_do_not_make_a_sentence_louder() -> None:
    flowing, halting = tone(1), tone(0.5) + silence(2) + tone(0.5)
    assert peak(sound.evened(flowing)) == pytest.approx(peak(sound.evened(halting)), rel=0.05)


def test_a_shout_in_a_whisper_is_bent_not_clipped() -> None:
    bent = sound.evened(tone(2, peak=1000) + tone(0.05, peak=32000))
    assert peak(bent) <= sound.CEILING
    at_the_top = sum(abs(level) >= sound.CEILING for level in bent)
    assert at_the_top < 0.002 * len(bent)


def test_said_twice_is_twice_the_sentence_and_one_pause() -> None:
    once, twice = (sound.length_s(sound.announcement(tone(2), times=times)) for times in (1, 2))
    assert once == pytest.approx(2.1, abs=0.01)
    assert twice - 2 * once == pytest.approx(0.55 - 0.1, abs=0.01)


def test_the_chime_comes_first_and_softly() -> None:
    plain = samples_of(sound.announcement(tone(1)))
    chimed = samples_of(sound.announcement(tone(1), with_chime=True))
    longer_s = (len(chimed) - len(plain)) / sound.SAMPLES_PER_S
    assert longer_s == pytest.approx(1.15, abs=0.01)
    assert peak(sound.chime()) < sound.FULL_SCALE * 0.4
    assert chimed[-len(plain) + 2000 :] == plain[2000:]


def test_the_chime_and_the_ends_of_a_sentence_do_not_click() -> None:
    """A click is a jump between neighbouring samples that no tone of its loudness makes."""
    made = sound.chime()
    assert max(abs(after - before) for before, after in pairwise(made)) < peak(made) * 0.35
    assert abs(made[0]) < 50
    assert abs(made[-1]) < 50
    cut = sound.trimmed(tone(0.3, peak=20000, hertz=310.7))
    assert abs(cut[0]) < 50
    assert abs(cut[-1]) < 50


def test_both_ends_are_nearly_without_silence() -> None:
    before, after = quiet_ends_s(samples_of(sound.announcement(sound.trimmed(silence(1) + tone(1)))))
    assert before < 0.1
    assert after < 0.1


def test_what_is_no_wav_has_no_length() -> None:
    with pytest.raises(ValueError, match="not a WAV"):
        sound.length_s(b"RIFFnonsense")
