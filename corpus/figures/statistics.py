"""Pictures of statistics: distributions, areas that are probabilities, samples and their means, chains."""

import math
import random

from corpus.figures.registry import picture
from corpus.figures.style import (
    BLUE,
    EDGE,
    GREY,
    INK,
    MUTED,
    ORANGE,
    RED,
    SMALL,
    TINTS,
    VIOLET,
    Canvas,
    Plot,
    Point,
    bell,
    sampled,
    span,
)


@picture(
    "normal-distribution",
    "Normal distribution",
    "The bell curve with its area in bands: 68.3 % lie within one standard deviation of the mean, 95.4 % within two, 99.7 % within three.",
)
def _normal(canvas: Canvas) -> None:
    plot = Plot(canvas, (40, 66, 560, 214), (-3.8, 3.8), (0, 0.42))
    for reach, fill in ((3, TINTS[BLUE]), (2, "#b9d2f8"), (1, "#86b0f2")):
        plot.area(sampled(bell, -reach, reach), fill)
    plot.curve(sampled(bell, -3.8, 3.8, 120), BLUE)
    plot.axes()
    names = ("μ−3σ", "μ−2σ", "μ−σ", "μ", "μ+σ", "μ+2σ", "μ+3σ")
    plot.ticks(list(zip(range(-3, 4), names, strict=True)))
    for reach, height in ((1, 0.115), (2, 0.062), (3, 0.01)):
        plot.curve([(-reach, height), (reach, height)], INK, 1.5)
        share = math.erf(reach / math.sqrt(2))
        plot.text(0, height + 0.012, f"{100 * share:.1f} %")
    canvas.note("the area over an interval is its probability")


@picture(
    "p-value",
    "A p-value is a tail",
    "The distribution of a test statistic if nothing is going on, with the observed value 2.1 marked. The area beyond 2.1 and beyond −2.1, "
    "together 0.036, is the two-sided p-value.",
)
def _p_value(canvas: Canvas) -> None:
    seen = 2.1
    tail = math.erfc(seen / math.sqrt(2))
    plot = Plot(canvas, (40, 70, 560, 220), (-3.8, 3.8), (0, 0.42))
    for start, end in ((-3.8, -seen), (seen, 3.8)):
        plot.area(sampled(bell, start, end), "#f0a3a9")
    plot.axes("test statistic z")
    plot.curve(sampled(bell, -3.8, 3.8, 120), BLUE)
    plot.curve([(seen, 0), (seen, 0.2)], RED, 2)
    plot.ticks([(-seen, "−2.1"), (0, "0"), (seen, "2.1")])
    plot.text(seen + 0.1, 0.21, "observed: 2.1", RED, "start")
    plot.text(-3.7, 0.21, f"both tails: p = {tail:.3f}", RED, "start")
    plot.text(0, 0.12, "values to expect if the\nnull hypothesis is true", BLUE)
    canvas.note("how often would pure chance give a value at least this far out?")


@picture(
    "bayes-theorem",
    "Bayes' theorem as areas: 1,000 people and a test",
    "A square of 1,000 people, 10 of them ill. The test finds 9 of the 10 ill and also reports 50 of the 990 healthy. Of 59 people with a "
    "positive test 9 are ill, 15 %.",
    400,
)
def _bayes(canvas: Canvas) -> None:
    left, top, columns, rows, cell = 36, 60, 40, 25, 8.4
    ill: list[Point] = []
    found: list[Point] = []
    alarm: list[Point] = []
    healthy: list[Point] = []
    for place in range(columns * rows):
        column, row = divmod(place, rows)
        corner = (left + column * cell, top + row * cell)
        (found if place < 9 else ill if place < 10 else alarm if place < 60 else healthy).append(corner)
    for corners, fill in ((found, RED), (ill, VIOLET), (alarm, ORANGE), (healthy, "#d7dce4")):
        canvas.squares(corners, cell - 1.2, fill)
    keys = [
        (RED, "ill, positive: 9"),
        (VIOLET, "ill, missed: 1"),
        (ORANGE, "healthy, positive: 50"),
        ("#d7dce4", "healthy, negative: 940"),
    ]
    canvas.legend(400, 82, keys, 28)
    canvas.text(400, 216, "P(ill | positive)", anchor="start")
    canvas.text(400, 240, "= 9 / (9 + 50) = 0.15", size=17, anchor="start", bold=True)
    canvas.rect(36, 302, 9 * 9.6, 26, fill=RED)
    canvas.rect(36 + 9 * 9.6, 302, 50 * 9.6, 26, fill=ORANGE)
    canvas.text(79, 294, "9", color=RED)
    canvas.text(362, 294, "50", color=ORANGE)
    canvas.text(320, 350, "all 59 positive tests", size=SMALL, color=MUTED)
    canvas.note("1 in 100 is ill; the test finds 90 % of them and errs in 5 % of the healthy")


