"""Passages as LlamaIndex nodes, for those who work with its parts."""

from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode

from ingest.index import Index

_NOT_EMBEDDED = ["article_id", "product", "start", "end", "raw_path", "raw_start", "raw_end"]


def to_node(index: Index, row: int) -> TextNode:
    """Return the passage of ``row`` as a LlamaIndex node; its document is the article."""
    passage = index.passages[row]
    article = index.articles[passage.article_id]
    raw_start, raw_end = article.raw_span(passage.start, passage.end)
    node = TextNode(
        id_=passage.passage_id,
        text=passage.text,
        metadata={
            "article_id": passage.article_id,
            "title": passage.title,
            "heading": list(passage.heading),
            "product": list(passage.product),
            "start": passage.start,
            "end": passage.end,
            "raw_path": article.raw.path,
            "raw_start": raw_start,
            "raw_end": raw_end,
        },
        excluded_embed_metadata_keys=_NOT_EMBEDDED,
    )
    node.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=passage.article_id)
    return node
