"""The list of all pictures: `@picture(...)` enters a drawing function under its entry's slug."""

from collections.abc import Callable
from dataclasses import dataclass

from corpus.figures.style import Canvas

Draw = Callable[[Canvas], None]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of one entry, not yet drawn. `alt` says in a sentence or two what it shows."""

    slug: str
    title: str
    alt: str
    height: int
    draw: Draw

    @property
    def file(self) -> str:
        """Return the name of its file in entries/figures/."""
        return f"{self.slug}.svg"

    def svg(self) -> str:
        """Return the picture as an SVG file; the same text each time."""
        canvas = Canvas(self.title, self.height, self.alt)
        self.draw(canvas)
        return canvas.svg()


_PICTURES: dict[str, Picture] = {}


def picture(slug: str, title: str, alt: str, height: int = 380) -> Callable[[Draw], Draw]:
    """Enter the decorated function as the picture of an entry."""

    def enter(draw: Draw) -> Draw:
        if slug in _PICTURES:
            raise ValueError(f"{slug} has two pictures")
        _PICTURES[slug] = Picture(slug, title, alt, height, draw)
        return draw

    return enter


def pictures() -> tuple[Picture, ...]:
    """Return all pictures by slug."""
    from corpus.figures import agents, evaluation, language, learning, methods, networks, statistics, vision  # noqa: F401

    return tuple(_PICTURES[slug] for slug in sorted(_PICTURES))
