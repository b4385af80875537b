"""Pictures of neural networks: neurons and their curves, attention, recurrent cells, pairs of networks."""

import itertools
import math
import random

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
    Point,
    sampled,
)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


@picture(
    "activation-function",
    "Activation functions",
    "Six small graphs from −4 to 4: step, sigmoid, tanh, ReLU, leaky ReLU and GELU.",
    430,
)
def _activations(canvas: Canvas) -> None:
    shapes = (
        ("step", GREY, lambda x: 0.0 if x < 0 else 1.0), ("sigmoid", BLUE, _sigmoid), ("tanh", TEAL, math.tanh),
        ("ReLU", ORANGE, lambda x: max(0.0, x)), ("leaky ReLU", RED, lambda x: x if x > 0 else 0.1 * x),
        ("GELU", VIOLET, lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2),
    )  # fmt: skip
    for place, (name, color, curve) in enumerate(shapes):
        row, column = divmod(place, 3)
        top = 1.35 if row == 0 else 4.0
        plot = Plot(canvas, (30 + column * 202, 82 + row * 166, 176, 112), (-4, 4), (-top if row == 0 else -1.0, top))
        plot.curve([(-4, 0), (4, 0)], EDGE, 1.5)
        plot.curve([(0, plot.ys[0]), (0, plot.ys[1])], EDGE, 1.5)
        plot.curve(sampled(curve, -4, 4, 161), color, 3)
        canvas.text(118 + column * 202, 70 + row * 166, name, color=color)
    canvas.note("x from −4 to 4; upper row from −1.35 to 1.35, lower row from −1 to 4")


@picture(
    "sigmoid",
    "Sigmoid σ(x) = 1 / (1 + e⁻ˣ)",
    "The S-shaped sigmoid from −6 to 6: nearly 0 on the left, 0.5 at 0, nearly 1 on the right. Its slope, dashed, is at most 0.25, in the middle.",
)
def _sigmoid_picture(canvas: Canvas) -> None:
    plot = Plot(canvas, (70, 80, 530, 220), (-6, 6), (0, 1.05)).axes("x", "σ(x)")
    plot.ticks([(x, str(x).replace("-", "−")) for x in range(-6, 7, 2)], [(0.25, "0.25"), (0.5, "0.5"), (1, "1")])
    plot.curve(sampled(_sigmoid, -6, 6, 121), BLUE, 3)
    plot.curve(sampled(lambda x: _sigmoid(x) * (1 - _sigmoid(x)), -6, 6, 121), ORANGE, 2, "7 5")
    plot.dots([(0, 0.5)], BLUE, 5)
    plot.text(3.1, 0.82, "σ(x)", BLUE)
    plot.text(1.9, 0.2, "slope", ORANGE)
    canvas.note("far from 0 the slope is almost nothing: there learning stalls")


@picture(
    "relu",
    "ReLU(x) = max(0, x)",
    "The graph of ReLU: flat at zero for negative x, the line y = x for positive x, with a kink at zero.",
)
def _relu(canvas: Canvas) -> None:
    plot = Plot(canvas, (70, 80, 530, 220), (-4, 4), (-0.4, 4)).axes("x", "ReLU(x)")
    plot.ticks([(x, str(x).replace("-", "−")) for x in range(-4, 5, 2)], [(0, "0"), (2, "2"), (4, "4")])
    plot.curve([(-4, 0), (0, 0), (4, 4)], ORANGE, 3.5)
    plot.text(-2, 0.35, "off: slope 0", MUTED)
    plot.text(1.35, 2.2, "on: slope 1", MUTED, "end")
    canvas.note("cheap to compute; where it is on, the gradient passes unchanged")


@picture(
    "tanh",
    "tanh and sigmoid",
    "tanh runs from −1 through 0 to 1, the sigmoid from 0 through one half to 1; tanh is steeper around zero.",
)
def _tanh(canvas: Canvas) -> None:
    plot = Plot(canvas, (70, 80, 530, 220), (-4, 4), (-1.1, 1.1)).axes("x", "")
    plot.ticks([(x, str(x).replace("-", "−")) for x in range(-4, 5, 2)], [(-1, "−1"), (0, "0"), (1, "1")])
    plot.curve(sampled(math.tanh, -4, 4, 121), TEAL, 3)
    plot.curve(sampled(_sigmoid, -4, 4), BLUE, 2, "7 5")
    plot.text(-1.3, -0.55, "tanh", TEAL, "start")
    plot.text(-2.6, 0.22, "sigmoid", BLUE, "start")
    canvas.note("tanh is centered on zero: tanh(x) = 2σ(2x) − 1")