@picture(
    "central-limit-theorem",
    "The mean of many dice becomes a bell",
    "Four bar charts of the average of 1, 2, 5 and 20 dice. One die is flat, two make a triangle, five look like a bell, twenty make a narrow bell "
    "around 3.5.",
    320,
)
def _central_limit(canvas: Canvas) -> None:
    for place, dice in enumerate((1, 2, 5, 20)):
        chances = {0: 1.0}
        for _ in range(dice):
            new: dict[int, float] = {}
            for total, chance in chances.items():
                for eyes in range(1, 7):
                    new[total + eyes] = new.get(total + eyes, 0) + chance / 6
            chances = new
        density = {total / dice: chance * dice for total, chance in chances.items()}
        plot = Plot(canvas, (30 + place * 150, 84, 130, 160), (0.4, 6.6), (0, max(density.values()) * 1.08))
        for mean, height in density.items():
            if height > max(density.values()) / 400:
                plot.bar(mean, 0.86 / dice, height, BLUE)
        plot.axes().ticks([(1, "1"), (3.5, "3.5"), (6, "6")])
        canvas.text(95 + place * 150, 68, "1 die" if dice == 1 else f"mean of {dice}")
    canvas.note("exact chances; whatever the single die looks like, averages pile up like this")


@picture(
    "confidence-interval",
    "Twenty 95 % confidence intervals",
    "Twenty horizontal intervals from twenty samples around a vertical line at the true mean. Nineteen cross the line; one, in red, misses it.",
    400,
)
def _confidence(canvas: Canvas) -> None:
    generator = random.Random(11)  # noqa: S311 - a picture, no secret
    plot = Plot(canvas, (50, 62, 540, 262), (-1.1, 1.1), (-0.6, 19.6))
    plot.curve([(0, -0.6), (0, 19.6)], INK, 1.8)
    missed = 0
    for row in range(20):
        mean = sum(generator.gauss(0, 1) for _ in range(30)) / 30
        reach = 1.96 / math.sqrt(30)
        wrong = abs(mean) > reach
        missed += wrong
        color = RED if wrong else BLUE
        plot.curve([(mean - reach, row), (mean + reach, row)], color, 3)
        plot.dots([(mean, row)], color, 4)
    canvas.text(320, 344, "true mean", size=SMALL)
    canvas.text(590, 344, f"{missed} of 20 misses it", size=SMALL, color=RED, anchor="end")
    canvas.note("in the long run 95 of 100 such intervals contain the true value")


@picture(
    "simpsons-paradox",
    "Simpson's paradox",
    "Two groups of points. Within each group y rises with x, but the second group lies lower and further right, so a line through all points falls.",
)
def _simpson(canvas: Canvas) -> None:
    generator = random.Random(2)  # noqa: S311 - a picture, no secret
    plot = Plot(canvas, (60, 80, 540, 220), (0, 10), (0, 10)).axes("x", "y")
    everything: list[Point] = []
    for start, level, color, words in ((1.0, 5.6, BLUE, "group A: rising"), (5.4, 1.4, ORANGE, "group B: rising")):
        points = [(start + step * 0.24, level + step * 0.17 + generator.gauss(0, 0.35)) for step in range(15)]
        everything += points
        plot.dots(points, color, 5)
        plot.curve(_fitted(points, start - 0.3, start + 3.7), color)
        plot.text(start + 1.7, level + (3.6 if color == BLUE else -0.9), words, color)
    plot.curve(_fitted(everything, 0.6, 9.4), RED, 2.5, "8 6")
    plot.text(7.4, 6.0, "all together: falling", RED)
    canvas.note("before you trust a trend, ask which groups are mixed in it")


def _fitted(points: list[Point], start: float, end: float) -> list[Point]:
    """Return two points of the line of least squares."""
    middle_x, middle_y = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    slope = sum((x - middle_x) * (y - middle_y) for x, y in points) / sum((x - middle_x) ** 2 for x, _ in points)
    return [(x, middle_y + slope * (x - middle_x)) for x in (start, end)]


