"""Libraries that only importing needs, and that are installed with the extra `import`."""

from importlib import import_module
from typing import Any

from corpus.errors import MalformedEntry
from corpus.native_format.page import Page


def needed(library: str, page: Page) -> Any:
    """Return a library. Raises MalformedEntry with what to install when it is not there."""
    try:
        return import_module(library)
    except ImportError as error:
        problem = f"{page.suffix or 'Such'} files need the library {library}, which is not installed."
        repair = "Run: pip install 'study-group-tutor[import]'"
        raise MalformedEntry(problem, file=page.path, repair=repair) from error
