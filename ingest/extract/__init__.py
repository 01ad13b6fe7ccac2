"""Take the text out of a page's markup, so that every character still points into the page as crawled."""

from pathlib import PurePosixPath

from ingest.extract.extracted import Extracted, Facts, Hint
from ingest.extract.html import extract_html
from ingest.extract.markdown import extract_markdown, is_markdown
from ingest.records import RawArticle

__all__ = ["Extracted", "Facts", "Hint", "extract"]


def extract(raw: RawArticle) -> Extracted:
    """Return the text of the page: of HTML what is its content, of Markdown all but the marks, of plain text all.

    Text that was written in Markdown is read as such whatever the file is called.

    Raises:
        RejectedError: the page has no text outside its markup.
    """
    suffix = PurePosixPath(raw.raw.path).suffix.lower()
    if suffix in (".html", ".htm"):
        return extract_html(raw.text)
    if suffix == ".md" or is_markdown(raw.text):
        return extract_markdown(raw.text)
    return Extracted(raw.text, ())
