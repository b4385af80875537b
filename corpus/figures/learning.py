"""Pictures of how models learn: descent, learning rates, fitting too little and too much, and learning curves."""

import math
import random
from collections.abc import Callable

from corpus.figures.registry import picture
from corpus.figures.style import (
    BLUE,
    EDGE,
    GREEN,
    GREY,
    MUTED,
    ORANGE,
    RED,
    SMALL,
    TEAL,
    TINTS,
    VIOLET,
    Canvas,
    Plot,
    Point,
    sampled,
    span,
)


def _bowl(x: float) -> float:
    return x * x


def _descent(rate: float, start: float, steps: int) -> list[Point]:
    """Return the steps of gradient descent on x²."""
    path = [start]
    for _ in range(steps):
        path.append(path[-1] - rate * 2 * path[-1])
    return [(x, _bowl(x)) for x in path]


@picture(
    "gradient-descent",
    "Gradient descent on loss = w²",
    "A bowl-shaped loss curve with dots that walk from the upper left down to the bottom: steps are long where the curve is steep "
    "and short where it is flat.",
    370,
)
def _gradient_descent(canvas: Canvas) -> None:
    plot = Plot(canvas, (60, 76, 520, 210), (-3, 3), (-0.3, 9)).axes("weight w", "loss")
    plot.curve(sampled(_bowl, -3, 3), GREY)
    path = _descent(0.2, -2.8, 6)
    plot.curve(path, ORANGE, 2)
    plot.dots(path, ORANGE, 5)
    plot.text(-2.45, 8.1, "start, w = −2.8", anchor="start")
    plot.text(-1.45, 3.3, "steep: long step", MUTED, "start")
    plot.text(0, 1.7, "flat: short steps", MUTED)
    canvas.note("w ← w − 0.2 · 2w: every step goes against the slope")


def _ravine(rate: float, friction: float, steps: int) -> list[Point]:
    """Return the path of gradient descent with momentum on a narrow valley, (x² + 30 y²) / 2."""
    x, y, vx, vy = -9.0, 2.4, 0.0, 0.0
    path = [(x, y)]
    for _ in range(steps):
        vx, vy = friction * vx - rate * x, friction * vy - rate * 30 * y
        x, y = x + vx, y + vy
        path.append((x, y))
    return path


@picture(
    "momentum",
    "A narrow valley, with and without momentum",
    "Two panels with the oval contours of a narrow valley. Without momentum the path zigzags between the walls and comes forward slowly; "
    "with momentum it swings out and reaches the minimum in the same twenty steps.",
    330,
)
def _momentum(canvas: Canvas) -> None:
    cases = ((24, "without momentum", 0.06, 0.0, BLUE), (328, "momentum 0.8", 0.03, 0.8, ORANGE))
    for left, words, rate, friction, color in cases:
        plot = Plot(canvas, (left, 76, 288, 190), (-10.5, 2.5), (-3.4, 3.4))
        middle = plot.at(0, 0)
        canvas.rect(left, 76, 288, 190, stroke=EDGE, radius=6)
        for level in (1.2, 3.5, 7, 10):
            rim = [
                (level * math.cos(turn / 24 * math.pi), level / 5.5 * math.sin(turn / 24 * math.pi))
                for turn in range(49)
            ]
            plot.curve([point for point in rim if point[0] <= 2.4], GREY, 1)
        path = _ravine(rate, friction, 20)
        plot.curve(path, color, 2)
        plot.dots(path, color, 2.6)
        canvas.circle(*middle, 5, fill=GREEN)
        canvas.text(left + 144, 66, words, color=color)
    canvas.note("20 steps each; green: the minimum")


@picture(
    "learning-rate",
    "Learning rate: too small, right, too large",
    "The same bowl three times. With a rate of 0.02 eight steps come hardly forward, with 0.2 they reach the bottom, with 1.03 they "
    "jump from wall to wall and climb.",
    310,
)
def _learning_rate(canvas: Canvas) -> None:
    cases = (
        (0.02, "0.02: too small", BLUE, -2.2),
        (0.2, "0.2: good", GREEN, -2.2),
        (1.03, "1.03: too large", RED, -1.6),
    )
    for place, (rate, words, color, start) in enumerate(cases):
        plot = Plot(canvas, (32 + place * 200, 84, 176, 160), (-3, 3), (-0.4, 9)).axes()
        plot.curve(sampled(_bowl, -3, 3, 50), GREY, 1.8)
        path = _descent(rate, start, 8)
        plot.curve(path, color, 1.8)
        plot.dots(path, color, 3.5)
        canvas.text(120 + place * 200, 66, words, color=color)
    canvas.note("eight steps of gradient descent on loss = w²")


