"""The tokenizer of the packaged model, built from its vocabulary; whole, or cut down to Chinese and English."""

import re
from collections.abc import Sequence

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

BOS, PAD, EOS, UNK, MASK = "<s>", "<pad>", "</s>", "<unk>", "<mask>"
PAD_ID = 1
SPACE = "▁"

_CHINESE_AND_ENGLISH = re.compile(r"[ -~\u00a0-\u00ff‐-‧‰-⁞▁①-⑳─-◿、-〿㈠-㏿㐀-䶿一-鿿！-￮]+")


def kept_pieces(vocabulary: Sequence[tuple[str, float]]) -> list[int]:
    """Return the ids of the special tokens and of the pieces that Chinese or English text can hold, ascending.

    A piece can only match where all of its characters stand, so Chinese and English text is cut in exactly the
    same way as with the whole vocabulary; what other scripts write becomes unknown. Halves memory and start-up.
    """
    return [i for i, (piece, _) in enumerate(vocabulary) if i <= 3 or _CHINESE_AND_ENGLISH.fullmatch(piece)]


def build_tokenizer(vocabulary: Sequence[tuple[str, float]], *, unknown_id: int) -> Tokenizer:
    """Return the XLM-RoBERTa tokenizer (SentencePiece Unigram) over ``vocabulary``, pieces with log probabilities."""
    tokenizer = Tokenizer(models.Unigram(list(vocabulary), unk_id=unknown_id, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=SPACE, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A {EOS}",
        pair=f"{BOS} $A {EOS} {EOS} $B {EOS}",
        special_tokens=[(BOS, 0), (EOS, 2)],
    )
    return tokenizer
