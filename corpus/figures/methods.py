"""Pictures of single methods of machine learning: grouping, cutting, projecting, growing trees, fitting lines."""

import math
import random
from collections.abc import Sequence

from corpus.figures.registry import picture
from corpus.figures.style import (
    BLUE,
    EDGE,
    GREEN,
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
    sampled,
)

THREE = (BLUE, ORANGE, GREEN)


def _cloud(seed: int, middle: Point, spread: Point, count: int) -> list[Point]:
    generator = random.Random(seed)  # noqa: S311 - a picture, no secret
    return [(generator.gauss(middle[0], spread[0]), generator.gauss(middle[1], spread[1])) for _ in range(count)]


def _mean(points: Sequence[Point]) -> Point:
    return (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))


def _assigned(points: Sequence[Point], centers: Sequence[Point]) -> list[int]:
    return [min(range(len(centers)), key=lambda place: math.dist(point, centers[place])) for point in points]


@picture(
    "k-means-clustering",
    "k-means with k = 3",
    "Three panels with the same points. First three random centers and every point in the color of its nearest center; then the centers "
    "moved to the means of their points; at the end three clean groups with a center in each.",
    320,
)
def _k_means(canvas: Canvas) -> None:
    points = [
        *_cloud(1, (2.4, 7), (0.8, 0.8), 14),
        *_cloud(2, (7.4, 7.2), (0.8, 0.8), 14),
        *_cloud(3, (5, 2.4), (1, 0.8), 14),
    ]
    centers: list[Point] = [(2.2, 4.2), (4.6, 8.6), (7.6, 5.2)]
    panels = [("1  assign to the nearest", centers, _assigned(points, centers))]
    for step in range(6):
        owners = _assigned(points, centers)
        centers = [
            _mean([point for point, owner in zip(points, owners, strict=True) if owner == place]) for place in range(3)
        ]
        if step == 0:
            panels.append(("2  move to the mean", centers, owners))
    panels.append(("after 6 rounds", centers, _assigned(points, centers)))
    for place, (words, middles, owners) in enumerate(panels):
        plot = Plot(canvas, (24 + place * 202, 78, 188, 186), (0, 10), (0, 10))
        canvas.rect(24 + place * 202, 78, 188, 186, stroke=EDGE, radius=6)
        canvas.text(118 + place * 202, 66, words, size=SMALL)
        for point, owner in zip(points, owners, strict=True):
            plot.dots([point], THREE[owner], 4)
        for middle, color in zip(middles, THREE, strict=True):
            x, y = plot.at(*middle)
            canvas.circle(x, y, 9, fill="#ffffff", stroke=color)
            canvas.curve([(x - 5, y), (x + 5, y)], color)
            canvas.curve([(x, y - 5), (x, y + 5)], color)
    canvas.note("assign and move, until no point changes its group; rings with a cross: the centers")


@picture(
    "principal-component-analysis",
    "Principal components of a cloud of points",
    "A slanted, long cloud of points with an ellipse around it. The first arrow lies along the longest direction, the second at a right angle to "
    "it; the first explains most of the variance.",
    400,
)
def _pca(canvas: Canvas) -> None:
    generator = random.Random(11)  # noqa: S311 - a picture, no secret
    points: list[Point] = []
    while len(points) < 90:
        along, across = generator.gauss(0, 1.9), generator.gauss(0, 0.62)
        x, y = along * 0.86 - across * 0.5, along * 0.5 + across * 0.86
        if max(abs(x) / 2, abs(y)) < 3.3:  # inside the frame
            points.append((x, y))
    middle = _mean(points)
    n = len(points) - 1
    xx, yy, xy = (
        sum((point[a] - middle[a]) * (point[b] - middle[b]) for point in points) / n
        for a, b in ((0, 0), (1, 1), (0, 1))
    )
    root = math.hypot((xx - yy) / 2, xy)
    first, second = (xx + yy) / 2 + root, (xx + yy) / 2 - root
    angle = math.atan2(2 * xy, xx - yy) / 2
    plot = Plot(canvas, (40, 56, 560, 280), (-7, 7), (-3.5, 3.5))
    canvas.rect(40, 56, 560, 280, stroke=EDGE, radius=6)
    plot.dots(points, "#9bb9ea", 4)
    center = plot.at(*middle)
    scale = 40.0
    canvas.ellipse(*center, (2 * scale * math.sqrt(first), 2 * scale * math.sqrt(second)), -math.degrees(angle), ORANGE)
    for variance, turn, color in ((first, angle, RED), (second, angle + math.pi / 2, VIOLET)):
        reach = 2 * scale * math.sqrt(variance)
        canvas.arrow(center, (center[0] + reach * math.cos(turn), center[1] - reach * math.sin(turn)), color, 3)
    share = first / (first + second)
    canvas.text(
        588,
        320,
        f"first component: {share:.0%} of the variance".replace("%", " %"),
        size=SMALL,
        color=RED,
        anchor="end",
    )
    canvas.text(
        54, 82, f"second component: {1 - share:.0%}".replace("%", " %"), size=SMALL, color=VIOLET, anchor="start"
    )
    canvas.note("ellipse: two standard deviations in each direction")


