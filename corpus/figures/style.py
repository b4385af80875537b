"""What all pictures share: the panel, colors, letters and axes, and a Canvas that turns shapes into one SVG.

A picture carries its own light panel, so it reads the same on a dark and on a light page. Knows no field and no file.
Output is deterministic: numbers have one decimal, random data come from `random.Random(seed)`.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 640
"""Units of every picture; a chat shows about 550 points of it."""

SMALL, BODY, TITLE = 14, 15, 18
"""Letters, in the same units. None is smaller."""

INK, MUTED, GRID, PANEL, EDGE = "#1f2430", "#566070", "#dfe3e9", "#fbfbfd", "#c9ced6"
BLUE, ORANGE, GREEN, RED, VIOLET, TEAL, GREY = (
    *("#2f6fde", "#c96a12", "#23834f", "#cf3f4b", "#7a4fc4", "#12808d", "#8a93a0"),
)
TINTS = {
    BLUE: "#dde9fc",
    ORANGE: "#fdeada",
    GREEN: "#dcf1e5",
    RED: "#fbe0e2",
    VIOLET: "#eae2f8",
    TEAL: "#d9f0f2",
    GREY: "#eceef1",
}
"""The pale fill that goes with each color."""

FAMILY = "DejaVu Sans, Verdana, sans-serif"
LINE_HEIGHT = 1.25
HEAD = 9.0
"""Length of an arrow's head."""

Point = tuple[float, float]


def number(value: float) -> str:
    """Return a number as SVG text with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def points_text(points: Iterable[Point]) -> str:
    """Return points as an SVG list of coordinates."""
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)


def span(start: float, end: float, count: int) -> list[float]:
    """Return `count` evenly spaced numbers from start to end, both included."""
    return [start + (end - start) * step / (count - 1) for step in range(count)]


def sampled(function: Callable[[float], float], start: float, end: float, count: int = 80) -> list[Point]:
    """Return points of a function's graph."""
    return [(x, function(x)) for x in span(start, end, count)]


def bell(x: float, mean: float = 0.0, deviation: float = 1.0) -> float:
    """Return the normal density."""
    return math.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * math.sqrt(2 * math.pi))


