"""Turn a crawled page into an article: repaired, without the site around it, its structure found."""

from ingest.clean.article import clean

__all__ = ["clean"]