def _schedules() -> tuple[tuple[str, str, Callable[[float], float]], ...]:
    def step(t: float) -> float:
        return 0.3 ** math.floor(t / 30)

    def cosine(t: float) -> float:
        return (1 + math.cos(math.pi * t / 100)) / 2

    def warm(t: float) -> float:
        return t / 10 if t < 10 else (1 + math.cos(math.pi * (t - 10) / 90)) / 2

    return (
        ("constant", GREY, lambda t: 1.0), ("step: × 0.3 every 30", ORANGE, step), ("cosine", BLUE, cosine),
        ("warm-up, then cosine", GREEN, warm),
    )  # fmt: skip


@picture(
    "learning-rate-schedule",
    "Learning rate schedules",
    "The learning rate over 100 epochs for four schedules: constant, falling in steps, falling along half a cosine, and rising for ten "
    "epochs before it falls along a cosine.",
)
def _schedule(canvas: Canvas) -> None:
    plot = Plot(canvas, (70, 80, 340, 220), (0, 100), (0, 1.1)).axes("epoch", "learning rate, share of its peak")
    plot.ticks([(t, str(t)) for t in (0, 50, 100)], [(0.5, "0.5"), (1, "1")])
    for _, color, rate in _schedules():
        plot.curve(sampled(rate, 0, 100, 201), color)
    canvas.legend(432, 110, [(color, words) for words, color, _ in _schedules()], 30)
    canvas.note("big steps while far away, small ones near the goal")


@picture(
    "early-stopping",
    "Early stopping",
    "Training loss falls all the time; validation loss falls until epoch 19 and then rises. The weights of epoch 19 are kept, and training "
    "ends after ten more epochs without improvement.",
)
def _early_stopping(canvas: Canvas) -> None:
    plot = Plot(canvas, (60, 80, 540, 220), (0, 40), (0, 1.05)).axes("epoch", "loss")
    valley = min(range(41), key=_validation)
    plot.ticks([(t, str(t)) for t in (0, valley, valley + 10, 40)])
    plot.canvas.area(
        [plot.at(x, y) for x, y in ((valley, 0), (valley + 10, 0), (valley + 10, 1), (valley, 1))], TINTS[GREY]
    )
    plot.curve(sampled(_training, 0, 40), BLUE)
    plot.curve(sampled(_validation, 0, 40), ORANGE)
    plot.dots([(valley, _validation(valley))], GREEN, 6)
    plot.text(valley, _validation(valley) + 0.13, "best: keep", GREEN)
    plot.text(valley + 5, 0.88, "patience:\n10 epochs", MUTED)
    plot.text(36.5, 0.61, "validation", ORANGE, "end")
    plot.text(39.5, 0.16, "training", BLUE, "end")
    canvas.note("stop when validation has not improved for 10 epochs, go back to the best")


def _training(epoch: float) -> float:
    return 0.05 + 0.9 * math.exp(-epoch / 9)


def _validation(epoch: float) -> float:
    return 0.15 + 0.8 * math.exp(-epoch / 8) + 0.00026 * epoch**2


def _noisy(count: int) -> list[Point]:
    generator = random.Random(5)  # noqa: S311 - a picture, no secret
    # Denser towards the ends, where a polynomial through all points swings most.
    places = [0.5 * step / (count - 1) + 0.25 * (1 - math.cos(math.pi * step / (count - 1))) for step in range(count)]
    return [(x, math.sin(2.6 * x) + generator.gauss(0, 0.12)) for x in places]


def _interpolation(points: list[Point]) -> Callable[[float], float]:
    """Return the polynomial through all points (Lagrange)."""

    def value(x: float) -> float:
        return sum(
            y * math.prod((x - other) / (own - other) for other, _ in points if other != own) for own, y in points
        )

    return value


def _straight(points: list[Point]) -> Callable[[float], float]:
    """Return the line of least squares."""
    middle_x, middle_y = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    slope = sum((x - middle_x) * (y - middle_y) for x, y in points) / sum((x - middle_x) ** 2 for x, _ in points)
    return lambda x: middle_y + slope * (x - middle_x)


