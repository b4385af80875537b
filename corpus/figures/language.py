"""Pictures of language models: choosing the next word, caches, vectors of words, positions."""

import math

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
    TEAL,
    TINTS,
    VIOLET,
    Canvas,
    Plot,
    sampled,
)

_WORDS = ("blue", "clear", "gray", "dark", "green")
_LOGITS = (3.0, 2.2, 1.4, 0.6, -0.6)


def _softmax(values: tuple[float, ...], temperature: float = 1.0) -> list[float]:
    powers = [math.exp(value / temperature) for value in values]
    return [power / sum(powers) for power in powers]


@picture(
    "temperature",
    "“The sky is …” at three temperatures",
    "Bars for the probabilities of blue, clear, gray, dark and green. At temperature 0.5 blue has 0.80, at 1 it has 0.57, at 2 only 0.39: the bars become more even.",
    350,
)
def _temperature(canvas: Canvas) -> None:
    for place, (temperature, color) in enumerate(((0.5, BLUE), (1.0, GREEN), (2.0, ORANGE))):
        left = 32 + place * 202
        canvas.text(left + 88, 70, f"T = {temperature:g}", bold=True)
        for row, (word, chance) in enumerate(zip(_WORDS, _softmax(_LOGITS, temperature), strict=True)):
            y = 96 + row * 40
            canvas.text(left + 38, y + 15, word, size=SMALL, anchor="end")
            canvas.rect(left + 46, y, 104 * chance, 22, fill=color, radius=2)
            canvas.text(left + 54 + 104 * chance, y + 16, f"{chance:.2f}", size=SMALL, color=MUTED, anchor="start")
    canvas.note("low: nearly always the favorite; high: more variety, more nonsense")


@picture(
    "softmax",
    "Softmax turns scores into probabilities",
    "Five scores, 3.0, 2.2, 1.4, 0.6 and −0.6, are raised as powers of e, divided by their sum, and become probabilities 0.57, 0.25, 0.11, 0.05 and 0.02.",
    350,
)
def _softmax_picture(canvas: Canvas) -> None:
    total = sum(math.exp(value) for value in _LOGITS)
    for x, words in ((150, "score z"), (290, "eᶻ"), (480, "eᶻ / sum")):
        canvas.text(x, 70, words, color=MUTED)
    for row, (word, value, chance) in enumerate(zip(_WORDS, _LOGITS, _softmax(_LOGITS), strict=True)):
        y = 104 + row * 36
        canvas.text(84, y, word, anchor="end")
        canvas.text(150, y, f"{value:.1f}".replace("-", "−"))
        canvas.arrow((190, y - 5), (236, y - 5))
        canvas.text(290, y, f"{math.exp(value):.2f}")
        canvas.arrow((342, y - 5), (388, y - 5))
        canvas.rect(402, y - 17, 170 * chance, 22, fill=BLUE, radius=2)
        canvas.text(412 + 170 * chance, y, f"{chance:.2f}", anchor="start", color=MUTED)
    canvas.text(290, 290, f"sum: {total:.2f}", bold=True)
    canvas.text(480, 290, "sum: 1", bold=True)
    canvas.note("every probability is above 0; the largest score gets more than its share")


