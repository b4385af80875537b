"""Where the shipped glossary and its index lie. In a checkout everything is inside it; what is installed writes nothing
beside its own files, but into this person's data folder.
"""

from pathlib import Path

from platformdirs import user_data_path

_ROOMS = Path(__file__).parent.parent

ENTRIES = _ROOMS / "corpus" / "entries"

IS_CHECKOUT = (_ROOMS / "pyproject.toml").is_file()

BUILT = _ROOMS / "index" / "built" if IS_CHECKOUT else user_data_path("study-group-tutor") / "index"