@picture(
    "margin",
    "The margin of a separating line",
    "Two groups of points with a line between them. Two dashed parallel lines touch the nearest points, the support vectors; the distance between "
    "the dashed lines is the margin.",
)
def _margin(canvas: Canvas) -> None:
    plot = Plot(canvas, (40, 60, 560, 270), (0, 14), (0, 7))
    canvas.rect(40, 60, 560, 270, stroke=EDGE, radius=6)
    for shift, color, dash, width in ((0.0, INK, "", 2.5), (1.5, MUTED, "7 5", 1.5), (-1.5, MUTED, "7 5", 1.5)):
        plot.curve([(x + shift, y) for x, y in ((3.5, 0.0), (10.5, 7.0))], color, width, dash)
    support_a, support_b = [(4.0, 2.0), (7.0, 5.0)], [(7.5, 2.5)]
    plot.dots([(1.2, 1.4), (2, 3.6), (1, 5.6), (3.2, 5.2), (4.8, 6.2), (3, 2.6), (5.2, 4.9), *support_a], BLUE, 7)
    plot.dots([(9.6, 1.2), (11.2, 2.6), (12.6, 1.4), (11, 4.2), (12.8, 5), (12.2, 3.4), *support_b], ORANGE, 7)
    for point in (*support_a, *support_b):
        canvas.circle(*plot.at(*point), 12, stroke=RED)
    start, end = (5.25, 3.25), (6.75, 1.75)
    canvas.arrow(plot.at(6, 2.5), plot.at(*start), GREEN, 2.4)
    canvas.arrow(plot.at(6, 2.5), plot.at(*end), GREEN, 2.4)
    plot.text(7.3, 1.35, "margin", GREEN, "start")
    plot.text(11.9, 6.3, "decision\nboundary", INK, "start")
    canvas.arrow(plot.at(11.8, 6.2), plot.at(9.75, 6.2), INK, 1.2)
    canvas.note("red rings: support vectors; they alone decide where the line lies")


def _street(plot: Plot, above: Sequence[Point], below: Sequence[Point]) -> None:
    """Draw the widest empty street between two groups, found by trying every direction in steps of a tenth of a degree."""

    def edges(turn: float) -> Point:
        normal = (math.cos(turn), math.sin(turn))
        return min(x * normal[0] + y * normal[1] for x, y in below), max(
            x * normal[0] + y * normal[1] for x, y in above
        )

    turn = max(
        (math.radians(step / 10) for step in range(-900, 900)), key=lambda angle: edges(angle)[0] - edges(angle)[1]
    )
    near, far = edges(turn)

    def line(offset: float) -> list[Point]:
        return [((offset - y * math.sin(turn)) / math.cos(turn), y) for y in (0.1, 8.4)]

    plot.canvas.area([plot.at(*point) for point in (*line(near), *reversed(line(far)))], TINTS[GREEN])
    for offset, color, dash in ((near, GREEN, "6 5"), (far, GREEN, "6 5"), ((near + far) / 2, INK, "")):
        plot.curve(line(offset), color, 2, dash)


@picture(
    "support-vector-machine",
    "Which line? The one with the widest street",
    "Two groups of points twice: on the left three lines that all separate them, on the right the one line with the widest empty street, whose edges "
    "touch three points.",
    350,
)
def _svm(canvas: Canvas) -> None:
    blue = [(1, 6), (2, 4.4), (3.2, 6.6), (1.4, 2.6), (3.5, 4.5), (4.5, 7.5)]
    orange = [(6, 2), (7.4, 4.2), (8.6, 2.6), (6.5, 4.5), (8.2, 5.6), (4.6, 1.0)]
    for left, words in ((30, "many lines separate them"), (330, "widest street: the SVM's line")):
        plot = Plot(canvas, (left, 78, 280, 216), (0, 9.5), (0, 8.5))
        canvas.rect(left, 78, 280, 216, stroke=EDGE, radius=6)
        canvas.text(left + 140, 66, words)
        if left == 30:
            for line in (((2.4, 0.1), (6.9, 8.4)), ((3.5, 0.1), (5.9, 8.4)), ((0.2, 0.3), (9.2, 7.7))):
                plot.curve(line, GREY, 1.8)
        else:
            _street(plot, blue, orange)
        plot.dots(blue, BLUE, 6)
        plot.dots(orange, ORANGE, 6)
    canvas.note("a wide margin leaves room for new points that lie a little off")


