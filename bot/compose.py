"""Settings -> parts. The only place that names concrete classes; heavy imports happen here, inside functions."""

from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.tutor.tutor import Tutor


def tutor(settings: Settings) -> "Tutor":
    """The answering engine over the built index. Raises IndexingError with what to run."""
    from bot.tutor.tutor import Tutor
    from index.live import LiveIndex
    from index.search import SearchIndex

    index = SearchIndex(settings.index, settings.corpus, reranker=settings.reranker)
    return Tutor(LiveIndex(index), settings.level)