@picture(
    "neural-network",
    "A small neural network",
    "Three layers of circles, three inputs, four hidden neurons and two outputs, each joined to all of the next. Strong weights are drawn thick, negative ones orange.",
    360,
)
def _neural_network(canvas: Canvas) -> None:
    generator = random.Random(3)  # noqa: S311 - a picture, no secret
    layers: list[list[Point]] = [
        [(130, 110 + row * 70) for row in range(3)], [(320, 80 + row * 66) for row in range(4)], [(510, 140 + row * 80) for row in range(2)],
    ]  # fmt: skip
    for layer, following in itertools.pairwise(layers):
        for start in layer:
            for end in following:
                weight = generator.gauss(0, 1)
                canvas.curve([start, end], BLUE if weight > 0 else ORANGE, 0.6 + min(4.0, abs(weight) * 1.7))
    for layer, color in zip(layers, (TEAL, BLUE, GREEN), strict=True):
        for x, y in layer:
            canvas.node(x, y, 20, color=color)
    for row, name in enumerate(("size", "rooms", "age")):
        canvas.text(98, 115 + row * 70, name, anchor="end")
    for row, name in enumerate(("price", "rent")):
        canvas.text(542, 145 + row * 80, name, anchor="start")
    for x, name in ((130, "input"), (320, "hidden layer"), (510, "output")):
        canvas.text(x, 316, name, size=SMALL, color=MUTED)
    canvas.note("thick: strong weight; blue: positive, orange: negative")


@picture(
    "self-attention",
    "Which words does “it” look at?",
    "A table of attention weights for the sentence The cat slept because it was tired; dark cells are high. The row of the word it is darkest at cat.",
    420,
)
def _self_attention(canvas: Canvas) -> None:
    words = ("The", "cat", "slept", "because", "it", "was", "tired")
    scores = {(1, 1): 2.4, (1, 0): 1.4, (2, 1): 2.6, (2, 2): 1.4, (3, 2): 1.6, (3, 6): 1.6, (4, 1): 3.4, (4, 6): 1.2, (5, 4): 2.0,
              (5, 6): 1.8, (6, 1): 1.9, (6, 4): 1.6, (6, 6): 1.8, (0, 0): 1.2, (0, 1): 2.2}  # fmt: skip
    for row in range(7):
        powers = [math.exp(scores.get((row, column), 0.0)) for column in range(7)]
        total = sum(powers)
        canvas.text(150, 107 + row * 38, words[row], anchor="end", bold=row == 4)
        for column, power in enumerate(powers):
            share = power / total
            tone = [round(255 - (255 - end) * min(1.0, share * 1.35)) for end in (47, 111, 222)]
            left, top = 162 + column * 62, 84 + row * 38
            canvas.rect(left, top, 62, 38, fill="#" + "".join(f"{part:02x}" for part in tone), stroke=EDGE)
            if row == 4:
                canvas.text(left + 31, top + 24, f"{share:.2f}", size=SMALL, color="#ffffff" if share > 0.4 else INK)
    for column, word in enumerate(words):
        canvas.text(193 + column * 62, 74, word, size=SMALL)
    canvas.rect(162, 84 + 4 * 38, 7 * 62, 38, stroke=ORANGE)
    canvas.note("each row adds up to 1; a made-up example, real heads are less tidy")


@picture(
    "attention-mask",
    "Causal mask and padding mask",
    "Two five by five tables of who may look at whom. Causal: a triangle, each token sees itself and what came before. Padding: the last two columns, "
    "padding, are hidden from all.",
    370,
)
def _attention_mask(canvas: Canvas) -> None:
    causal, padded = ("I", "like", "tea", "with", "milk"), ("Good", "day", ".", "pad", "pad")
    triangle = [[column <= row for column in range(5)] for row in range(5)]
    for left, words, name, allowed in (
        (70, causal, "causal mask", triangle), (370, padded, "padding mask", [[column < 3 for column in range(5)]] * 5),
    ):  # fmt: skip
        canvas.text(left + 112, 66, name, bold=True)
        for place, word in enumerate(words):
            canvas.text(left + 32 + place * 40, 96, word, size=SMALL)
            canvas.text(left + 4, 129 + place * 40, word, size=SMALL, anchor="end")
            for column, seen in enumerate(allowed[place]):
                x, y = left + 12 + column * 40, 104 + place * 40
                canvas.rect(x, y, 40, 40, fill=TINTS[GREEN] if seen else "#d5d9df", stroke=EDGE)
                if seen:
                    canvas.text(x + 20, y + 25, "✓")
    canvas.note("row: who looks; column: at whom; gray: score −∞, weight 0 after softmax")


