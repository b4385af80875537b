"""Pictures of computer vision: kernels that move over pixels, boxes that overlap, networks for images, noise that goes."""

import math
import random

from corpus.figures.registry import picture
from corpus.figures.style import BLUE, EDGE, GREEN, GREY, INK, MUTED, ORANGE, SMALL, TEAL, TINTS, VIOLET, Canvas, Point

_IMAGE = ((0, 0, 9, 9, 9), (0, 0, 9, 9, 9), (0, 0, 9, 9, 9), (0, 0, 9, 9, 9), (0, 0, 9, 9, 9))
_EDGE_KERNEL = ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1))


def _convolved(image: tuple[tuple[int, ...], ...], kernel: tuple[tuple[int, ...], ...]) -> list[list[int]]:
    """Return the sums of a kernel laid on every place of an image, as deep learning computes them (unflipped)."""
    size = len(kernel)
    places = range(len(image) - size + 1)
    cells = [(row, column) for row in range(size) for column in range(size)]
    return [
        [sum(image[y + row][x + column] * kernel[row][column] for row, column in cells) for x in places] for y in places
    ]


@picture(
    "convolution-kernel",
    "A kernel slides over an image",
    "A 3 by 3 kernel with -1, 0 and 1 lies on the upper left of a 5 by 5 image that is dark on the left and bright on the "
    "right; the sum of the nine products, 27, becomes one cell of the 3 by 3 feature map, which is large where the edge is.",
    340,
)
def _kernel(canvas: Canvas) -> None:
    result = _convolved(_IMAGE, _EDGE_KERNEL)
    canvas.grid(30, 88, 40, [[str(value) for value in row] for row in _IMAGE],
                lambda row, column: TINTS[ORANGE] if row < 3 and column < 3 else "#ffffff")  # fmt: skip
    canvas.rect(30, 88, 120, 120, stroke=ORANGE)
    canvas.grid(290, 108, 40, [[str(value).replace("-", "−") for value in row] for row in _EDGE_KERNEL],
                lambda row, column: TINTS[ORANGE])  # fmt: skip
    canvas.grid(478, 108, 40, [[str(value) for value in row] for row in result],
                lambda row, column: TINTS[BLUE] if (row, column) == (0, 0) else "#ffffff")  # fmt: skip
    canvas.text(260, 174, "×", size=24)
    canvas.arrow((422, 168), (468, 168))
    for x, words in ((130, "image"), (350, "kernel"), (538, "feature map")):
        canvas.text(x, 72, words, color=MUTED)
    canvas.note("multiply cell by cell, add up: 9 + 9 + 9 = 27; then move one cell to the right")


@picture(
    "stride",
    "Stride: how far the kernel moves",
    "Two rows of seven cells with a kernel of width three. With stride 1 it has five places and gives five outputs; with "
    "stride 2 it has three places and gives three outputs.",
    350,
)
def _stride(canvas: Canvas) -> None:
    for top, stride, color in ((70, 1, BLUE), (202, 2, ORANGE)):
        starts = range(0, 5, stride)
        canvas.text(30, top + 28, f"stride {stride}", anchor="start", bold=True)
        canvas.grid(140, top, 44, [[""] * 7], lambda row, column: "#ffffff")
        for place, start in enumerate(starts):
            y = top + 54 + place * 9
            canvas.curve([(142 + start * 44, y), (270 + start * 44, y)], color, 4)
        canvas.arrow((462, top + 22), (494, top + 22))
        canvas.text(506, top + 18, f"{len(starts)} outputs", anchor="start")
        canvas.text(506, top + 38, f"(7 − 3) / {stride} + 1", size=SMALL, color=MUTED, anchor="start")
    canvas.note("each bar is one place of a kernel that is three cells wide")


