"""What a draft sentence cites, as the verification reads it."""

from dataclasses import dataclass

from ingest.records import Product


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a draft sentence leans on: folded text of the cited sentence, of its section, and whose product it speaks of."""

    quote: str
    context: str
    product: tuple[Product, ...]
