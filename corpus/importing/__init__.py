"""Foreign glossaries -> native entries: formats read files, shapes find the entries in them, merging makes them one glossary."""

from corpus.importing.plan import MARKER, ImportPlan, plan_import
from corpus.importing.report import ImportReport, Recognition, SkippedItem
from corpus.importing.write import recover, write_import

__all__ = [
    "MARKER",
    "ImportPlan",
    "ImportReport",
    "Recognition",
    "SkippedItem",
    "plan_import",
    "recover",
    "write_import",
]