@picture(
    "beam-search",
    "Beam search with two beams",
    "A tree of words with probabilities. At each step only the two best partial sentences are kept, drawn blue; the others are gray. The best whole sentence, a cat sleeps "
    "with 0.25, does not begin with the most likely first word.",
    400,
)
def _beam_search(canvas: Canvas) -> None:
    nodes = {
        "start": (66, 196, "start"), "the": (210, 108, "the 0.5"), "a": (210, 218, "a 0.4"), "one": (210, 306, "one 0.1"),
        "the dog": (376, 76, "dog 0.3"), "the cat": (376, 138, "cat 0.25"), "a cat": (376, 200, "cat 0.9"), "a dog": (376, 262, "dog 0.1"),
        "the dog runs": (548, 76, "runs 0.6"), "a cat sleeps": (548, 180, "sleeps 0.7"), "a cat runs": (548, 242, "runs 0.2"),
    }  # fmt: skip
    kept = {"start", "the", "a", "the dog", "a cat", "a cat sleeps", "the dog runs"}
    for name, (x, y, _) in nodes.items():
        if name != "start":
            parent = nodes[name.rpartition(" ")[0] or "start"]
            canvas.curve(
                [(parent[0] + 44, parent[1]), (x - 50, y)], BLUE if name in kept else GREY, 2.4 if name in kept else 1.2
            )
    for name, (x, y, words) in nodes.items():
        color = GREEN if name == "a cat sleeps" else BLUE if name in kept else GREY
        canvas.box(x - 52, y - 20, 104, 40, words, color)
    canvas.text(66, 250, "a cat sleeps:\n.4 · .9 · .7\n= 0.25", size=SMALL, color=GREEN)
    canvas.text(548, 122, "= .5 · .3 · .6 = 0.09", size=SMALL, color=MUTED)
    canvas.note("greedy search would take “the” first and never find the better sentence")


@picture(
    "kv-cache",
    "KV cache: compute each key and value once",
    "Two tables over four generation steps. Without a cache keys and values of all earlier tokens are computed anew in each step, ten in all; with a cache only the newest one is, four in all.",
    350,
)
def _kv_cache(canvas: Canvas) -> None:
    words = ("The", "cat", "sat", "on")
    for left, name, cached in ((84, "without cache: 10 computed", False), (392, "with cache: 4 computed", True)):
        canvas.text(left + 92, 66, name)
        for column, word in enumerate(words):
            canvas.text(left + 23 + column * 46, 96, word, size=SMALL)
        for row in range(4):
            canvas.text(left - 10, 130 + row * 42, f"step {row + 1}", size=SMALL, color=MUTED, anchor="end")
            for column in range(row + 1):
                old = cached and column < row
                color = GREY if old else ORANGE
                canvas.box(left + column * 46, 106 + row * 42, 42, 36, "kept" if old else "k, v", color, SMALL)
    canvas.text(320, 300, "orange: computed in this step; gray: read from memory", size=SMALL)
    canvas.note("time is saved, memory is spent: the cache grows with every token")


@picture(
    "paged-attention",
    "Paged attention: the KV cache in pages",
    "Two conversations, A and B, whose tokens are in logical order; a table leads each page to any free place in memory, so that no gaps are left between them.",
    380,
)
def _paged(canvas: Canvas) -> None:
    canvas.text(116, 66, "what the model sees", color=MUTED)
    canvas.text(320, 66, "block table", color=MUTED)
    canvas.text(520, 66, "GPU memory", color=MUTED)
    slots = {"A1": 1, "A2": 5, "A3": 2, "B1": 4, "B2": 0}
    for place, page in enumerate(slots):
        y = 84 + place * 44 + (16 if page[0] == "B" else 0)
        color = BLUE if page[0] == "A" else ORANGE
        canvas.box(40, y, 152, 38, f"{page[0]}: page {page[1]}", color)
        canvas.box(284, y, 72, 38, str(slots[page]), GREY)
        canvas.arrow((194, y + 19), (280, y + 19), color)
        canvas.arrow((358, y + 19), (448, 102 + slots[page] * 40), color)
    inverse = {slot: page for page, slot in slots.items()}
    for slot in range(6):
        page = inverse.get(slot, "")
        color = BLUE if page.startswith("A") else ORANGE if page else GREY
        canvas.rect(452, 84 + slot * 40, 136, 36, fill=TINTS[color] if page else "#ffffff", stroke=color)
        canvas.text(520, 107 + slot * 40, page or "free", size=SMALL, color=INK if page else MUTED)
        canvas.text(606, 107 + slot * 40, str(slot), size=SMALL, color=MUTED)
    canvas.note("like virtual memory: pages of fixed size, handed out only when needed")


