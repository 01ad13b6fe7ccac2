"""Understanding the question: masking, script, product, intent, and what a follow-up refers to."""

from service.query.understand import Query, understand

__all__ = ["Query", "understand"]
