"""The installed program: one command, `study-group-tutor`, or `python -m study_group_tutor`.

In the repository the rooms (bot, corpus, index) lie beside this package. A wheel puts them inside it, in `rooms/`: names as
plain as `bot` and `index` at the top of site-packages would overwrite other distributions' modules, or be overwritten. The
folder becomes the first place where this process looks for modules, so that the rooms' own imports read the same in both.
"""

import sys
from pathlib import Path

_ROOMS = Path(__file__).parent / "rooms"


def main() -> None:
    """Runs the command line."""
    if _ROOMS.is_dir():
        sys.path.insert(0, str(_ROOMS))
    from bot.__main__ import app

    app(prog_name="study-group-tutor")
