"""Words that were typed by sound: whole pinyin questions, and homophones picked by mistake in the input method."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT

from service.query.terms import FIELD_WORDS, STOP_WORDS, cut, is_word

MAX_LETTERS = 80
MIN_SYLLABLES = 2
FAR_COMMONER = 8
"""How many times oftener than what was typed the word of the same sound must be said, by the corpus or by those who ask. Of slips in dev
questions it is at least nine times (没个, 每个), of what was meant as typed at most six (到账时, 长时; 提现, 体现)."""
MAX_SLIP_CHARS = 4
FUNCTION_WORD_COUNT = 1.0
FIRST_CHOICE_COUNT = 1e9
# Of function words that sound alike, the one that questions are asked with.
FIRST_CHOICE = (
    "吗",
    "的",
    "哪",
    "哪些",
    "哪里",
    "哪个",
    "会",
    "还",
    "是",
    "有",
    "在",
    "你",
    "他",
    "要",
    "不",
    "恢复",
)
# Words that must be heard through a slip, because what they ask for is refused.
GUARDED_WORDS = frozenset(("套现", "伪造", "造假", "转移", "逃避", "躲避", "跑路", "洗钱", "骗贷"))
EXPECTED_WORDS = GUARDED_WORDS | frozenset(FIELD_WORDS)
INTERJECTIONS = frozenset("哦啊呀哈呐啦哎唉么")
# After a verb these make a phrase of their own (写上, 留下), not a slip for a word.
_COMPLEMENTS = "上下来去到着了过出完好"
COMMON = 20

_OTHER_READING = {("还", "hai"): "huan", ("还", "huan"): "hai"}

_LATIN = re.compile(r"[a-z][a-z ]*[a-z]")
_HANZI = re.compile(r"[\u4e00-\u9fff]{2,}")


class Speller:
    """Reads by sound, towards the words of one corpus and the function words of the language.

    ``counts`` maps each content word of the corpus to the number of passages that hold it; ``typed`` how often each pair of
    hanzi stands in what people type, slips among it.
    """

    def __init__(self, counts: Mapping[str, int], typed: Mapping[str, int]) -> None:
        self._counts = counts
        self._typed = typed
        self._meant = lru_cache(maxsize=50_000)(self._find_meant)
        self._by_sound: dict[str, str] = {}
        weight = dict.fromkeys(STOP_WORDS, FUNCTION_WORD_COUNT) | dict.fromkeys(FIELD_WORDS, 3.0)
        weight |= dict.fromkeys(GUARDED_WORDS, 2.0)
        weight |= {word: float(count) + 1 for word, count in counts.items()}
        weight |= dict.fromkeys(FIRST_CHOICE, FIRST_CHOICE_COUNT)
        for word in sorted(weight, key=lambda word: (weight[word], word)):
            if _HANZI.fullmatch(word) or (word in STOP_WORDS and word not in INTERJECTIONS):
                for sound in _sounds(word):
                    self._by_sound[sound] = word
        self._longest = max(map(len, self._by_sound), default=0)

    def correct(self, folded: str) -> str:
        """Return ``folded`` with pinyin read as words and likely homophone slips put right; else as it is."""
        return self._homophones(self._pinyin(folded))

    def _pinyin(self, folded: str) -> str:
        return _LATIN.sub(lambda match: self._read_run(match.group()), folded)

    def _read_run(self, letters: str) -> str:
        """Return ``letters`` with the longest stretches of words that spell something read, the others left."""
        tokens = letters.split()
        read: list[str] = []
        at = 0
        while at < len(tokens):
            spelt = self._read(tokens[at : at + MAX_LETTERS])
            for end in range(at + len(spelt), at, -1):
                words = spelt[end - at - 1]
                if words is not None:
                    read.append(words)
                    at = end
                    break
            else:
                read.append(tokens[at])
                at += 1
        # A stretch of letters that stays keeps its blanks; words need none.
        joined = " ".join(read)
        return (
            re.sub(r"(?<=[\u4e00-\u9fff]) | (?=[\u4e00-\u9fff])", "", joined) if read != tokens else letters
        )

    def _read(self, tokens: Sequence[str]) -> list[str | None]:
        """Return for one, two, … ``tokens`` the fewest words that their letters spell, or None; up to ``MAX_LETTERS``.

        What the first letters spell does not hang on those after them, so one pass serves every stretch.
        """
        text = "".join(tokens)[:MAX_LETTERS]
        best: list[tuple[int, str] | None] = [(0, "")]
        for end in range(1, len(text) + 1):
            choice: tuple[int, str] | None = None
            for start in range(max(0, end - self._longest), end):
                before, word = best[start], self._by_sound.get(text[start:end])
                if before is not None and word is not None and (choice is None or before[0] + 1 < choice[0]):
                    choice = (before[0] + 1, before[1] + word)
            best.append(choice)
        ends = (end for end in accumulate(map(len, tokens)) if end <= MAX_LETTERS)
        return [
            found[1] if (found := best[end]) is not None and len(found[1]) >= MIN_SYLLABLES else None
            for end in ends
        ]

    def _homophones(self, folded: str) -> str:
        """Replace what no dictionary knows, or the corpus hardly, by the corpus's word of the same sound."""

        def put_right(match: re.Match[str]) -> str:
            words = cut(match.group())
            at = 0
            while at < len(words):
                # Every word has a character at least: of more of them no slip is made.
                for end in range(min(len(words), at + MAX_SLIP_CHARS), at, -1):
                    meant = self._meant(tuple(words[at:end]))
                    if meant is not None:
                        words[at:end] = [meant]
                        break
                at += 1
            return "".join(words)

        return _HANZI.sub(put_right, folded)

    def _find_meant(self, words: tuple[str, ...]) -> str | None:
        """Return the corpus's word that ``words``, taken together, were probably meant for, or None."""
        piece = "".join(words)
        if not 2 <= len(piece) <= MAX_SLIP_CHARS or piece in STOP_WORDS or piece[-1] in _COMPLEMENTS:
            return None
        known = piece in self._counts
        if not known and is_word(piece):
            return None
        word = self._by_sound.get(_sounds(piece)[0])
        if word is None or word == piece or len(word) != len(piece) or word in STOP_WORDS:
            return None
        count = self._counts.get(word, 0) or (len(words) if word in EXPECTED_WORDS else 0)
        if count < COMMON and len(words) > 1 and STOP_WORDS.intersection(words):
            return None
        if self._times_typed(word) < FAR_COMMONER * self._times_typed(piece):
            return None
        return word if count >= (FAR_COMMONER * self._counts[piece] if known else len(words)) else None

    def _times_typed(self, word: str) -> int:
        """Return how often people type ``word`` at most: as often as the rarest of its pairs of hanzi."""
        return min(self._typed.get(word[at : at + 2], 0) for at in range(len(word) - 1))


@lru_cache(maxsize=50_000)
def _sounds(word: str) -> tuple[str, ...]:
    """Return the toneless pinyin of ``word``, the usual reading first, then with 还 read the other way (还款)."""
    syllables = lazy_pinyin(word) if _holds_phrase(word) else [_syllable(hanzi) for hanzi in word]
    other = [_OTHER_READING.get((char, said), said) for char, said in zip(word, syllables, strict=True)]
    return tuple(dict.fromkeys(("".join(syllables), "".join(other))))


def _holds_phrase(word: str) -> bool:
    """Return whether ``word`` holds a phrase whose reading is listed as a whole (银行); else each hanzi is read by itself."""
    return any(
        word[start:end] in PHRASES_DICT
        for start in range(len(word) - 1)
        for end in range(start + 2, len(word) + 1)
    )


@lru_cache(maxsize=50_000)
def _syllable(hanzi: str) -> str:
    (syllable,) = lazy_pinyin(hanzi)
    return str(syllable)
