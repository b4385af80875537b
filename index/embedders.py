"""The door to a real embedder: NumPy where the model has the default's shape, sentence-transformers for any other.

Both give the same vectors for the models that both can read (tests/index/test_numpy_embedder.py), so that it does not
matter which one made an index.
"""

from typing import TYPE_CHECKING

from index.errors import EmbedderUnavailable
from index.model_files import EXTRA, ModelFiles

if TYPE_CHECKING:
    from index.embed import Embedder


def open_embedder(files: ModelFiles) -> "Embedder":
    """The embedder of these files. Raises EmbedderUnavailable when they cannot be read, or their library is not here."""
    from index.numpy_embedder import NumpyEmbedder, fits

    if fits(files):
        return NumpyEmbedder(files)
    try:
        from index.sentence_embedder import SentenceEmbedder
    except ModuleNotFoundError as error:
        raise EmbedderUnavailable(f"The embedding model {files.name} needs sentence-transformers. {EXTRA}") from error
    return SentenceEmbedder(files)