@picture(
    "multi-head-attention",
    "Multi-head attention",
    "The input goes to three heads side by side, each with its own query, key and value matrices and its own attention; their outputs are put next to each "
    "other and multiplied by one last matrix.",
    410,
)
def _multi_head(canvas: Canvas) -> None:
    canvas.box(230, 330, 180, 36, "input X", GREY)
    for place, color in enumerate((BLUE, ORANGE, GREEN)):
        x = 120 + place * 200
        canvas.arrow((320 + (place - 1) * 60, 328), (x, 296))
        canvas.box(x - 76, 260, 152, 34, "Q, K, V", color)
        canvas.arrow((x, 258), (x, 226))
        canvas.box(x - 76, 176, 152, 48, f"head {place + 1}\nsoftmax(QKᵀ/√d) V", color, SMALL)
        canvas.arrow((x, 174), (320 + (place - 1) * 70, 142))
        canvas.rect(215 + place * 70, 108, 70, 32, fill=TINTS[color], stroke=color)
    canvas.text(440, 129, "side by side", size=SMALL, color=MUTED, anchor="start")
    canvas.arrow((320, 106), (320, 90))
    canvas.box(230, 54, 180, 34, "× W → output", VIOLET)
    canvas.note("each head looks for something else; together they cost about one wide head")


@picture(
    "transformer",
    "A transformer block",
    "From bottom to top: token vectors with positions, normalization, self-attention, an addition with the untouched input, normalization, feedforward network, "
    "another addition. The block is repeated many times and followed by probabilities of the next token.",
    560,
)
def _transformer(canvas: Canvas) -> None:
    middle = 300
    canvas.rect(150, 136, 330, 322, fill="#f3f5f8", stroke=EDGE, radius=12)
    stages = (
        (466, 40, "token embeddings + positions", GREY), (396, 34, "normalize", TEAL), (340, 42, "self-attention", ORANGE),
        (236, 34, "normalize", TEAL), (180, 42, "feedforward network", BLUE), (60, 46, "linear + softmax:\nnext token", GREEN),
    )  # fmt: skip
    for top, height, words, color in stages:
        canvas.box(middle - 110, top, 220, height, words, color, SMALL)
    for y in (300, 152):
        canvas.node(middle, y, 13, "+", VIOLET)
    for start, end in ((466, 432), (396, 383), (340, 315), (286, 271), (236, 223), (180, 167), (138, 108)):
        canvas.arrow((middle, start), (middle, end))
    for start, end in ((452, 300), (280, 152)):
        canvas.arrow((middle, start), (middle + 15, end), VIOLET, via=[(450, start), (450, end)])
    canvas.text(494, 284, "× N blocks", anchor="start", bold=True)
    canvas.text(494, 310, "residual:\ninput is added", size=SMALL, color=VIOLET, anchor="start")
    canvas.text(136, 350, "words\nexchange\ninformation", size=SMALL, color=ORANGE, anchor="end")
    canvas.text(136, 196, "each word\nby itself", size=SMALL, color=BLUE, anchor="end")
    canvas.note("a decoder block with normalization first, as in most language models")