@picture(
    "speculative-decoding",
    "Speculative decoding",
    "A small model drafts four words, sat on the sofa. The large model checks all four at once, accepts the first three, rejects sofa and writes mat instead: four words for one "
    "run of the large model.",
    350,
)
def _speculative(canvas: Canvas) -> None:
    canvas.text(24, 88, "so far", size=SMALL, color=MUTED, anchor="start")
    canvas.box(140, 64, 120, 38, "The cat", GREY)
    canvas.text(24, 146, "small model\ndrafts 4, fast", size=SMALL, color=ORANGE, anchor="start")
    canvas.text(24, 216, "large model\nchecks all at once", size=SMALL, color=BLUE, anchor="start")
    for place, word in enumerate(("sat", "on", "the", "sofa")):
        x = 196 + place * 106
        canvas.box(x, 132, 92, 38, word, ORANGE)
        canvas.arrow((x + 46, 172), (x + 46, 198))
        canvas.box(x, 202, 92, 38, "✓" if place < 3 else "✗  → mat", GREEN if place < 3 else RED)
    canvas.text(320, 288, "result: The cat sat on the mat", size=17, bold=True)
    canvas.note("4 new words for one run of the large model, with the same distribution as without")


@picture(
    "embedding",
    "Words as points: near means similar",
    "A map with three groups of words, animals, fruit and vehicles. Cat lies beside dog and far from truck.",
)
def _embedding(canvas: Canvas) -> None:
    canvas.rect(40, 56, 560, 280, stroke=EDGE, radius=8)
    groups = (
        (BLUE, "animals", (190, 140), (("cat", 150, 118), ("dog", 214, 132), ("horse", 186, 176), ("mouse", 118, 160))),
        (GREEN, "fruit", (460, 130), (("apple", 420, 112), ("pear", 486, 124), ("banana", 458, 164))),
        (
            ORANGE,
            "vehicles",
            (350, 270),
            (("car", 300, 250), ("truck", 366, 262), ("bus", 330, 298), ("bike", 420, 290)),
        ),
    )
    for color, name, (x, y), words in groups:
        canvas.ellipse(
            x - 20 if name == "animals" else x, y + 8, (120, 66) if name != "vehicles" else (130, 58), 0, color
        )
        for word, left, top in words:
            canvas.circle(left, top, 5, fill=color)
            canvas.text(left + 10, top + 5, word, size=SMALL, anchor="start")
    canvas.text(170, 234, "animals", color=BLUE, bold=True)
    canvas.text(556, 214, "fruit", color=GREEN, bold=True)
    canvas.text(520, 300, "vehicles", color=ORANGE, bold=True)
    canvas.note("a flat sketch; real embeddings have hundreds of dimensions")


@picture(
    "word-embedding",
    "king − man + woman ≈ queen",
    "Four points, man, woman, king and queen, at the corners of a parallelogram. The arrow from man to woman is the same as the one from king to queen.",
    350,
)
def _word_embedding(canvas: Canvas) -> None:
    plot = Plot(canvas, (60, 60, 520, 240), (0, 10), (0, 6))
    canvas.rect(60, 60, 520, 240, stroke=EDGE, radius=8)
    spots = {"man": (1.6, 1.2), "woman": (5.6, 2.0), "king": (3.2, 4.2), "queen": (7.2, 5.0)}
    for start, end, color in (
        ("man", "woman", ORANGE),
        ("king", "queen", ORANGE),
        ("man", "king", BLUE),
        ("woman", "queen", BLUE),
    ):
        canvas.arrow(plot.at(*spots[start]), plot.at(*spots[end]), color, 2.2)
    for word, spot in spots.items():
        plot.dots([spot], INK, 6)
        plot.text(spot[0], spot[1] - 0.6 if word in {"man", "woman"} else spot[1] + 0.35, word)
    plot.text(3.9, 1.15, "female", ORANGE)
    plot.text(2.2, 2.9, "royal", BLUE, "end")
    canvas.note("a direction can stand for a relation; it works well for some, not for all")