@picture(
    "padding",
    "Padding: zeros around the edge",
    "A 4 by 4 image gets a border of zeros and becomes 6 by 6, so that a 3 by 3 kernel gives 4 by 4 outputs again; "
    "without the border it gives only 2 by 2.",
    360,
)
def _padding(canvas: Canvas) -> None:
    def inner(row: int, column: int) -> bool:
        return 1 <= row <= 4 and 1 <= column <= 4

    digits = [
        [str((row * 3 + column * 5) % 9 + 1) if inner(row, column) else "0" for column in range(6)] for row in range(6)
    ]
    canvas.grid(40, 76, 38, digits, lambda row, column: "#ffffff" if inner(row, column) else TINTS[GREY])
    canvas.rect(40, 76, 114, 114, stroke=ORANGE)
    canvas.rect(41, 77, 112, 112, stroke=ORANGE)
    canvas.text(154, 64, "4 × 4, padded to 6 × 6", size=SMALL, color=MUTED)
    canvas.arrow((284, 152), (330, 152), ORANGE)
    canvas.grid(344, 76, 38, [[""] * 4] * 4, lambda row, column: TINTS[BLUE])
    canvas.text(420, 64, "with padding: 4 × 4", size=SMALL, color=MUTED)
    canvas.grid(530, 114, 38, [[""] * 2] * 2, lambda row, column: TINTS[GREY])
    canvas.text(568, 92, "without: 2 × 2", size=SMALL, color=MUTED)
    canvas.note("a 3 × 3 kernel (orange) centered on the corner needs cells outside of the image")