@picture(
    "long-short-term-memory",
    "An LSTM cell",
    "A cell state runs straight through the upper line. The forget gate multiplies it, the input gate adds new content, and the output gate decides what "
    "of it becomes the hidden state.",
    390,
)
def _lstm(canvas: Canvas) -> None:
    canvas.rect(110, 60, 420, 262, fill="#f3f5f8", stroke=EDGE, radius=14)
    canvas.arrow((30, 104), (610, 104), ORANGE, 3)
    for x, sign in ((180, "×"), (322, "+")):
        canvas.node(x, 104, 15, sign, VIOLET)
    gates = ((180, "σ", "forget"), (276, "σ", "input"), (368, "tanh", "new"), (452, "σ", "output"))
    for x, sign, name in gates:
        canvas.box(x - 27, 226, 54, 34, sign, BLUE)
        canvas.text(x, 280, name, size=SMALL, color=MUTED)
        canvas.arrow((x, 304), (x, 286), GREY)
    canvas.arrow((180, 224), (180, 121))
    canvas.node(322, 168, 15, "×", VIOLET)
    canvas.arrow((276, 224), (306, 168), via=[(276, 168)])
    canvas.arrow((368, 224), (338, 168), via=[(368, 168)])
    canvas.arrow((322, 152), (322, 121))
    canvas.node(452, 184, 15, "×", VIOLET)
    canvas.arrow((452, 224), (452, 201))
    canvas.box(425, 126, 54, 30, "tanh", TEAL, SMALL)
    canvas.arrow((452, 106), (452, 124))
    canvas.arrow((452, 157), (452, 167), width=1.4)
    canvas.arrow((468, 184), (610, 184), GREEN, 2.4)
    canvas.curve([(30, 304), (452, 304)], GREY, 2)
    canvas.text(28, 92, "cell state", size=SMALL, color=ORANGE, anchor="start")
    canvas.text(26, 344, "previous hidden state and input xₜ", size=SMALL, color=MUTED, anchor="start")
    canvas.text(540, 172, "hidden", size=SMALL, color=GREEN, anchor="start")
    canvas.text(540, 204, "state hₜ", size=SMALL, color=GREEN, anchor="start")
    canvas.note("σ opens or closes a gate (0 to 1); the upper line carries memory over many steps")


@picture(
    "encoder-decoder",
    "Encoder and decoder",
    "An encoder reads I like tea into vectors; a decoder looks at them and writes Ich mag Tee, one word after the other, each word fed back in as the next input.",
    350,
)
def _encoder_decoder(canvas: Canvas) -> None:
    for place in range(3):  # drawn first, so that the decoder's box covers their middles
        canvas.curve([(420 + place * 54, 116), (454 + place * 54, 244)], GREEN, 1.2, dash="4 4")
    canvas.box(40, 150, 210, 60, "encoder", BLUE)
    canvas.box(380, 150, 220, 60, "decoder", GREEN)
    for place, word in enumerate(("I", "like", "tea")):
        x = 80 + place * 65
        canvas.text(x, 258, word)
        canvas.arrow((x, 242), (x, 214))
        canvas.rect(268 + place * 30, 156, 20, 48, fill=TINTS[ORANGE], stroke=ORANGE, radius=4)
    canvas.arrow((251, 180), (266, 180))
    canvas.arrow((350, 180), (378, 180))
    canvas.text(308, 142, "vectors", size=SMALL, color=ORANGE)
    for place, (word, before) in enumerate(
        zip(("Ich", "mag", "Tee", "end"), ("start", "Ich", "mag", "Tee"), strict=True)
    ):
        x = 410 + place * 54
        canvas.text(x, 108, word, bold=True)
        canvas.arrow((x, 148), (x, 118))
        canvas.text(x, 258, before, color=MUTED)
        canvas.arrow((x, 242), (x, 214))
    canvas.text(145, 284, "source sentence", size=SMALL, color=MUTED)
    canvas.text(490, 284, "what has been written so far", size=SMALL, color=MUTED)
    canvas.note("the encoder reads everything at once, the decoder writes word by word")


@picture(
    "generative-adversarial-network",
    "A GAN: forger and detective",
    "Random noise goes into a generator that makes fake images. A discriminator sees fakes and real images and says which is which; its verdict trains both.",
    360,
)
def _gan(canvas: Canvas) -> None:
    canvas.box(24, 196, 80, 46, "noise", GREY)
    canvas.arrow((106, 219), (140, 219))
    canvas.box(142, 190, 126, 58, "generator\n(forger)", ORANGE)
    canvas.arrow((270, 219), (302, 219))
    canvas.box(304, 196, 84, 46, "fake", ORANGE)
    canvas.box(304, 92, 84, 46, "real", GREEN)
    canvas.box(142, 86, 126, 58, "training\nimages", GREY)
    canvas.arrow((270, 115), (302, 115))
    canvas.box(430, 136, 136, 62, "discriminator\n(detective)", BLUE)
    canvas.arrow((390, 115), (428, 154))
    canvas.arrow((390, 219), (428, 182))
    canvas.arrow((568, 167), (596, 167))
    canvas.text(498, 122, "real or fake?", size=SMALL, color=BLUE)
    canvas.arrow((596, 172), (205, 250), RED, via=[(596, 290), (205, 290)], dash="6 4")
    canvas.text(400, 282, "verdict: learn to fool it better", size=SMALL, color=RED)
    canvas.note("the detective learns to tell them apart, the forger to be taken for real")


