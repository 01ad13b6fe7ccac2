"""The articles that answers cited of late, fetched once for all readers."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from service.schema import ArticleOut, Citation
from ui.evidence import holds

KEPT = 100
"""Articles; one with its edits takes some ten kilobytes."""

Fetch = Callable[[str], ArticleOut]


class CitedArticles:
    """Articles by id, safe to share between threads; what was least recently cited goes first.

    Nobody says when the service has another build. A citation says what its article holds: one that an article at hand does
    not bear out has it fetched again.
    """

    def __init__(self, fetch: Fetch) -> None:
        """Take what fetches an article by its id from the service."""
        self._fetch = fetch
        self._kept: OrderedDict[str, ArticleOut] = OrderedDict()
        self._lock = threading.Lock()

    def cited_by(self, citation: Citation) -> ArticleOut:
        """Return the article of ``citation``, as new as the citation is.

        Raises:
            ServiceError: it is not at hand, and cannot be fetched.
        """
        with self._lock:
            article = self._kept.get(citation.article_id)
        if article is None or not holds(article, citation):
            article = self._fetch(citation.article_id)
        with self._lock:
            self._kept[citation.article_id] = article
            self._kept.move_to_end(citation.article_id)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return article
