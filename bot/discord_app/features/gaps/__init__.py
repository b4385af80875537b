"""Questions that the glossary did not answer, for the owners of a server."""
