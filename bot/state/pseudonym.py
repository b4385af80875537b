"""Names for people and servers in logs and metrics: the same id has the same name, and no name leads back to its id.

An id alone could be found by trying all of them; a keyed hash cannot, as long as the key stays in the database.
"""

import secrets
from hashlib import blake2b


class Pseudonyms:
    """Names that are made with one key (at most 64 bytes); without one, with a key of this process alone."""

    def __init__(self, key: bytes = b"") -> None:
        self._key = key or secrets.token_bytes(32)

    def of(self, number: int, kind: str = "user") -> str:
        """A name such as "user-6f1c0a9b2d4e"; the same number as another kind has another name."""
        return f"{kind}-{blake2b(f'{kind}:{number}'.encode(), key=self._key, digest_size=6).hexdigest()}"