@picture(
    "pooling",
    "Max pooling, 2 × 2",
    "A 4 by 4 map in four colored blocks. The largest number of each block, 6, 8, 7 and 9, makes the 2 by 2 map on the right.",
    320,
)
def _pooling(canvas: Canvas) -> None:
    cells = ((1, 6, 2, 8), (3, 4, 5, 0), (7, 2, 1, 9), (0, 5, 3, 4))
    colors = ((BLUE, ORANGE), (GREEN, VIOLET))
    best = [
        [max(cells[2 * row + i][2 * column + j] for i in (0, 1) for j in (0, 1)) for column in (0, 1)] for row in (0, 1)
    ]
    canvas.grid(110, 66, 48, [[str(value) for value in row] for row in cells],
                lambda row, column: TINTS[colors[row // 2][column // 2]], 18)  # fmt: skip
    canvas.arrow((326, 162), (396, 162))
    canvas.text(361, 148, "largest", size=SMALL, color=MUTED)
    canvas.grid(420, 114, 48, [[str(value) for value in row] for row in best],
                lambda row, column: TINTS[colors[row][column]], 18)  # fmt: skip
    canvas.note("each block of four cells keeps its largest value; no weights are learned")


@picture(
    "convolutional-neural-network",
    "A convolutional network, layer by layer",
    "Stacks of maps from left to right: an image of 32 by 32, convolution to 16 maps, pooling to 16 by 16, convolution to "
    "32 maps, pooling to 8 by 8, then a fully connected layer and class probabilities: maps get smaller and more numerous.",
    340,
)
def _cnn(canvas: Canvas) -> None:
    stages = (
        (24, 120, 3, "image", "32×32×3", GREY), (142, 120, 5, "conv", "32×32×16", BLUE), (268, 72, 5, "pool", "16×16×16", TEAL),
        (364, 72, 8, "conv", "16×16×32", BLUE), (478, 38, 8, "pool", "8×8×32", TEAL),
    )  # fmt: skip
    for x, side, sheets, name, size, color in stages:
        width = side * 0.62
        for sheet in range(sheets):
            canvas.rect(
                x + sheet * 5, 168 - side / 2 - sheet * 4 + 8, width, side, fill=TINTS[color], stroke=color, radius=2
            )
        middle = x + width / 2 + sheets * 2.5
        canvas.text(middle, 266, name, bold=True)
        canvas.text(middle, 286, size, size=SMALL, color=MUTED)
    for row in range(7):
        canvas.circle(570, 108 + row * 20, 6, fill=TINTS[ORANGE], stroke=ORANGE)
    for row, share in enumerate((0.1, 0.8, 0.1)):
        canvas.rect(596, 128 + row * 28, 8 + 26 * share, 14, fill=GREEN)
    canvas.text(580, 266, "dense", bold=True)
    canvas.note("maps shrink, their number grows; the last layer turns them into class probabilities")


@picture(
    "intersection-over-union",
    "Intersection over union",
    "A predicted box and a true box overlap. Their shared area is 9 squares, the area of both together 31, so IoU is 9/31 = 0.29.",
    360,
)
def _iou(canvas: Canvas) -> None:
    unit = 34
    left, top = 50, 74
    canvas.rect(left, top, 5 * unit, 4 * unit, fill=TINTS[BLUE])
    canvas.rect(left + 2 * unit, top + unit, 5 * unit, 4 * unit, fill=TINTS[ORANGE])
    canvas.rect(left + 2 * unit, top + unit, 3 * unit, 3 * unit, fill="#bfe0c8")
    for column in range(8):
        canvas.curve([(left + column * unit, top), (left + column * unit, top + 5 * unit)], EDGE, 0.6)
    for row in range(6):
        canvas.curve([(left, top + row * unit), (left + 7 * unit, top + row * unit)], EDGE, 0.6)
    canvas.rect(left, top, 5 * unit, 4 * unit, stroke=BLUE)
    canvas.rect(left + 2 * unit, top + unit, 5 * unit, 4 * unit, stroke=ORANGE)
    canvas.text(left + 3.5 * unit, top + 2.6 * unit, "9", size=22, bold=True)
    canvas.text(left, 66, "predicted: 5 × 4 = 20", size=SMALL, color=BLUE, anchor="start")
    canvas.text(left + 7 * unit, top + 5 * unit + 22, "true: 5 × 4 = 20", size=SMALL, color=ORANGE, anchor="end")
    for y, words in ((124, "intersection: 3 × 3 = 9"), (158, "union: 20 + 20 − 9 = 31"), (204, "IoU = 9 / 31 = 0.29")):
        canvas.text(330, y, words, size=17, anchor="start", bold=words.startswith("IoU"))
    canvas.text(330, 244, "0: no overlap, 1: the same box", size=SMALL, color=MUTED, anchor="start")
    canvas.note("often a detection counts as right from an IoU of 0.5 on; here it would not")


@picture(
    "u-net",
    "U-Net",
    "Boxes in the shape of a U. On the way down the image gets smaller and gains channels, on the way up it grows again; "
    "at each height an arrow copies the fine detail straight across.",
    380,
)
def _unet(canvas: Canvas) -> None:
    rows = ((64, 112, "64"), (134, 84, "128"), (204, 60, "256"))
    for place, (top, width, channels) in enumerate(rows):
        left, right = 40 + place * 66, 600 - place * 66 - width
        canvas.box(left, top, width, 42, channels, BLUE)
        canvas.box(right, top, width, 42, channels, GREEN)
        canvas.arrow((left + width + 4, top + 21), (right - 4, top + 21), ORANGE, dash="6 5")
        below = rows[place + 1][0] if place < 2 else 274
        canvas.arrow((left + width - 14, top + 44), (left + width - 14, below - 3), BLUE)
        canvas.arrow((right + 14, below - 3), (right + 14, top + 45), GREEN)
    canvas.box(210, 276, 220, 42, "512 channels, smallest map", VIOLET, SMALL)
    canvas.text(320, 76, "skip: copy the detail", size=SMALL, color=ORANGE)
    canvas.text(32, 290, "down: halve\nthe size", size=SMALL, color=BLUE, anchor="start")
    canvas.text(608, 290, "up: double\nthe size", size=SMALL, color=GREEN, anchor="end")
    canvas.note("the way down finds out what is there, the copies say where exactly")


@picture(
    "residual-network",
    "A residual block",
    "The input x goes through two layers that compute F(x), and at the same time around them by a shortcut; both are added, "
    "so the block gives F(x) + x.",
    330,
)
def _residual(canvas: Canvas) -> None:
    y = 190
    canvas.node(60, y, 24, "x", GREY)
    canvas.box(150, y - 28, 110, 56, "layer,\nReLU", BLUE)
    canvas.box(310, y - 28, 110, 56, "layer", BLUE)
    canvas.node(490, y, 24, "+", ORANGE)
    canvas.box(550, y - 22, 66, 44, "ReLU", GREEN)
    for start, end in ((86, 148), (262, 308), (422, 464), (516, 548)):
        canvas.arrow((start, y), (end, y))
    canvas.arrow((110, y), (490, y - 26), ORANGE, 2.4, via=[(110, 92), (490, 92)])
    canvas.text(300, 82, "shortcut: x unchanged", color=ORANGE)
    canvas.text(285, 252, "F(x): what has to be changed", size=SMALL, color=BLUE)
    canvas.text(490, 244, "F(x) + x", bold=True)
    canvas.note("if nothing has to change, F(x) = 0 is enough;\nthe gradient passes through the shortcut undiminished")


def _face(x: float, y: float) -> float:
    """Return the brightness of a smiling face at a place, 0 to 1; the middle is at 0, 0."""
    eye = abs(abs(x) - 2) < 0.6 and abs(y + 1.5) < 0.6
    mouth = 3 <= math.hypot(x, y + 0.5) <= 4 and y > 1
    return 0.95 if math.hypot(x, y) > 5.4 else 0.15 if eye or mouth else 0.7


@picture(
    "diffusion-model",
    "From image to noise and back",
    "Five small pictures of a smiling face. Towards the right noise is added step by step until nothing is left to see; the model "
    "learns the way back from right to left.",
    330,
)
def _diffusion(canvas: Canvas) -> None:
    generator = random.Random(7)  # noqa: S311 - a picture, no secret
    cells, cell = 12, 8.6
    for place, share in enumerate((0.0, 0.25, 0.5, 0.75, 1.0)):
        left = 24 + place * 123
        squares: dict[str, list[Point]] = {}
        for row in range(cells):
            for column in range(cells):
                noise = share * generator.gauss(0, 0.32)
                value = math.sqrt(1 - share) * (_face(column - 5.5, row - 5.5) - 0.5) + noise + 0.5
                tone = round(15 * min(1.0, max(0.0, value))) * 17  # sixteen tones, so that one path holds many squares
                squares.setdefault(f"#{tone:02x}{tone:02x}{min(255, tone + 10):02x}", []).append(
                    (left + column * cell, 96 + row * cell)
                )
        for fill, corners in sorted(squares.items()):
            canvas.squares(corners, cell, fill)
        canvas.rect(left, 96, cells * cell, cells * cell, stroke=EDGE)
        canvas.text(left + 52, 222, ("t = 0", "T/4", "T/2", "3T/4", "t = T")[place], size=SMALL, color=MUTED)
    canvas.arrow((30, 74), (610, 74), ORANGE, 2.2)
    canvas.text(320, 64, "forward: add a little noise in every step (nothing to learn)", size=SMALL, color=ORANGE)
    canvas.arrow((610, 250), (30, 250), BLUE, 2.2)
    canvas.text(320, 274, "backward: the network says what is noise, and takes a little away", size=SMALL, color=BLUE)
    canvas.note("to make a new image, start on the right with pure noise")


@picture(
    "vision-transformer",
    "Vision transformer: an image as a row of patches",
    "An image cut into nine patches becomes a row of nine vectors with positions and a class token; a transformer encoder reads "
    "them and a head names the class.",
    340,
)
def _vit(canvas: Canvas) -> None:
    tones = ("#cfe0f7", "#cfe0f7", "#f6d78a", "#cfe0f7", "#a9c98f", "#cfe0f7", "#8fbf7a", "#7fae68", "#8fbf7a")
    for place, tone in enumerate(tones):
        row, column = divmod(place, 3)
        canvas.rect(30 + column * 40, 106 + row * 40, 36, 36, fill=tone, stroke=EDGE)
        canvas.text(48 + column * 40, 129 + row * 40, str(place + 1), size=SMALL)
    canvas.arrow((156, 164), (186, 164))
    canvas.rect(192, 88, 150, 20, fill=TINTS[ORANGE], stroke=ORANGE, radius=4)
    canvas.text(267, 103, "class token", size=SMALL)
    for place, tone in enumerate(tones):
        canvas.rect(192, 114 + place * 16, 30, 14, fill=tone, stroke=EDGE)
        canvas.rect(228, 114 + place * 16, 114, 14, fill=TINTS[BLUE], stroke=EDGE)
    canvas.arrow((348, 164), (378, 164))
    canvas.box(382, 100, 118, 128, "transformer\nencoder", VIOLET)
    canvas.arrow((504, 164), (530, 164))
    canvas.box(534, 136, 84, 56, "class:\nlandscape", GREEN, SMALL)
    canvas.text(88, 250, "patches", color=MUTED)
    canvas.text(267, 282, "vectors + positions", color=MUTED)
    canvas.note("each patch is to the transformer what a token is in a text")
    canvas.text(88, 94, "image", size=SMALL, color=INK)
