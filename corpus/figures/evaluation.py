"""Pictures of measuring models: thresholds, confusion, curves of rates, calibration."""

import itertools
import math
import random

from corpus.figures.registry import picture
from corpus.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    MUTED,
    ORANGE,
    RED,
    SMALL,
    TINTS,
    Canvas,
    Plot,
    Point,
    bell,
    sampled,
)


def _scores() -> list[tuple[float, bool]]:
    """Return (score, is positive) of 60 cases, the highest score first."""
    generator = random.Random(21)  # noqa: S311 - a picture, no secret
    cases = [(generator.gauss(0.62, 0.17), True) for _ in range(20)] + [
        (generator.gauss(0.4, 0.16), False) for _ in range(40)
    ]
    return sorted(cases, reverse=True)


def _rates() -> list[tuple[float, float, float]]:
    """Return recall, false positive rate and precision when the first n cases are called positive, n = 0, 1, …"""
    cases, rates, hits = _scores(), [(0.0, 0.0, 1.0)], 0
    positives = sum(label for _, label in cases)
    for n, (_, label) in enumerate(cases, 1):
        hits += label
        rates.append((hits / positives, (n - hits) / (len(cases) - positives), hits / n))
    return rates


@picture(
    "roc-curve",
    "ROC curve of 60 cases",
    "True positive rate against false positive rate as the threshold falls: a staircase from the lower left corner to the upper right, well above the "
    "diagonal of guessing. The shaded area below it is the AUC.",
    418,
)
def _roc(canvas: Canvas) -> None:
    rates = _rates()
    plot = Plot(canvas, (76, 80, 300, 250), (0, 1), (0, 1))
    path = [(wrong, right) for right, wrong, _ in rates]
    auc = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in itertools.pairwise(path))
    plot.area(path, TINTS[BLUE])
    plot.axes("false positive rate", "true positive rate")
    plot.ticks([(0, "0"), (0.5, "0.5"), (1, "1")], [(0.5, "0.5"), (1, "1")])
    plot.curve([(0, 0), (1, 1)], GREY, 1.8, "6 5")
    plot.curve(path, BLUE)
    chosen = path[24]
    plot.dots([chosen], ORANGE, 6)
    canvas.legend(410, 130, [(BLUE, "the classifier"), (GREY, "guessing: AUC 0.5"), (ORANGE, "one threshold")], 30)
    canvas.text(410, 240, f"AUC = {auc:.2f}", size=18, anchor="start", bold=True)
    canvas.text(
        410,
        270,
        "the chance that a positive\ncase scores higher than\na negative one",
        size=SMALL,
        color=MUTED,
        anchor="start",
    )
    canvas.note("each step up is a positive case, each step right a negative one")


@picture(
    "auc",
    "Area under the ROC curve",
    "Three ROC curves: one along the diagonal with area 0.5, one bent to the upper left with area 0.76, one close to the corner with area 0.92.",
    400,
)
def _auc(canvas: Canvas) -> None:
    plot = Plot(canvas, (76, 80, 300, 230), (0, 1), (0, 1)).axes("false positive rate", "true positive rate")
    plot.ticks([(0, "0"), (1, "1")], [(1, "1")])
    keys = []
    for gap, color, words in ((2.0, GREEN, "good"), (1.0, BLUE, "fair"), (0.0, GREY, "guessing")):
        # Scores of both classes are bell curves `gap` apart; the area is Φ(gap / √2).
        path = [(_above(t), _above(t - gap)) for t in [4 - step * 0.1 for step in range(91)]]
        plot.curve([(0, 0), *path, (1, 1)], color)
        keys.append((color, f"{words}: AUC {_above(-gap / math.sqrt(2)):.2f}"))
    canvas.legend(410, 140, keys, 34)
    canvas.note("the curve is the whole story, the area its summary over all thresholds")


def _above(threshold: float) -> float:
    """Return the share of a standard normal above a threshold."""
    return math.erfc(threshold / math.sqrt(2)) / 2


@picture(
    "precision-recall-curve",
    "Precision-recall curve of the same 60 cases",
    "Precision against recall as the threshold falls: a jagged line that starts at precision 1 and falls to 0.33, the share of positives, at recall 1.",
    418,
)
def _precision_recall(canvas: Canvas) -> None:
    plot = Plot(canvas, (76, 80, 300, 250), (0, 1), (0, 1.05)).axes("recall", "precision")
    plot.ticks([(0, "0"), (0.5, "0.5"), (1, "1")], [(0.5, "0.5"), (1, "1")])
    plot.curve([(0, 1 / 3), (1, 1 / 3)], GREY, 1.8, "6 5")
    rates = _rates()
    plot.curve([(recall, precision) for recall, _, precision in rates], ORANGE)
    for n in (10, 20, 30):
        recall, _, precision = rates[n]
        plot.dots([(recall, precision)], BLUE, 5)
    for row, n in enumerate((10, 20, 30)):
        recall, _, precision = rates[n]
        canvas.text(404, 130 + row * 54, f"the {n} highest scores:", size=SMALL, color=BLUE, anchor="start")
        canvas.text(404, 150 + row * 54, f"precision {precision:.2f}, recall {recall:.2f}", size=SMALL, anchor="start")
    plot.text(0.04, 0.25, "guessing: 20 of 60", MUTED, "start")
    canvas.note("who wants to find them all has to accept more false alarms")