class Canvas:
    """One picture being drawn: a titled panel of 640 by `height` units. Text is given with x of its anchor and its baseline."""

    def __init__(self, title: str, height: int, alt: str) -> None:
        self._height, self._alt = height, alt
        self._parts: list[str] = []
        self.rect(1, 1, WIDTH - 2, height - 2, fill=PANEL, stroke=EDGE, radius=14)
        self.text(24, 34, title, size=TITLE, anchor="start", bold=True)

    def svg(self) -> str:
        """Return the whole picture as an SVG file."""
        head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{self._height}"'
        view = f'viewBox="0 0 {WIDTH} {self._height}" role="img" font-family="{FAMILY}">'
        return "\n".join([f"{head} {view}", f"<title>{escape(self._alt)}</title>", *self._parts, "</svg>", ""])

    def text(
        self, x: float, y: float, words: str, *, size: int = BODY, color: str = INK, anchor: str = "middle",
        bold: bool = False,
    ) -> None:  # fmt: skip
        """Write one or several lines; the first one's baseline is at y."""
        # A thin outline instead of a bold face: the one font that comes with the bot has none.
        weight = f' stroke="{color}" stroke-width="0.6"' if bold else ""
        for line_number, line in enumerate(words.split("\n")):
            baseline = y + line_number * size * LINE_HEIGHT
            self._parts.append(
                f'<text x="{number(x)}" y="{number(baseline)}" font-size="{size}" fill="{color}" '
                f'text-anchor="{anchor}"{weight}>{escape(line, quote=False)}</text>'
            )

    def note(self, words: str) -> None:
        """Write the sentence below the picture that says what to see in it."""
        lines = words.count("\n")
        self.text(WIDTH / 2, self._height - 18 - lines * SMALL * LINE_HEIGHT, words, size=SMALL, color=MUTED)

    def rect(
        self, x: float, y: float, width: float, height: float, *, fill: str = "none", stroke: str = "none",
        radius: float = 0,
    ) -> None:  # fmt: skip
        """Draw a rectangle by its upper left corner."""
        self._parts.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" '
            f'rx="{number(radius)}" fill="{fill}" stroke="{stroke}" stroke-width="1.5"/>'
        )

    def box(
        self, x: float, y: float, width: float, height: float, words: str, color: str = BLUE, size: int = BODY
    ) -> None:
        """Draw a rounded box with its words in the middle."""
        self.rect(x, y, width, height, fill=TINTS[color], stroke=color, radius=8)
        lines = words.count("\n") + 1
        top = y + height / 2 - (lines - 1) * size * LINE_HEIGHT / 2 + size * 0.36
        self.text(x + width / 2, top, words, size=size)

    def circle(self, x: float, y: float, radius: float, *, fill: str = "none", stroke: str = "none") -> None:
        """Draw a circle."""
        self._parts.append(
            f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}" stroke="{stroke}" '
            'stroke-width="1.5"/>'
        )

    def node(self, x: float, y: float, radius: float, words: str = "", color: str = BLUE) -> None:
        """Draw a circle with its words in the middle."""
        self.circle(x, y, radius, fill=TINTS[color], stroke=color)
        if words:
            self.text(x, y + BODY * 0.36, words)

    def curve(
        self, points: Sequence[Point], color: str = BLUE, width: float = 2.5, *, dash: str = "", fill: str = "none"
    ) -> None:
        """Draw a line through points."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<polyline points="{points_text(points)}" fill="{fill}" stroke="{color}" stroke-width="{number(width)}" '
            f'stroke-linejoin="round" stroke-linecap="round"{dashed}/>'
        )

    def area(self, points: Sequence[Point], fill: str, opacity: float = 1.0) -> None:
        """Fill a polygon."""
        self._parts.append(f'<polygon points="{points_text(points)}" fill="{fill}" fill-opacity="{opacity}"/>')

    def squares(self, corners: Iterable[Point], side: float, fill: str) -> None:
        """Fill many squares of one color, given by their upper left corners."""
        step = number(side)
        path = "".join(f"M{number(x)} {number(y)}h{step}v{step}h-{step}z" for x, y in corners)
        self._parts.append(f'<path d="{path}" fill="{fill}"/>')

    def ellipse(self, x: float, y: float, radii: Point, angle: float, color: str) -> None:
        """Draw an ellipse, turned clockwise by `angle` degrees."""
        self._parts.append(
            f'<ellipse cx="{number(x)}" cy="{number(y)}" rx="{number(radii[0])}" ry="{number(radii[1])}" fill="none" '
            f'stroke="{color}" stroke-width="2" transform="rotate({number(angle)} {number(x)} {number(y)})"/>'
        )

    def arrow(
        self,
        start: Point,
        end: Point,
        color: str = MUTED,
        width: float = 1.8,
        *,
        dash: str = "",
        via: Sequence[Point] = (),
    ) -> None:
        """Draw an arrow, through the points of `via` where it has corners."""
        before = via[-1] if via else start
        angle = math.atan2(end[1] - before[1], end[0] - before[0])
        neck = (end[0] - HEAD * 0.8 * math.cos(angle), end[1] - HEAD * 0.8 * math.sin(angle))
        self.curve([start, *via, neck], color, width, dash=dash)
        wings = [
            (end[0] - HEAD * math.cos(angle + turn), end[1] - HEAD * math.sin(angle + turn)) for turn in (0.45, -0.45)
        ]
        self.area([end, *wings], color)

    def grid(
        self, x: float, y: float, cell: float, rows: Sequence[Sequence[str]], fills: Callable[[int, int], str],
        size: int = BODY,
    ) -> None:  # fmt: skip
        """Draw a table of square cells; `fills` gives the fill of a row and column."""
        for row, texts in enumerate(rows):
            for column, words in enumerate(texts):
                left, top = x + column * cell, y + row * cell
                self.rect(left, top, cell, cell, fill=fills(row, column), stroke=EDGE)
                if words:
                    self.text(left + cell / 2, top + cell / 2 + size * 0.36, words, size=size)

    def legend(self, x: float, y: float, entries: Sequence[tuple[str, str]], step: float = 24) -> None:
        """Write colored keys, one below the other."""
        for place, (color, words) in enumerate(entries):
            line = y + place * step
            self.rect(x, line - 10, 22, 6, fill=color, radius=3)
            self.text(x + 30, line, words, size=SMALL, anchor="start")


@dataclass(frozen=True, slots=True)
class Plot:
    """A coordinate system on a canvas: `frame` is left, top, width, height; `xs` and `ys` are the ranges of values."""

    canvas: Canvas
    frame: tuple[float, float, float, float]
    xs: Point
    ys: Point

    def at(self, x: float, y: float) -> Point:
        """Return the place of a value on the canvas."""
        left, top, width, height = self.frame
        across = (x - self.xs[0]) / (self.xs[1] - self.xs[0])
        up = (y - self.ys[0]) / (self.ys[1] - self.ys[0])
        return left + across * width, top + (1 - up) * height

    def axes(self, xlabel: str = "", ylabel: str = "") -> "Plot":
        """Draw both axes; the name of y stands above it, so that nothing has to be read sideways."""
        left, top, width, height = self.frame
        self.canvas.curve([(left, top), (left, top + height), (left + width, top + height)], MUTED, 1.5)
        if xlabel:
            self.canvas.text(left + width, top + height + 38, xlabel, size=SMALL, color=MUTED, anchor="end")
        if ylabel:
            self.canvas.text(left - 4, top - 10, ylabel, size=SMALL, color=MUTED, anchor="start")
        return self

    def ticks(self, xs: Iterable[tuple[float, str]] = (), ys: Iterable[tuple[float, str]] = ()) -> "Plot":
        """Mark values along the axes."""
        left, top, width, height = self.frame
        for value, words in xs:
            x, _ = self.at(value, self.ys[0])
            self.canvas.curve([(x, top + height), (x, top + height + 5)], MUTED, 1.5)
            self.canvas.text(x, top + height + 20, words, size=SMALL, color=MUTED)
        for value, words in ys:
            _, y = self.at(self.xs[0], value)
            self.canvas.curve([(left, y), (left + width, y)], GRID, 1)
            self.canvas.text(left - 8, y + 5, words, size=SMALL, color=MUTED, anchor="end")
        return self

    def curve(self, points: Iterable[Point], color: str = BLUE, width: float = 2.5, dash: str = "") -> None:
        """Draw a line through values."""
        self.canvas.curve([self.at(*point) for point in points], color, width, dash=dash)

    def area(self, points: Iterable[Point], fill: str, opacity: float = 1.0) -> None:
        """Fill what lies between a curve and the lower edge."""
        values = list(points)
        ends = [(values[-1][0], self.ys[0]), (values[0][0], self.ys[0])]
        self.canvas.area([self.at(*point) for point in [*values, *ends]], fill, opacity)

    def dots(self, points: Iterable[Point], color: str = BLUE, radius: float = 4) -> None:
        """Draw a dot at each value."""
        for point in points:
            self.canvas.circle(*self.at(*point), radius, fill=color)

    def bar(self, x: float, width: float, value: float, color: str = BLUE) -> None:
        """Draw a bar around x, both in values, from the lower edge up to a value."""
        left, top = self.at(x - width / 2, value)
        right, bottom = self.at(x + width / 2, self.ys[0])
        self.canvas.rect(left, top, right - left, bottom - top, fill=color)

    def text(self, x: float, y: float, words: str, color: str = INK, anchor: str = "middle") -> None:
        """Write words at a value."""
        self.canvas.text(*self.at(x, y), words, size=SMALL, color=color, anchor=anchor)
