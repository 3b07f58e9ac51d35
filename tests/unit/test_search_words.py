"""What people type and what a catalog holds become the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewcount_core.search_words import WORD_CHARACTERS, search_text, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Beyonc\u00e9\u2019s R.E.M.", ["beyonces", "rem"], id="accents-apostrophes-initials"),
        pytest.param("Röyksopp - Sjørøveren", ["royksopp", "sjoroveren"], id="letters-that-are-no-accents"),
        pytest.param("AC/DC_(Live) [feat. A$AP]", ["ac", "dc", "live", "feat", "a", "ap"], id="punctuation"),
        pytest.param("STRASSE Straße", ["strasse", "strasse"], id="sharp-s"),
        pytest.param("\u0130stanbul \u0131l\u0131k", ["istanbul", "ilik"], id="turkish"),
        pytest.param("\ufb01ne \uff11", ["fine", "1"], id="compatible-forms"),
        pytest.param("米津玄師 Lemon", ["米", "津", "玄", "師", "lemon"], id="without-spaces"),
        pytest.param("\u0939\u093f\u0928\u094d\u0926\u0940", ["\u0939\u093f\u0928\u0926\u0940"], id="vowel-signs"),
        pytest.param("Кино 2", ["кино", "2"], id="another-alphabet"),
        pytest.param("will.i.am", ["will", "i", "am"], id="dots-between-words"),
        pytest.param("a\x00b \ud800 🎵 !?", ["a", "b"], id="no-letters"),
        pytest.param(None, [], id="nothing"),
    ],
)
def test_the_words_of_a_text(text, words):
    assert words_of(text) == words


def test_every_text_has_its_line():
    assert search_text("A  B", None, "C.") == "a b\n\nc"


@given(st.text())
def test_words_are_short_and_what_is_looked_for_in_them_is_the_same(text):
    words = words_of(text)
    assert all(0 < len(word) <= WORD_CHARACTERS and not set(word) & set(" \n'\\&|!():*<>") for word in words)
    assert [part for word in words for part in words_of(word)] == words