@picture(
    "overfitting",
    "Underfitting, a good fit, overfitting",
    "The same nine noisy points three times: a straight line misses their bend, a smooth curve follows it, and a polynomial of degree "
    "eight passes through every point and swings wildly between them.",
    310,
)
def _overfitting(canvas: Canvas) -> None:
    points = _noisy(9)
    cases: tuple[tuple[str, str, Callable[[float], float]], ...] = (
        ("too simple", BLUE, _straight(points)), ("about right", GREEN, lambda x: math.sin(2.6 * x)),
        ("too flexible", RED, _interpolation(points)),
    )  # fmt: skip
    for place, (words, color, curve) in enumerate(cases):
        plot = Plot(canvas, (32 + place * 200, 84, 176, 160), (-0.05, 1.05), (-0.5, 1.7)).axes()
        line = sampled(curve, 0, 1, 120)
        plot.curve(line, color)
        plot.dots(points, MUTED, 3.5)
        canvas.text(120 + place * 200, 66, words, color=color)
    canvas.note("training error falls from left to right; on new points the middle one is best")


@picture(
    "bias-variance-tradeoff",
    "Bias, variance and the error on new data",
    "Over growing model complexity squared bias falls and variance rises. Their sum with the constant noise is the expected error, a U with "
    "its lowest point in between.",
)
def _bias_variance(canvas: Canvas) -> None:
    def bias(x: float) -> float:
        return 0.85 * math.exp(-x / 2.2)

    def variance(x: float) -> float:
        return 0.035 * math.exp(x / 3.2)

    def total(x: float) -> float:
        return bias(x) + variance(x) + 0.12

    best = min(sampled(total, 0, 10, 200), key=lambda point: point[1])
    plot = Plot(canvas, (60, 80, 540, 220), (0, 10), (0, 1.1)).axes("model complexity", "error")
    for curve, color, dash in (
        (bias, BLUE, ""),
        (variance, ORANGE, ""),
        (total, RED, ""),
        (lambda x: 0.12, GREY, "6 5"),
    ):
        plot.curve(sampled(curve, 0, 10), color, 2.5, dash)
    plot.curve([(best[0], 0), best], GREEN, 1.5, "4 4")
    plot.dots([best], GREEN, 6)
    plot.text(0.3, 0.25, "bias²", BLUE, "start")
    plot.text(9.7, 0.38, "variance", ORANGE, "end")
    plot.text(7.6, 0.72, "error on new data", RED, "end")
    plot.text(9.9, 0.05, "noise", MUTED, "end")
    plot.text(best[0], best[1] + 0.09, "best", GREEN)
    canvas.note("left of the best point: underfitting, right of it: overfitting")


@picture(
    "double-descent",
    "Double descent",
    "Test error over the number of parameters falls, rises to a sharp peak where the model can just fit every training example, and falls "
    "again beyond it, below its first minimum. Training error reaches zero at the peak.",
)
def _double_descent(canvas: Canvas) -> None:
    def test(x: float) -> float:
        classic = 0.32 + 0.5 * math.exp(-x / 0.9) + 0.02 * x if x < 4 else 0.226 + 0.18 * math.exp(-(x - 4) / 2.5)
        return classic + 0.55 * math.exp(-(((x - 4) / (0.75 if x < 4 else 0.95)) ** 2))

    plot = Plot(canvas, (60, 80, 540, 220), (0, 10), (0, 1.15)).axes("number of parameters", "error")
    canvas.area([plot.at(x, y) for x, y in ((4, 0), (10, 0), (10, 1.1), (4, 1.1))], TINTS[GREEN], 0.6)
    plot.curve([(4, 0), (4, 1.1)], MUTED, 1.5, "5 5")
    plot.curve(sampled(test, 0.15, 10, 200), RED)
    plot.curve(sampled(lambda x: max(0.0, 0.62 * (1 - x / 4) ** 1.4) if x < 4 else 0.004, 0.15, 10, 200), BLUE)
    plot.text(2.1, 0.98, "classical: a U", MUTED)
    plot.text(7.3, 0.98, "modern: more is better again", GREEN)
    plot.text(5.6, 0.62, "test error", RED)
    plot.text(1.35, 0.12, "training error", BLUE)
    plot.ticks([(4, "just fits all examples")])
    canvas.note("a sketch of what is seen with forests, kernels and deep networks")


