"""The text layer of a PDF or Word file: the plain text that stands in for the original in the corpus."""

import io
import zipfile
from collections.abc import Iterator

from ingest.decode import RejectedError

PAGE_BREAK = "\f"
"""Stands on a line of its own after each page of a PDF, so that running heads can be told by their place."""


def pdf_text(content: bytes) -> str:
    """Return the text layer of a PDF, each page closed by a form feed.

    Raises:
        RejectedError: it is no PDF, is locked, or holds pictures only.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise RejectedError("PDF is locked with a password")
        pages = [page.extract_text() for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        # pypdf lets errors of its parsing of damaged files through as they come.
        raise RejectedError(f"damaged PDF: {error}") from error
    if not any(page.strip() for page in pages):
        raise RejectedError("PDF without a text layer")
    return "".join(f"{page.strip(chr(10))}\n{PAGE_BREAK}\n" for page in pages)


def docx_text(content: bytes) -> str:
    """Return the text of a Word file, a paragraph a line, the cells of a table row separated by ``|``.

    Raises:
        RejectedError: it is no Word file, or empty.
    """
    import docx
    from docx.opc.exceptions import OpcError

    try:
        document = docx.Document(io.BytesIO(content))
        text = "\n".join(_docx_lines(document))
    except (OpcError, zipfile.BadZipFile, ValueError, KeyError, OSError) as error:
        raise RejectedError(f"damaged DOCX: {error}") from error
    if not text.strip():
        raise RejectedError("DOCX without text")
    return text + "\n"


def _docx_lines(document: object) -> Iterator[str]:
    from docx.table import Table

    for part in document.iter_inner_content():  # type: ignore[attr-defined]
        if isinstance(part, Table):
            yield from (" | ".join(cell.text.replace("\n", " ") for cell in row.cells) for row in part.rows)
        else:
            yield from part.text.split("\n")
