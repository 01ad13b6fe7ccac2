"""What each kind of edit is for."""

from ingest.provenance import Edit

CLEANING_RULES = {
    "extract": "markup, and parts of the page that the extractor leaves out",
    "hidden": "text that the page keeps from the eye",
    "glyph": "look-alike written as the character itself",
    "page_number": "page number or running head",
    "run_on": "line break put back where numbered sections run on",
    "number_line": "line break between a number and the heading that it counts",
    "unwrap": "line break inside a paragraph",
    "blank": "blank line",
    "trim": "blanks around a line",
    "takedown_contact": "contact of the site for takedowns",
    "advert": "advert, or contact of someone who sells a service",
    "disclaimer": "legal notice of the site",
    "formula": "sentence by which web writers open and close",
    "post_head": "who wrote a post of a thread, and when",
    "furniture": "button, menu, counter or heading of the site",
    "ornament": "line without a word",
    "related_links": "links to other pages",
    "site_line": "line that ends other pages of the corpus too",
    "comments": "readers' comments",
    "contents": "list of contents",
    "byline": "author, date or source line",
    "page_head": "badge or column name above the title",
    "empty_heading": "heading whose text was the site's",
    "repeated_title": "title said again",
    "repeated_lead": "paragraph said again elsewhere",
}
"""The steps that take away what is not the article, by name; every other step of an edit is one of the repair."""


def is_repair(edit: Edit) -> bool:
    """Whether the edit undoes damage, as against taking away the site or converting the script."""
    return edit.step not in CLEANING_RULES and edit.step != "script"