@picture(
    "kernel-trick",
    "One dimension more makes it separable",
    "On the left points on a line: blue ones in the middle, orange ones on both sides, no single cut separates them. On the right each point is lifted to "
    "height x²; now one straight line separates the colors.",
    360,
)
def _kernel_trick(canvas: Canvas) -> None:
    values = (-2.6, -2.2, -1.9, -1.5, -0.9, -0.5, -0.1, 0.4, 0.8, 1.6, 2.0, 2.5)
    line = Plot(canvas, (36, 90, 240, 190), (-3, 3), (-1, 1))
    line.curve([(-3, 0), (3, 0)], MUTED, 1.5)
    lifted = Plot(canvas, (350, 90, 250, 190), (-3, 3), (0, 7.2)).axes("x", "x²")
    lifted.curve(sampled(lambda x: x * x, -2.65, 2.65), EDGE, 1.5)
    lifted.curve([(-3, 1.5), (3, 1.5)], GREEN, 2.5, "7 5")
    for x in values:
        color = BLUE if abs(x) < 1.2 else ORANGE
        line.dots([(x, 0)], color, 6)
        lifted.dots([(x, x * x)], color, 6)
    canvas.arrow((288, 186), (328, 186))
    canvas.text(156, 70, "one dimension: no cut works")
    canvas.text(475, 66, "lifted: one line is enough")
    canvas.text(156, 222, "x", size=SMALL, color=MUTED)
    lifted.text(0, 1.85, "cut", GREEN)
    canvas.note("the kernel gives inner products in the larger space without going there")


@picture(
    "decision-tree",
    "A decision tree and the regions it cuts",
    "A tree that asks income over 40? and debt over 15?, with leaves repay or default; beside it the plane of income and debt, cut into three "
    "rectangles by the same questions.",
    380,
)
def _decision_tree(canvas: Canvas) -> None:
    canvas.box(80, 66, 150, 44, "income > 40?", BLUE)
    canvas.box(176, 158, 130, 44, "debt > 15?", BLUE)
    canvas.box(24, 158, 100, 44, "default", ORANGE)
    canvas.box(112, 252, 100, 44, "repay", GREEN)
    canvas.box(236, 252, 100, 44, "default", ORANGE)
    for start, end, words, x, y in (
        ((130, 112), (84, 154), "no", 90, 138), ((182, 112), (230, 154), "yes", 236, 138),
        ((216, 204), (174, 248), "no", 180, 230), ((262, 204), (288, 248), "yes", 294, 230),
    ):  # fmt: skip
        canvas.arrow(start, end)
        canvas.text(x, y, words, size=SMALL, color=MUTED)
    plot = Plot(canvas, (396, 86, 210, 210), (0, 100), (0, 30)).axes("income", "debt")
    regions = (((0, 0), (40, 30), ORANGE), ((40, 0), (100, 15), GREEN), ((40, 15), (100, 30), ORANGE))
    for low, high, color in regions:
        left, bottom = plot.at(*low)
        right, top = plot.at(*high)
        canvas.rect(left, top, right - left, bottom - top, fill=TINTS[color], stroke=INK)
    plot.ticks([(40, "40")], [(15, "15")])
    plot.dots([(52, 4), (60, 9), (74, 6), (86, 11), (68, 12), (92, 3)], GREEN)
    plot.dots([(8, 6), (15, 18), (22, 11), (30, 22), (12, 26), (34, 5), (58, 21), (70, 26), (88, 19)], ORANGE)
    canvas.note("each question cuts the plane once, parallel to an axis")