@picture(
    "variational-autoencoder",
    "Variational autoencoder",
    "An encoder turns an image into a mean and a spread, a point is drawn from that cloud, and a decoder turns the point back into an image.",
    350,
)
def _vae(canvas: Canvas) -> None:
    y = 164
    canvas.box(20, y - 30, 66, 60, "image\nx", GREY, SMALL)
    canvas.area([(104, y - 66), (104, y + 66), (196, y + 32), (196, y - 32)], TINTS[BLUE])
    canvas.curve([(104, y - 66), (104, y + 66), (196, y + 32), (196, y - 32), (104, y - 66)], BLUE, 1.5)
    canvas.text(150, y + 5, "encoder")
    canvas.box(216, y - 54, 84, 40, "mean μ", ORANGE, SMALL)
    canvas.box(216, y + 14, 84, 40, "spread σ", ORANGE, SMALL)
    for radius, tint in ((46, "#fdeada"), (30, "#fad9b8"), (15, "#f5bd84")):
        canvas.circle(356, y, radius, fill=tint)
    canvas.circle(366, y - 12, 5, fill=RED)
    canvas.text(356, y + 66, "draw z = μ + σε", size=SMALL, color=RED)
    canvas.area([(420, y - 32), (420, y + 32), (512, y + 66), (512, y - 66)], TINTS[GREEN])
    canvas.curve([(420, y - 32), (420, y + 32), (512, y + 66), (512, y - 66), (420, y - 32)], GREEN, 1.5)
    canvas.text(466, y + 5, "decoder")
    canvas.box(534, y - 30, 86, 60, "image\nagain x̂", GREY, SMALL)
    for start, end in (((88, y), (102, y)), ((198, y - 12), (214, y - 30)), ((198, y + 12), (214, y + 30)), ((302, y - 32), (318, y - 18)),
                       ((302, y + 32), (318, y + 18)), ((404, y), (418, y)), ((514, y), (532, y))):  # fmt: skip
        canvas.arrow(start, end)
    canvas.text(320, 282, "loss = error of x̂ + distance of the cloud from N(0, 1)")
    canvas.note("because neighbors in the cloud must decode too, the latent space has no holes")


@picture(
    "autoencoder",
    "Autoencoder",
    "Layers of circles that narrow from six inputs to two in the middle, the code, and widen to six outputs again; the output is to equal the input.",
    370,
)
def _autoencoder(canvas: Canvas) -> None:
    sizes = (6, 4, 2, 4, 6)
    layers = [
        [(100 + place * 110, 182 + (row - (size - 1) / 2) * 40) for row in range(size)]
        for place, size in enumerate(sizes)
    ]
    for layer, following in itertools.pairwise(layers):
        for start in layer:
            for end in following:
                canvas.curve([start, end], EDGE, 1.2)
    for layer, color in zip(layers, (TEAL, BLUE, ORANGE, BLUE, GREEN), strict=True):
        for x, y in layer:
            canvas.node(x, y, 14, color=color)
    for x, words in ((100, "input x"), (210, "encoder"), (320, "code"), (430, "decoder"), (540, "output x̂")):
        canvas.text(x, 318, words, color=ORANGE if words == "code" else INK)
    canvas.note("six numbers have to pass through two: only the essential gets through")


