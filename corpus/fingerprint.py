"""Whether an index still fits its corpus, without reading an entry. Touches names and bytes only, so that it is quick."""

import hashlib
from pathlib import Path

from corpus.errors import NoEntries


def fingerprint(*folders: Path) -> str:
    """sha256 over the names and bytes of all native files of the folders. Raises NoEntries for a folder not there."""
    digest = hashlib.sha256()
    for folder in folders:
        if not folder.is_dir():
            raise NoEntries(f"There is no folder {folder}.", repair="Check the path.")
        for path in sorted(folder.rglob("*")):
            relative = path.relative_to(folder)
            # The same files that load.py takes for entries.
            if (
                path.suffix.lower() == ".md"
                and path.is_file()
                and not any(part.startswith(".") for part in relative.parts)
            ):
                content = path.read_bytes()
                digest.update(f"{relative.as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