@picture(
    "positional-encoding",
    "Sinusoidal positions",
    "A table of 10 positions by 16 dimensions in blue and orange. The first columns flip from row to row, the last hardly change: fast and slow waves mark the place.",
    400,
)
def _positions(canvas: Canvas) -> None:
    for row in range(10):
        canvas.text(84, 103 + row * 24, str(row), size=SMALL, color=MUTED, anchor="end")
        for column in range(16):
            angle = row / 10000 ** (2 * (column // 2) / 16)
            value = math.sin(angle) if column % 2 == 0 else math.cos(angle)
            ends = (47, 111, 222) if value > 0 else (201, 106, 18)
            tone = "".join(f"{round(255 - (255 - end) * abs(value) * 0.85):02x}" for end in ends)
            canvas.rect(96 + column * 32, 86 + row * 24, 32, 24, fill=f"#{tone}", stroke=EDGE)
    canvas.text(30, 80, "position", size=SMALL, color=MUTED, anchor="start")
    canvas.text(608, 80, "16 dimensions: fast waves left, slow ones right", size=SMALL, color=MUTED, anchor="end")
    canvas.legend(220, 350, [(BLUE, "+1")])
    canvas.legend(320, 350, [(ORANGE, "−1")])
    canvas.note("every row is different, so each position has its own pattern")


@picture(
    "tokenization",
    "From text to tokens to numbers",
    "The text Tokenizers aren't magical! is cut into seven tokens, Token, izers, aren, 't, magic, al and !, and each gets its number in the vocabulary.",
    280,
)
def _tokenization(canvas: Canvas) -> None:
    canvas.text(320, 78, "Tokenizers aren't magical!", size=20)
    canvas.arrow((320, 90), (320, 112))
    tokens = ("Token", "izers", "␣aren", "'t", "␣magic", "al", "!")
    colors = (BLUE, BLUE, ORANGE, ORANGE, GREEN, GREEN, VIOLET)
    left = 40.0
    for place, (token, color) in enumerate(zip(tokens, colors, strict=True)):
        width = 38 + 9.5 * len(token)
        canvas.box(left, 118, width, 40, token, color)
        canvas.arrow((left + width / 2, 160), (left + width / 2, 184))
        canvas.text(left + width / 2, 204, str((3404, 17341, 4448, 956, 8912, 283, 0)[place]), color=MUTED)
        left += width + 6
    canvas.note("␣ is the space before a word; the numbers here are made up")


@picture(
    "top-p-sampling",
    "Top-p sampling with p = 0.9",
    "Bars of next-word probabilities from high to low. The first three, which together reach 0.9, stay in the draw; the rest is cut off.",
)
def _top_p(canvas: Canvas) -> None:
    chances = (0.48, 0.27, 0.16, 0.05, 0.03, 0.01)
    words = ("blue", "clear", "gray", "dark", "green", "loud")
    plot = Plot(canvas, (80, 80, 500, 210), (0, 6), (0, 0.55)).axes("", "probability")
    total = 0.0
    for place, (word, chance) in enumerate(zip(words, chances, strict=True)):
        kept = total < 0.9
        total += chance
        plot.bar(place + 0.5, 0.7, chance, BLUE if kept else "#c3c8d0")
        plot.text(place + 0.5, chance + 0.015, f"{chance:.2f}")
        canvas.text(
            plot.at(place + 0.5, 0)[0], 310, f"{word}\nsum {total:.2f}", size=SMALL, color=INK if kept else MUTED
        )
    x, _ = plot.at(3, 0)
    canvas.curve([(x, 86), (x, 290)], RED, 2, dash="6 5")
    canvas.text(x + 10, 106, "cut: the sum has reached 0.9", size=SMALL, color=RED, anchor="start")
    canvas.note("how many words stay depends on how sure the model is")


@picture(
    "scaling-law",
    "A scaling law is a straight line on log paper",
    "Loss against training compute, both axes logarithmic: five training runs lie close to a falling straight line that is extended to a larger run.",
)
def _scaling(canvas: Canvas) -> None:
    plot = Plot(canvas, (80, 80, 510, 210), (0, 7), (0.28, 0.72)).axes("training compute (×10 per mark)", "loss")
    plot.ticks([(n, f"10{'⁰¹²³⁴⁵⁶⁷'[n]}") for n in range(8)], [(math.log10(v), str(v)) for v in (2, 3, 4, 5)])
    points = [(n + 0.4, 0.68 - 0.05 * (n + 0.4) + e) for n, e in enumerate((0.006, -0.007, 0.004, -0.003, 0.005))]
    plot.curve([(0, 0.68), (4.6, 0.45)], BLUE)
    plot.curve([(4.6, 0.45), (6.8, 0.34)], BLUE, 2.5, "7 6")
    plot.dots(points, ORANGE, 6)
    plot.text(2.6, 0.6, "measured runs", ORANGE, "start")
    plot.text(5.1, 0.46, "forecast", BLUE, "start")
    canvas.note("invented numbers; ten times the compute: the loss falls by the same factor")


@picture(
    "cosine-similarity",
    "Cosine similarity: the angle counts, not the length",
    "Three vectors from one point. A short and a long one with 20° between them have cosine 0.94; one at a right angle has 0.",
    340,
)
def _cosine(canvas: Canvas) -> None:
    origin = (130.0, 260.0)
    vectors = ((130, 25, BLUE, "a"), (230, 45, ORANGE, "b"), (150, 115, GREEN, "c"))
    for length, degrees, color, name in vectors:
        turn = math.radians(degrees)
        end = (origin[0] + length * math.cos(turn), origin[1] - length * math.sin(turn))
        canvas.arrow(origin, end, color, 3)
        canvas.text(end[0] + 14, end[1] + 2, name, size=18, color=color)
    arc = [(130 + 70 * math.cos(math.radians(t)), 260 - 70 * math.sin(math.radians(t))) for t in range(25, 46)]
    canvas.curve(arc, MUTED, 1.5)
    for row, words in enumerate(("a, b: 20°, cosine 0.94", "a, c: 90°, cosine 0", "b, c: 70°, cosine 0.34")):
        canvas.text(400, 160 + row * 32, words, anchor="start")
    canvas.note("1: same direction, 0: at a right angle, −1: opposite")


@picture(
    "perplexity",
    "Perplexity: between how many words does it waver?",
    "Perplexity 1 to 10 against the probability the model gives the right next word: probability 1 gives 1, one half gives 2, a tenth gives 10.",
)
def _perplexity(canvas: Canvas) -> None:
    plot = Plot(canvas, (80, 80, 510, 210), (0, 1.02), (0, 10.5)).axes(
        "probability of the right word (the same each time)", "perplexity"
    )
    plot.ticks([(p, f"{p:g}") for p in (0.1, 0.25, 0.5, 1)], [(n, str(n)) for n in (1, 2, 4, 10)])
    plot.curve(sampled(lambda p: 1 / p, 0.0955, 1), TEAL, 3)
    plot.dots([(0.1, 10), (0.25, 4), (0.5, 2), (1, 1)], TEAL, 6)
    plot.text(0.13, 9.4, "like rolling a ten-sided die", MUTED, "start")
    plot.text(0.53, 2.6, "like tossing a coin", MUTED, "start")
    plot.text(1.0, 1.7, "certain", MUTED, "end")
    canvas.note("perplexity = e to the mean loss; here simply 1 / probability")
