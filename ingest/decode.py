"""Turn the bytes of a crawled file into text, or say why they are none."""

import re

MAX_BYTES = 20_000_000
"""A page of more than this is no article; the largest Chinese web novels stay below."""

_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_UNMARKED_WIDE = ("utf-16-le", "utf-16-be")
_MIN_READABLE = 0.1
"""Share of frequent characters that Chinese text has and bytes read in the wrong order have not: about 0.25 and 0.01."""

_META_CHARSET = re.compile(rb"<meta[^>]{0,100}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_HANZI = re.compile(r"[\u4e00-\u9fff]")
# The characters that fill a third of any Chinese text, in both scripts; a wrong decoding has next to none of them.
_FREQUENT = frozenset(
    "的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于着著下自之年款期客服用"
)
_MIN_HANZI = 10


class RejectedError(Exception):
    """A file cannot become an article; the message is the reason shown in the build report."""


def decode(content: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16, GB18030 or Big5, whichever reads as Chinese.

    A byte order mark of UTF-8 stays as the first character, so that offsets are those of the file read as UTF-8.

    Raises:
        RejectedError: empty, too large, binary, undecodable, or without Chinese text.
    """
    if not content.strip():
        raise RejectedError("empty file")
    if len(content) > MAX_BYTES:
        raise RejectedError(f"too large: {len(content):,} bytes, at most {MAX_BYTES:,}")
    text = _decode(content)
    if len(_CONTROL.findall(text)) > len(text) // 200:
        raise RejectedError("binary file")
    if len(_HANZI.findall(text)) < _MIN_HANZI:
        raise RejectedError("no Chinese text")
    return text


def _decode(content: bytes) -> str:
    for mark, codec in _BOMS:
        if content.startswith(mark):
            return _try(content, codec) or _undecodable(content)
    if b"\x00" in content and (text := _wide(content)) is not None:
        return text
    if b"\x00" in content[:4096]:
        raise RejectedError("binary file")
    if (text := _try(content, "utf-8")) is not None:
        return text
    declared = _META_CHARSET.search(content[:4096])
    texts = {codec: text for codec in _CANDIDATES if (text := _try(content, codec)) is not None}
    if declared and (name := _family(declared[1].decode("ascii"))) in texts:
        return texts[name]
    best = max(texts.values(), key=_readability, default="")
    if _readability(best) >= _MIN_READABLE:
        return best
    return _wide(content) or best or _undecodable(content)


def _wide(content: bytes) -> str | None:
    """Return the text of UTF-16 without its mark; None if it is none, for all that can be read of it."""
    texts = [text for codec in _UNMARKED_WIDE if (text := _try(content, codec)) is not None]
    best = max(texts, key=_readability, default="")
    return best if _readability(best) >= _MIN_READABLE else None


def _family(charset: str) -> str:
    lowered = charset.lower().replace("_", "-")
    return {"gb2312": "gb18030", "gbk": "gb18030", "gb-2312": "gb18030", "big5": "big5hkscs"}.get(
        lowered, lowered
    )


def _try(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        return None


def _undecodable(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RejectedError(
            f"undecodable: neither UTF-8, GB18030, Big5 nor UTF-16 (byte {error.start})"
        ) from error
    raise RejectedError("undecodable")


def _readability(text: str) -> float:
    """Return the share of the hanzi that are among the most frequent ones."""
    hanzi = _HANZI.findall(text)
    return sum(character in _FREQUENT for character in hanzi) / max(len(hanzi), 1)
