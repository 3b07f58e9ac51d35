"""Text as searches compare it: words of letters and digits, without accents and case."""

import re
import unicodedata

WORD_CHARACTERS = 40
# Letters that are no other letter with a mark, though people type them so.
PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
APOSTROPHES = re.compile("['`\u00b4\u2018\u2019\u02bc]")
DOTS_OF_INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")
# Chinese and Japanese are written without spaces: each of their characters is a word of its own.
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def words_of(text: str | None) -> list[str]:
    """The words of a text, in order: "Beyoncé's R.E.M." has `beyonces` and `rem`."""
    decomposed = unicodedata.normalize("NFKD", APOSTROPHES.sub("", text or "").casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold().translate(PLAIN)
    parted = "".join(map(_parted, DOTS_OF_INITIALS.sub("", plain)))
    return [word[:WORD_CHARACTERS] for word in parted.split()]


def search_text(*texts: str | None) -> str:
    """A line for each text, a single space between words: how `tracks.search_text` keeps title, artist and album."""
    return "\n".join(" ".join(words_of(text)) for text in texts)


def _parted(letter: str) -> str:
    if UNSPACED.match(letter):
        return f" {letter} "
    # Vowel signs of Indian scripts are marks, and part of their words.
    return letter if letter.isalnum() or unicodedata.category(letter).startswith("M") else " "
