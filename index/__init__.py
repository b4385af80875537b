"""Finding: passages, vectors and words, behind `SearchIndex.search`."""

from index.search import SearchIndex, SearchResult

__all__ = ["SearchIndex", "SearchResult"]