@picture(
    "random-forest",
    "A random forest votes",
    "Three small trees, each grown on its own random sample. They vote cat, dog and cat; the majority says cat.",
    360,
)
def _random_forest(canvas: Canvas) -> None:
    canvas.box(220, 56, 200, 38, "new example", GREY)
    for place, (vote, color) in enumerate((("cat", GREEN), ("dog", ORANGE), ("cat", GREEN))):
        x = 120 + place * 200
        canvas.arrow((320 + (place - 1) * 60, 96), (x, 116))
        spots = ((x, 132), (x - 44, 172), (x + 44, 172), (x - 66, 212), (x - 22, 212), (x + 22, 212), (x + 66, 212))
        for parent, child in ((0, 1), (0, 2), (1, 3), (1, 4), (2, 5), (2, 6)):
            canvas.curve([spots[parent], spots[child]], EDGE, 2)
        for number, (left, top) in enumerate(spots):
            canvas.node(left, top, 11, color=color if number == (4, 6, 5)[place] else BLUE if number < 3 else GREY)
        canvas.text(x, 250, f"tree {place + 1}: {vote}", color=color)
        canvas.arrow((x, 258), (320 + (place - 1) * 50, 280))
    canvas.box(230, 284, 180, 38, "cat, 2 votes to 1", GREEN)
    canvas.text(320, 346, "each tree: its own random rows, and random features at each cut", size=SMALL, color=MUTED)


@picture(
    "linear-regression",
    "Least squares: the line and its residuals",
    "Ten points with a straight line through them; red vertical strokes from the points to the line are the residuals whose squares add up to the "
    "smallest possible sum.",
)
def _linear_regression(canvas: Canvas) -> None:
    generator = random.Random(4)  # noqa: S311 - a picture, no secret
    points = [(x, 1.2 + 0.62 * x + generator.gauss(0, 0.9)) for x in range(1, 11)]
    middle = _mean(points)
    slope = sum((x - middle[0]) * (y - middle[1]) for x, y in points) / sum((x - middle[0]) ** 2 for x, _ in points)
    start = middle[1] - slope * middle[0]
    plot = Plot(canvas, (60, 80, 540, 220), (0, 11), (0, 10)).axes("x", "y")
    plot.curve([(0, start), (11, start + slope * 11)], BLUE)
    for x, y in points:
        plot.curve([(x, y), (x, start + slope * x)], RED, 2)
    plot.dots(points, INK, 5)
    plot.text(0.4, 8.8, f"ŷ = {start:.2f} + {slope:.2f} x", BLUE, "start")
    squares = sum((y - start - slope * x) ** 2 for x, y in points)
    plot.text(0.4, 7.6, f"sum of squared residuals: {squares:.2f}", RED, "start")
    canvas.note("no other line has a smaller sum for these ten points")


@picture(
    "logistic-regression",
    "Hours of study and the chance to pass",
    "Points at the bottom (failed) and at the top (passed) over hours of study, with an S-shaped curve of the estimated probability that crosses "
    "one half at about five hours.",
)
def _logistic(canvas: Canvas) -> None:
    failed, passed = (0.5, 1.2, 2, 2.6, 3.4, 4.1, 4.8, 6.2), (3.8, 5, 5.6, 6.4, 7.2, 8, 8.8, 9.5)
    weight, shift = 0.0, 0.0
    for _ in range(4000):  # plain gradient ascent on the likelihood
        errors = [
            (label - 1 / (1 + math.exp(-weight * x - shift)), x) for label, xs in ((0, failed), (1, passed)) for x in xs
        ]
        weight += 0.01 * sum(error * x for error, x in errors)
        shift += 0.01 * sum(error for error, _ in errors)
    plot = Plot(canvas, (70, 80, 530, 220), (0, 10), (-0.06, 1.06)).axes("hours of study", "probability to pass")
    plot.ticks([(h, str(h)) for h in range(0, 11, 2)], [(0, "0"), (0.5, "0.5"), (1, "1")])
    half = -shift / weight
    plot.curve([(half, -0.06), (half, 0.5)], GREEN, 1.8, "5 4")
    plot.curve(sampled(lambda x: 1 / (1 + math.exp(-weight * x - shift)), 0, 10), BLUE)
    plot.dots([(x, 0) for x in failed], ORANGE, 5)
    plot.dots([(x, 1) for x in passed], GREEN, 5)
    plot.text(half + 0.15, 0.2, f"one half at {half:.1f} h", GREEN, "start")
    canvas.note("the curve is fitted to the sixteen points by maximum likelihood")