@picture(
    "confusion-matrix",
    "Confusion matrix of a spam filter, 200 messages",
    "A two by two table. Of 50 spam messages 40 were caught and 10 missed; of 150 good ones 5 were wrongly called spam and 145 let through. Precision is "
    "40/45, recall 40/50.",
    392,
)
def _confusion(canvas: Canvas) -> None:
    cells = (
        (210, 100, "40", "true positive", GREEN), (360, 100, "10", "false negative", RED), (210, 200, "5", "false positive", ORANGE),
        (360, 200, "145", "true negative", BLUE),
    )  # fmt: skip
    for x, y, count, name, color in cells:
        canvas.rect(x, y, 142, 92, fill=TINTS[color], stroke=color, radius=6)
        canvas.text(x + 71, y + 46, count, size=26)
        canvas.text(x + 71, y + 74, name, size=SMALL, color=color)
    canvas.text(281, 72, "called spam", color=MUTED)
    canvas.text(431, 72, "called good", color=MUTED)
    canvas.text(194, 150, "is spam", color=MUTED, anchor="end")
    canvas.text(194, 250, "is good", color=MUTED, anchor="end")
    canvas.text(516, 150, "recall\n40 / 50 = 0.80", size=SMALL, anchor="start")
    canvas.text(281, 318, "precision\n40 / 45 = 0.89", size=SMALL)
    canvas.text(498, 318, "accuracy\n185 / 200 = 0.925", size=SMALL, anchor="start")
    canvas.note("rows: what is true; columns: what the filter said")


@picture(
    "classification-threshold",
    "Moving the threshold",
    "Two overlapping hills of scores, negatives on the left and positives on the right, with a vertical threshold. What lies on the wrong side of it are "
    "false positives and false negatives.",
)
def _threshold(canvas: Canvas) -> None:
    cut = 0.55
    plot = Plot(canvas, (40, 84, 560, 210), (0, 1), (0, 3.3)).axes("score")
    plot.area(sampled(lambda x: bell(x, 0.36, 0.13), cut, 1), "#f3b7bc")
    plot.area(sampled(lambda x: bell(x, 0.68, 0.13), 0, cut), "#f6d2a8")
    plot.curve(sampled(lambda x: bell(x, 0.36, 0.13), 0, 1), BLUE)
    plot.curve(sampled(lambda x: bell(x, 0.68, 0.13), 0, 1), GREEN)
    plot.curve([(cut, 0), (cut, 3.3)], INK, 2, "6 5")
    plot.text(0.2, 2.6, "negatives", BLUE)
    plot.text(0.86, 2.6, "positives", GREEN)
    plot.ticks([(0, "0"), (cut, "threshold"), (1, "1")])
    canvas.arrow(plot.at(0.88, 1.2), plot.at(0.61, 0.25), RED)
    plot.text(0.995, 1.5, "false\npositives", RED, "end")
    canvas.arrow(plot.at(0.15, 0.95), plot.at(0.49, 0.25), ORANGE)
    plot.text(0.01, 1.15, "false\nnegatives", ORANGE, "start")
    canvas.note("to the right: fewer false alarms, more misses; to the left the other way")


@picture(
    "calibration",
    "Reliability diagram",
    "How often predictions came true against the stated probability. The diagonal is perfect. An overconfident model lies above it for small probabilities "
    "and below it for large ones: where it says 0.9, 0.75 came true.",
    418,
)
def _calibration(canvas: Canvas) -> None:
    points: list[Point] = [(0.1, 0.24), (0.3, 0.38), (0.5, 0.51), (0.7, 0.63), (0.9, 0.75)]
    plot = Plot(canvas, (76, 80, 300, 250), (0, 1), (0, 1))
    plot.ticks([(0, "0"), (0.5, "0.5"), (1, "1")], [(0.5, "0.5"), (1, "1")])
    for x, y in points:
        plot.bar(x, 0.14, y, TINTS[ORANGE])
        plot.curve([(x, y), (x, x)], RED, 2)
    plot.axes("stated probability", "came true")
    plot.curve([(0, 0), (1, 1)], GREY, 2, "6 5")
    plot.curve(points, ORANGE)
    plot.dots(points, ORANGE, 5)
    canvas.legend(404, 130, [(GREY, "perfectly calibrated"), (ORANGE, "an overconfident model"), (RED, "gap")], 32)
    gap = sum(abs(x - y) for x, y in points) / len(points)
    canvas.text(404, 248, f"mean gap: {gap:.2f}", anchor="start", bold=True)
    canvas.text(404, 270, "(five bins of equal size)", size=SMALL, color=MUTED, anchor="start")
    canvas.note("it says 0.9, and 0.75 came true: too sure of itself")
