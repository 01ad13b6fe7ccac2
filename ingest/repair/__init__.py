"""Undo the traditional/simplified GBK garbling of crawled Chinese pages, exactly and traceably."""

from ingest.repair.detect import Detected, detect
from ingest.repair.edits import Edit, clean_to_raw, raw_to_clean, replay
from ingest.repair.repair import Repaired, Script, repair

__all__ = [
    "Detected",
    "Edit",
    "Repaired",
    "Script",
    "clean_to_raw",
    "detect",
    "raw_to_clean",
    "repair",
    "replay",
]