@picture(
    "mixture-of-experts",
    "Mixture of experts",
    "A router gives a token's vector to two of four experts with weights 0.7 and 0.3; the other two rest. Both answers are weighted and added.",
    360,
)
def _moe(canvas: Canvas) -> None:
    canvas.box(24, 158, 80, 48, "token", GREY)
    canvas.arrow((106, 182), (136, 182))
    canvas.box(138, 152, 92, 60, "router", VIOLET)
    for place in range(4):
        y = 92 + place * 60
        chosen = {1: "0.7", 3: "0.3"}.get(place)
        canvas.box(320, y - 22, 140, 44, f"expert {place + 1}", GREEN if chosen else GREY)
        canvas.arrow((232, 182 + (place - 1.5) * 10), (316, y), GREEN if chosen else EDGE, 2.4 if chosen else 1.2)
        if chosen:
            canvas.arrow((462, y), (521, 176 if place == 1 else 190), GREEN, 2.4)
            canvas.text(496 if place == 1 else 528, 144 if place == 1 else 244, f"× {chosen}", size=SMALL, color=GREEN)
    canvas.node(540, 183, 18, "+", ORANGE)
    canvas.arrow((560, 183), (612, 183))
    canvas.note("all four cost memory, only two cost computing time")


@picture(
    "low-rank-adaptation",
    "LoRA: a narrow side path beside the frozen weights",
    "A large frozen square W of 4096 by 4096 and beside it two thin trainable strips, A and B, of width 8. Both results are added.",
    380,
)
def _lora(canvas: Canvas) -> None:
    canvas.box(250, 286, 140, 32, "input x", GREY)
    canvas.rect(110, 112, 130, 130, fill=TINTS[BLUE], stroke=BLUE, radius=4)
    canvas.text(175, 170, "W, frozen\n4096 × 4096", size=SMALL)
    canvas.rect(370, 216, 130, 26, fill=TINTS[ORANGE], stroke=ORANGE, radius=4)
    canvas.text(435, 234, "A: 8 × 4096", size=SMALL)
    canvas.rect(422, 112, 26, 92, fill=TINTS[ORANGE], stroke=ORANGE, radius=4)
    canvas.text(458, 162, "B: 4096 × 8", size=SMALL, anchor="start")
    canvas.node(320, 80, 16, "+", VIOLET)
    for start, end, via in (((280, 284), (175, 246), ()), ((360, 284), (435, 246), ()), ((435, 215), (435, 206), ())):
        canvas.arrow(start, end, via=via)
    canvas.arrow((175, 110), (303, 82))
    canvas.arrow((435, 110), (337, 82), ORANGE)
    canvas.text(100, 150, "16.8 million\nnumbers", size=SMALL, color=BLUE, anchor="end")
    canvas.text(512, 232, "65,536 numbers\n= 0.4 %", size=SMALL, color=ORANGE, anchor="start")
    canvas.text(346, 72, "Wx + BAx", anchor="start", bold=True)
    canvas.note("only A and B are trained; afterwards BA can be added into W")


@picture(
    "quantization",
    "Quantization to 4 bits",
    "A bell-shaped histogram of weights, and below it the sixteen values that remain: every weight is moved to the nearest one. 0.234 becomes 0.2.",
    400,
)
def _quantization(canvas: Canvas) -> None:
    plot = Plot(canvas, (50, 66, 540, 150), (-0.85, 0.85), (0, 1.05))
    width = 1.7 / 68
    for place in range(68):
        x = -0.85 + (place + 0.5) * width
        plot.bar(x, width * 0.8, math.exp(-((x / 0.3) ** 2) / 2), "#a9c4f3")
    canvas.curve([(50, 216), (590, 216)], MUTED, 1.5)
    for level in range(-8, 8):
        x, _ = plot.at(level / 10, 0)
        canvas.curve([(x, 218), (x, 252)], ORANGE, 2.5)
    for value in (0.234, -0.416):
        x, _ = plot.at(value, 0)
        target, _ = plot.at(round(value * 10) / 10, 0)
        canvas.circle(x, 216, 4, fill=RED)
        canvas.arrow((x, 222), (target + (2 if value > 0 else -2), 254), RED)
    for level in (-8, -4, 0, 4, 7):
        x, _ = plot.at(level / 10, 0)
        canvas.text(x, 276, f"{level / 10:.1f}".replace("-", "−"), size=SMALL, color=MUTED)
    canvas.text(66, 86, "weights, 16 bits each", size=SMALL, color=BLUE, anchor="start")
    canvas.text(320, 306, "16 levels, step 0.1:  0.234 → 0.2,  −0.416 → −0.4", color=RED)
    canvas.text(320, 334, "a quarter of the memory of 16 bits (plus a scale per block)", size=SMALL, color=INK)
    canvas.note("each weight keeps only the number of its level")
