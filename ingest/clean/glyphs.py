"""Look-alikes that PDFs put in place of characters: Kangxi radicals, presentation forms, ligatures."""

import re
import unicodedata
from collections.abc import Iterator

from ingest.clean.page import Page
from ingest.provenance import Change

_LOOKALIKE = re.compile("[\u2e80-\u2fd5\uf900-\ufaff\ufb00-\ufb06]")
# Radicals of the supplement that are characters by themselves and that Unicode does not map to them.
_SUPPLEMENT = dict(
    zip(
        "⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻥⻦⻧⻨⻩⻬⻮⻰⻳",
        "民虎西见角贝车长长门青韦页风飞食马骨鱼鸟卤麦黄齐齿龙龟",
        strict=True,
    )
)


def glyphs(page: Page) -> Iterator[Change]:
    """Yield the characters to write as themselves (rule glyph), such as ⽤ → 用 and ⻓ → 长."""
    for match in _LOOKALIKE.finditer(page.text):
        written = _SUPPLEMENT.get(match[0]) or unicodedata.normalize("NFKC", match[0])
        if written != match[0]:
            yield Change("glyph", *match.span(), written, 0.99)
