"""Undo the traditional/simplified GBK garbling of crawled Chinese pages, exactly and traceably."""

from ingest.repair.edits import Edit, clean_to_raw, raw_to_clean, replay

__all__ = ["Edit", "clean_to_raw", "raw_to_clean", "replay"]