@picture(
    "hierarchical-clustering",
    "A dendrogram",
    "A tree that joins six points, first the closest pairs and at last everything, drawn at the height of the distance at which they join. A dashed cut "
    "at height 3 leaves three clusters.",
)
def _dendrogram(canvas: Canvas) -> None:
    plot = Plot(canvas, (80, 76, 500, 220), (0.4, 6.6), (0, 6)).axes("", "distance at which groups join")
    plot.ticks([(n, name) for n, name in enumerate("ABCDEF", 1)], [(n, str(n)) for n in (0, 2, 4, 6)])
    joins = ((1, 0, 2, 0, 1, BLUE), (3, 0, 4, 0, 1.5, ORANGE), (5, 0, 6, 0, 2.2, GREEN), (1.5, 1, 3.5, 1.5, 3.8, MUTED))
    for left, low, right, other, height, color in (*joins, (2.5, 3.8, 5.5, 2.2, 5.3, MUTED)):
        plot.curve([(left, low), (left, height), (right, height), (right, other)], color)
    plot.curve([(0.4, 3), (6.6, 3)], RED, 1.8, "7 5")
    plot.text(4.5, 3.2, "cut: 3 clusters", RED)
    canvas.note("cut higher for fewer clusters, lower for more")


@picture(
    "k-nearest-neighbors",
    "k nearest neighbors vote",
    "A new point, marked with a question mark, between blue and orange points. Within the inner circle of its 3 nearest neighbors orange wins 2 to 1, "
    "within the outer circle of 7 blue wins 4 to 3.",
)
def _knn(canvas: Canvas) -> None:
    plot = Plot(canvas, (60, 60, 520, 270), (-5.2, 5.2), (-2.7, 2.7))
    canvas.rect(60, 60, 520, 270, stroke=EDGE, radius=6)
    blue = [(-0.7, 0.5), (-1.6, -0.6), (-1.3, 1.4), (-0.2, 1.85), (-3, 1.8), (-3.6, -0.4), (-2.6, -1.9), (-4.2, 1)]
    orange = [(0.75, 0.1), (0.2, -0.8), (1.7, -0.9), (3, 1.4), (3.8, -0.6), (2.9, -1.8), (4.2, 0.8)]
    ranked = sorted(blue + orange, key=lambda point: math.hypot(*point))
    for k, color in ((3, ORANGE), (7, BLUE)):
        radius = (math.hypot(*ranked[k - 1]) + math.hypot(*ranked[k])) / 2 * 50
        canvas.circle(*plot.at(0, 0), radius, stroke=color)
        votes = sum(point in blue for point in ranked[:k])
        winner = "blue" if votes * 2 > k else "orange"
        words = f"k = {k}: {max(votes, k - votes)} to {min(votes, k - votes)}, {winner}"
        canvas.text(566, 86 if k == 3 else 110, words, size=SMALL, color=color, anchor="end")
    plot.dots(blue, BLUE, 7)
    plot.dots(orange, ORANGE, 7)
    canvas.node(*plot.at(0, 0), 12, "?", GREEN)
    canvas.note("the answer can change with k: choose it on validation data")


@picture(
    "dbscan",
    "DBSCAN: dense groups and noise",
    "Two curved, dense groups of points in two colors and a few gray points far from any group. A circle around one point shows the radius in which "
    "neighbors are counted.",
)
def _dbscan(canvas: Canvas) -> None:
    generator = random.Random(8)  # noqa: S311 - a picture, no secret
    moons: list[list[Point]] = [[], []]
    for moon in (0, 1):
        for step in range(32):
            angle = math.pi * step / 31
            x, y = (math.cos(angle), math.sin(angle)) if moon == 0 else (1 - math.cos(angle), 0.4 - math.sin(angle))
            moons[moon].append((x + generator.gauss(0, 0.06), y + generator.gauss(0, 0.06)))
    plot = Plot(canvas, (60, 60, 520, 270), (-1.95, 2.95), (-1.17, 1.37))
    canvas.rect(60, 60, 520, 270, stroke=EDGE, radius=6)
    plot.dots(moons[0], BLUE, 5)
    plot.dots(moons[1], ORANGE, 5)
    plot.dots([(-1.75, 0.1), (2.5, 1.1), (-1.2, -0.9), (2.7, -0.8), (1.9, 1.2)], GREY, 5)
    x, y = plot.at(*moons[0][24])
    canvas.circle(x, y, 32, stroke=RED)
    canvas.text(x - 38, y - 22, "radius ε", size=SMALL, color=RED, anchor="end")
    plot.text(2.5, 0.9, "noise", MUTED)
    canvas.note("a point with enough neighbors within ε carries its cluster on; shape does not matter")