@picture(
    "learning-curve",
    "Two learning curves",
    "Two panels with error over the number of training examples. On the left training and validation error meet early at a high level: high bias. "
    "On the right a wide gap is left: high variance.",
    350,
)
def _learning_curve(canvas: Canvas) -> None:
    cases = (
        (56, "high bias: a better model helps", 0.42, 0.30, 0.35, 1.2),
        (366, "high variance: more data helps", 0.07, 0.08, 0.75, 0.55),
    )
    for left, words, floor, rise, drop, speed in cases:
        plot = Plot(canvas, (left, 98, 240, 170), (0, 10), (0, 1)).axes("training examples", "error")
        counts = span(0.3, 10, 80)
        plot.curve([(n, floor + rise * (0.05 - 0.4 * math.exp(-n))) for n in counts], BLUE)
        plot.curve([(n, floor + 0.04 + drop * 1.1 / (1 + speed * n)) for n in counts], ORANGE)
        canvas.text(left + 120, 70, words)
        plot.text(9.9, floor + 0.04 + drop * 1.1 / (1 + speed * 9.9) + 0.06, "validation", ORANGE, "end")
        plot.text(9.9, floor - 0.08 if floor > 0.2 else 0.13, "training", BLUE, "end")
    canvas.note("read the level at which they end, and the gap between them")


@picture(
    "cross-validation",
    "Five-fold cross-validation",
    "Five rows, one per round, each the same data in five parts. In each round another part is used for validation and the other four for "
    "training; the five scores are averaged to 0.83.",
    360,
)
def _cross_validation(canvas: Canvas) -> None:
    scores = (0.82, 0.85, 0.80, 0.86, 0.82)
    for row, score in enumerate(scores):
        y = 66 + row * 42
        canvas.text(30, y + 22, f"round {row + 1}", anchor="start")
        for part in range(5):
            held = part == row
            color = ORANGE if held else BLUE
            canvas.rect(112 + part * 80, y, 76, 32, fill=TINTS[color], stroke=color, radius=4)
            canvas.text(150 + part * 80, y + 21, "validate" if held else "train", size=SMALL)
        canvas.arrow((516, y + 16), (544, y + 16))
        canvas.text(552, y + 21, f"{score:.2f}", anchor="start")
    canvas.text(612, 302, f"mean: {sum(scores) / 5:.2f}", anchor="end", bold=True)
    canvas.note("every example is used for validation exactly once")


@picture(
    "dropout",
    "Dropout, rate 0.4",
    "A small network twice. In one training step two of the five hidden neurons are switched off with all their connections; at inference all "
    "neurons work.",
    350,
)
def _dropout(canvas: Canvas) -> None:
    for left, words, off in ((40, "a training step", {1, 3}), (350, "inference", set())):
        canvas.text(left + 125, 70, words)
        inputs = [(left + 20, 130 + row * 55) for row in range(3)]
        hidden = [(left + 125, 100 + row * 46) for row in range(5)]
        outputs = [(left + 230, 158 + row * 56) for row in range(2)]
        for place, middle in enumerate(hidden):
            for end in (*inputs, *outputs):
                if place not in off:
                    canvas.curve([middle, end], EDGE, 1.3)
        for layer, color in ((inputs, TEAL), (outputs, GREEN)):
            for x, y in layer:
                canvas.node(x, y, 15, color=color)
        for place, (x, y) in enumerate(hidden):
            canvas.node(x, y, 15, color=GREY if place in off else BLUE)
            if place in off:
                canvas.curve([(x - 8, y - 8), (x + 8, y + 8)], RED, 2.5)
                canvas.curve([(x - 8, y + 8), (x + 8, y - 8)], RED, 2.5)
    canvas.note("in each step others are off, so that no neuron can rely on one neighbor")


@picture(
    "federated-learning",
    "Federated learning",
    "A server sends the model to three devices, each trains on its own data, and only changes of the weights go back to be averaged; the data "
    "never leave the devices.",
    370,
)
def _federated(canvas: Canvas) -> None:
    canvas.box(220, 66, 200, 62, "server\naverages the changes", VIOLET)
    for place, name in enumerate(("phone A", "phone B", "hospital C")):
        x = 110 + place * 210
        canvas.box(x - 80, 226, 160, 78, f"{name}\ntrains on its\nown data", BLUE, SMALL)
        top = 320 + (place - 1) * 70
        canvas.arrow((top - 9, 132), (x - 14, 221), GREEN)
        canvas.arrow((x + 14, 221), (top + 9, 132), ORANGE)
    canvas.text(60, 160, "1 model\n   goes out", color=GREEN, anchor="start")
    canvas.text(580, 160, "2 changes\ncome back", color=ORANGE, anchor="end")
    canvas.note("weights travel, data stay")
