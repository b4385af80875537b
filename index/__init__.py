"""Finding: passages, vectors and words, behind `index.search.SearchIndex`."""
