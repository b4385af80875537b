"""Everything about language models: catalogue, download, local and served models."""