@picture(
    "markov-chain",
    "A Markov chain of the weather",
    "Two states, sun and rain, with arrows: sun stays sun with 0.8 and turns to rain with 0.2; rain stays rain with 0.6 and turns to sun with 0.4. "
    "In the long run two days of three are sunny.",
    320,
)
def _markov(canvas: Canvas) -> None:
    for x, words, color, stay, side in ((210, "sun", ORANGE, "0.8", -1), (430, "rain", BLUE, "0.6", 1)):
        turns = [math.radians(degrees) for degrees in range(-135, 136, 15)]
        loop = [(x + side * (66 + 34 * math.cos(turn)), 158 + 34 * math.sin(turn)) for turn in turns]
        canvas.arrow(loop[0], loop[-1], color, via=loop[1:-1])
        canvas.text(x + side * 120, 163, stay)
        canvas.node(x, 158, 46, words, color)
    for start, end, height, bend in ((254, 387, 142, -18), (386, 253, 174, 18)):
        bow = [(x, height + bend * (1 - ((x - 320) / 66) ** 2)) for x in span(start, end, 15)]
        canvas.arrow(bow[0], bow[-1], via=bow[1:-1])
    canvas.text(320, 114, "0.2")
    canvas.text(320, 216, "0.4")
    canvas.text(320, 262, "long run: sun 2/3, rain 1/3, since 2/3 · 0.2 = 1/3 · 0.4")
    canvas.note("tomorrow depends on today alone; arrows out of each state add up to 1")


@picture(
    "gaussian-process",
    "A Gaussian process through four points",
    "Four measured points, a curve through them and a band around it: narrow at the points and wide where nothing was measured.",
)
def _gaussian_process(canvas: Canvas) -> None:
    known = [(1.0, 0.3), (3.0, 1.4), (4.2, 0.9), (8.0, -0.6)]
    plot = Plot(canvas, (60, 70, 540, 230), (0, 10), (-3, 3)).axes("x", "")
    weights = _solved([[_nearness(a, b) + (0.002 if a == b else 0) for b, _ in known] for a, _ in known])
    mean, low, high = [], [], []
    for step in range(101):
        x = step / 10
        near = [_nearness(x, a) for a, _ in known]
        rows = [sum(near[i] * weights[i][j] for i in range(4)) for j in range(4)]
        value = sum(row * y for row, (_, y) in zip(rows, known, strict=True))
        deviation = math.sqrt(max(0.0, 1 - sum(row * n for row, n in zip(rows, near, strict=True))))
        mean.append((x, value))
        low.append((x, value - 1.96 * deviation))
        high.append((x, value + 1.96 * deviation))
    canvas.area([plot.at(*point) for point in (*low, *reversed(high))], TINTS[BLUE])
    plot.curve(mean, BLUE)
    plot.dots(known, INK, 6)
    plot.text(6.1, 2.35, "far from data: unsure", BLUE)
    canvas.note("band: where the function lies with 95 % probability")


def _nearness(a: float, b: float) -> float:
    return math.exp(-(((a - b) / 1.1) ** 2) / 2)


def _solved(matrix: list[list[float]]) -> list[list[float]]:
    """Return the inverse of a small matrix (Gauss-Jordan)."""
    size = len(matrix)
    rows = [[*row, *(1.0 if column == place else 0.0 for column in range(size))] for place, row in enumerate(matrix)]
    for place in range(size):
        rows[place] = [value / rows[place][place] for value in rows[place]]
        for other in range(size):
            if other != place:
                factor = rows[other][place]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[place], strict=True)]
    return [row[size:] for row in rows]


@picture(
    "correlation",
    "Four correlations",
    "Four clouds of points: r = 0.9 rising and narrow, r = 0 round, r = −0.6 falling and wide, and a parabola with r = 0 although y depends on x.",
    300,
)
def _correlation(canvas: Canvas) -> None:
    generator = random.Random(8)  # noqa: S311 - a picture, no secret
    for place, strength in enumerate((0.9, 0.0, -0.6, None)):
        xs = (
            [generator.gauss(0, 1) for _ in range(60)]
            if strength is not None
            else [step / 10 - 2 for step in range(41)]
        )
        if strength is None:
            points = [(x, x * x - 1.6) for x in xs]
        else:
            points = [(x, strength * x + math.sqrt(1 - strength**2) * generator.gauss(0, 1)) for x in xs]
        left = 24 + place * 151
        plot = Plot(canvas, (left, 84, 140, 140), (-3.2, 3.2), (-3.2, 3.2))
        canvas.rect(left, 84, 140, 140, stroke=EDGE, radius=6)
        plot.dots([point for point in points if max(map(abs, point)) < 2.95], (BLUE, GREY, ORANGE, VIOLET)[place], 2.6)
        r = _pearson(points)
        canvas.text(left + 70, 70, f"r = {abs(r):.1f}" if abs(r) < 0.05 else f"r = {r:.1f}".replace("-", "−"))
    canvas.note("r sees straight lines only: the last cloud has r = 0 and is all pattern")


def _pearson(points: list[Point]) -> float:
    middle_x, middle_y = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    both = sum((x - middle_x) * (y - middle_y) for x, y in points)
    return both / math.sqrt(sum((x - middle_x) ** 2 for x, _ in points) * sum((y - middle_y) ** 2 for _, y in points))
