"""Whether an index still fits its corpus, without reading an entry. Touches names and bytes only, so that it is quick."""

import hashlib
from pathlib import Path


def fingerprint(*folders: Path) -> str:
    """sha256 over the names and bytes of all native files of the folders; a folder that is not there has none."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.md")):
            if path.is_file():
                content = path.read_bytes()
                digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
