"""The bare baseline of a cold question: import, load the same model and vectors, encode one query, search. Run as a script."""

import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
import faiss
from sentence_transformers import SentenceTransformer

model = SentenceTransformer(sys.argv[1], device="cpu")
index = faiss.read_index(sys.argv[2])
print(index.search(model.encode([sys.argv[3]], normalize_embeddings=True), 10)[1][0][0])
