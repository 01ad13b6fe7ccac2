"""Composing a draft from numbered source sentences: picked and ordered, or written by an LLM and checked later."""

from service.compose.draft import Draft, DraftSentence
from service.compose.extractive import compose
from service.compose.quotable import introduces, quotable

__all__ = ["Draft", "DraftSentence", "compose", "introduces", "quotable"]
