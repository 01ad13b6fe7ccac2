"""Files of the formats that cannot be written as text: a PDF with a text layer, a Word file, a crawl dump."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import docx


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Return a PDF whose pages show ``lines``, with a text layer and no embedded font."""
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    characters = sorted({c for page in pages for line in page for c in line})
    pairs = "\n".join(f"<{ord(c):04X}> <{ord(c):04X}>" for c in characters)
    to_unicode = f"begincmap\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{len(characters)} beginbfchar\n{pairs}\nendbfchar\nendcmap".encode()
    cmap = add(b"<</Length %d>>stream\n%s\nendstream" % (len(to_unicode), to_unicode))
    descendant = add(
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 1000>>"
    )
    font = add(
        b"<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (descendant, cmap)
    )
    kids: list[int] = []
    parent = len(objects) + 2 * len(pages) + 1
    for lines in pages:
        shown = "".join(
            f"BT /F1 12 Tf 60 {780 - 20 * i} Td <{''.join(f'{ord(c):04X}' for c in line)}> Tj ET\n"
            for i, line in enumerate(lines)
        ).encode()
        content = add(b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown))
        kids.append(
            add(
                b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 %d 0 R>>>>/Contents %d 0 R>>"
                % (parent, font, content)
            )
        )
    add(b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids)))
    catalog = add(b"<</Type/Catalog/Pages %d 0 R>>" % parent)
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(
        b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, catalog, start)
    )
    return out.getvalue()


def word(paragraphs: Sequence[str]) -> bytes:
    """Return a Word file of ``paragraphs``."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def write_dump(path: Path, count: int) -> None:
    """Write a crawl dump of ``count`` pages, every third as HTML."""
    lines = []
    for i in range(count):
        title = f"借呗逾期{i}天怎么协商"
        parts = [
            f"用户逾期{i}天以后，可以联系平台客服说明情况，申请第{i}号延期方案。",
            "客服会根据用户的还款意愿和能力进行评估，并在三个工作日内答复。",
        ]
        page: dict[str, str] = {"url": f"http://site.test/{i}", "date": f"2024-05-{i % 28 + 1:02}"}
        if i % 3 == 0:
            body = "".join(f"<p>{part}</p>" for part in parts)
            page["html"] = (
                f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"
            )
        else:
            page["text"] = "\n".join((title, *parts))
        lines.append(json.dumps(page, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
