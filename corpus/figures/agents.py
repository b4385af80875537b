"""Pictures of agents and of systems around models: loops, searches, pipelines."""

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
)


@picture(
    "reinforcement-learning",
    "The loop of reinforcement learning",
    "An agent sends an action to the environment; the environment sends back a new state and a reward.",
    330,
)
def _loop(canvas: Canvas) -> None:
    canvas.box(220, 72, 200, 62, "agent\n(its policy)", BLUE)
    canvas.box(220, 218, 200, 62, "environment", GREEN)
    canvas.arrow((422, 103), (422, 249), ORANGE, 2.4, via=[(530, 103), (530, 249)])
    canvas.arrow((218, 239), (218, 93), BLUE, 2.4, via=[(110, 239), (110, 93)])
    canvas.arrow((218, 261), (218, 113), GREEN, 2.4, via=[(134, 261), (134, 113)])
    canvas.text(544, 182, "action aₜ", color=ORANGE, anchor="start")
    canvas.text(98, 172, "state", color=BLUE, anchor="end")
    canvas.text(146, 192, "reward", color=GREEN, anchor="start")
    canvas.note("the goal: much reward over time, not only in the next step")


@picture(
    "ai-agent",
    "The loop of an AI agent",
    "A goal goes to a language model that thinks and picks a tool. The tool runs, its result goes back to the model, and so on in a circle until the goal is reached and an answer comes out.",
    370,
)
def _agent(canvas: Canvas) -> None:
    canvas.box(24, 150, 96, 52, "goal", GREY)
    canvas.box(176, 140, 150, 72, "language model\nthinks, decides", BLUE, SMALL)
    canvas.box(430, 72, 170, 56, "act: call a tool\n(search, code, mail)", ORANGE, SMALL)
    canvas.box(430, 224, 170, 56, "observe:\nresult or error", GREEN, SMALL)
    canvas.box(176, 272, 150, 44, "done: answer", VIOLET, SMALL)
    canvas.box(176, 60, 150, 44, "memory", TEAL, SMALL)
    canvas.arrow((122, 176), (173, 176))
    canvas.arrow((328, 160), (427, 104), ORANGE, 2.4)
    canvas.arrow((515, 130), (515, 221), GREEN, 2.4)
    canvas.arrow((428, 250), (330, 196), GREEN, 2.4)
    canvas.arrow((251, 214), (251, 269), VIOLET)
    canvas.arrow((240, 106), (240, 137), TEAL)
    canvas.arrow((262, 138), (262, 107), TEAL)
    canvas.text(402, 176, "again and again", size=SMALL, color=MUTED)
    canvas.note("a limit on steps, time and rights ends loops that go astray")


@picture(
    "retrieval-augmented-generation",
    "Retrieval-augmented generation",
    "Above: documents are cut into chunks, embedded and stored. Below: a question is embedded, the nearest chunks are found and put into the prompt with the question, and a model answers with sources.",
    400,
)
def _rag(canvas: Canvas) -> None:
    canvas.text(24, 74, "once, beforehand", size=SMALL, color=MUTED, anchor="start")
    top = (("documents", GREY), ("chunks", GREY), ("embeddings", BLUE), ("vector store", VIOLET))
    for place, (words, color) in enumerate(top):
        canvas.box(24 + place * 156, 86, 124, 44, words, color)
        if place:
            canvas.arrow((150 + (place - 1) * 156, 108), (22 + place * 156, 108))
    canvas.text(24, 206, "for each question", size=SMALL, color=MUTED, anchor="start")
    canvas.box(24, 218, 124, 44, "question", ORANGE)
    canvas.box(180, 218, 124, 44, "embedding", BLUE)
    canvas.box(460, 200, 156, 62, "the 5 nearest\nchunks", VIOLET)
    canvas.arrow((150, 240), (178, 240))
    canvas.arrow((306, 240), (457, 240))
    canvas.text(380, 230, "search", size=SMALL, color=MUTED)
    canvas.arrow((554, 132), (554, 197), VIOLET)
    canvas.box(390, 306, 226, 44, "prompt: chunks + question", ORANGE)
    canvas.box(226, 306, 124, 44, "model", BLUE)
    canvas.box(24, 306, 160, 44, "answer + sources", GREEN)
    canvas.arrow((538, 264), (538, 303))
    canvas.arrow((388, 328), (353, 328))
    canvas.arrow((224, 328), (187, 328))
    canvas.arrow((86, 264), (440, 303), EDGE, via=[(86, 284), (440, 284)])
    canvas.note("the model reads before it writes; what is not found cannot be answered")


@picture(
    "proximal-policy-optimization",
    "PPO: the clipped objective",
    "Two graphs over the ratio of new to old probability. For an advantage above zero the objective rises up to ratio 1.2 and is flat after it; for one below zero it is flat below 0.8 and falls after it.",
    360,
)
def _ppo(canvas: Canvas) -> None:
    cases = (
        (64, "advantage > 0: good action", [(0.0, 0.0), (1.2, 1.2), (2.0, 1.2)], 1.2, GREEN, (0, 2)),
        (366, "advantage < 0: bad action", [(0.0, -0.8), (0.8, -0.8), (2.0, -2.0)], 0.8, RED, (-2, 0)),
    )
    for left, words, line, edge, color, ys in cases:
        plot = Plot(canvas, (left, 100, 240, 170), (0, 2), (float(ys[0]), float(ys[1]))).axes("ratio new / old", "")
        canvas.text(left + 120, 74, words, color=color)
        corner = dict(line)[edge]
        plot.curve([(edge, ys[0]), (edge, ys[1])], MUTED, 1.2, "4 4")
        plot.curve([(1, ys[0]), (1, ys[1])], EDGE, 1.2)
        plot.curve(
            [(x, x if color == GREEN else -x) for x in ((1.2, 2.0) if color == GREEN else (0.0, 0.8))], EDGE, 2, "5 5"
        )
        plot.curve(line, color, 3)
        plot.dots([(edge, corner)], color, 5)
        plot.ticks(
            [(0, "0"), (1, "1"), (edge, f"{edge:g}")] if color == GREEN else [(0, "0"), (edge, f"{edge:g}"), (1, "1")]
        )
        plot.text(1.62, 1.03, "flat: no pull", MUTED) if color == GREEN else plot.text(0.4, -1.02, "flat", MUTED)
    canvas.note("ε = 0.2: no reward for moving further than 20 % from the old policy")


@picture(
    "monte-carlo-tree-search",
    "The four phases of Monte Carlo tree search",
    "The same small tree four times. Selection walks down the best known moves, expansion adds a node, simulation plays to the end at random, backpropagation carries the result up and adds to all counts.",
    370,
)
def _mcts(canvas: Canvas) -> None:
    names = ("1 selection", "2 expansion", "3 simulation", "4 backprop.")
    for place, name in enumerate(names):
        left = 20 + place * 152
        spots = {
            "root": (left + 74, 110),
            "a": (left + 38, 170),
            "b": (left + 110, 170),
            "c": (left + 84, 230),
            "d": (left + 130, 230),
        }
        new = (left + 84, 278)
        canvas.text(left + 74, 72, name, bold=True)
        for parent, child in (("root", "a"), ("root", "b"), ("b", "c"), ("b", "d")):
            path = place in {0, 3} and child in {"b", "c"}
            canvas.curve(
                [spots[parent], spots[child]], (ORANGE if place == 0 else GREEN) if path else EDGE, 4 if path else 2
            )
        if place:
            canvas.curve(
                [spots["c"], new], GREEN if place == 3 else ORANGE if place == 1 else EDGE, 3 if place != 2 else 2
            )
            canvas.node(*new, 11, color=ORANGE)
        for key, words in (("root", "5/9"), ("a", "2/4"), ("b", "3/5"), ("c", "2/2"), ("d", "1/2")):
            x, y = spots[key]
            grown = place == 3 and key in {"root", "b", "c"}
            win, tries = (int(part) for part in words.split("/"))
            canvas.node(x, y, 19, f"{win + grown}/{tries + grown}", GREEN if grown else BLUE)
        if place == 2:
            zigzag = [(new[0] + dx, new[1] + 14 + dy) for dx, dy in ((0, 0), (-8, 8), (6, 16), (-4, 24))]
            canvas.arrow(zigzag[0], (new[0] + 2, new[1] + 46), RED, via=zigzag[1:])
            canvas.text(left + 114, 322, "win", size=SMALL, color=RED)
    canvas.note("wins / visits; after thousands of rounds the most visited move is played")


@picture(
    "reinforcement-learning-from-human-feedback",
    "RLHF in three steps",
    "Step one: fine-tune a model on good answers written by people. Step two: people rank answers and a reward model learns from it. Step three: the language model is trained to please the reward model.",
    380,
)
def _rlhf(canvas: Canvas) -> None:
    steps = (
        ("1  show", BLUE, ("people write\ngood answers", "fine-tune\nthe model")),
        ("2  judge", ORANGE, ("people say which\nanswer is better", "train a\nreward model")),
        ("3  improve", GREEN, ("model answers,\nreward model scores", "PPO: raise\nthe score")),
    )
    for place, (name, color, boxes) in enumerate(steps):
        x = 24 + place * 204
        canvas.text(x + 92, 74, name, bold=True, color=color)
        for row, words in enumerate(boxes):
            canvas.box(x, 96 + row * 110, 184, 62, words, color, SMALL)
        canvas.arrow((x + 92, 160), (x + 92, 203))
        if place < 2:
            canvas.arrow((x + 186, 237), (x + 202, 237), width=2.2) if place == 0 else canvas.arrow(
                (x + 186, 225), (x + 202, 140), width=2.2
            )
    canvas.arrow((510, 206), (510, 162), GREEN)
    canvas.text(320, 312, "a penalty holds the model near the one of step 1", size=SMALL)
    canvas.note("the reward model stands in for people, who could not score millions of answers")


@picture(
    "exploration-vs-exploitation",
    "Three slot machines after some tries",
    "Three machines with estimated winnings and error bars. Machine B looks best so far; machine C has been tried only three times and its bar reaches higher: exploit B or explore C?",
)
def _bandit(canvas: Canvas) -> None:
    plot = Plot(canvas, (80, 80, 500, 200), (0, 3), (0, 1)).axes("", "estimated chance to win")
    plot.ticks([(0.5, "A: 40 tries"), (1.5, "B: 60 tries"), (2.5, "C: 3 tries")], [(0.5, "0.5"), (1, "1")])
    for x, mean, reach, color in ((0.5, 0.3, 0.09, GREY), (1.5, 0.52, 0.08, BLUE), (2.5, 0.45, 0.36, ORANGE)):
        plot.bar(x, 0.5, mean, color)
        plot.curve([(x, mean - reach), (x, mean + reach)], INK, 2)
        for end in (mean - reach, mean + reach):
            plot.curve([(x - 0.07, end), (x + 0.07, end)], INK, 2)
    plot.text(1.5, 0.66, "exploit: best so far", BLUE)
    plot.text(2.5, 0.87, "explore: could be better", ORANGE)
    canvas.note("strokes: how unsure the estimate still is")


@picture(
    "q-learning",
    "A learned grid of values",
    "A grid of four by three cells with a goal worth 1 and a pit worth −1. Each cell shows its best value, 0.9 to the power of its distance, and an arrow towards the goal.",
    400,
)
def _q_learning(canvas: Canvas) -> None:
    cell, left, top = 88, 144, 62
    walls = {(1, 1)}
    goal, pit = (0, 3), (1, 3)
    distance = {goal: 0}
    queue = [goal]
    arrows: dict[tuple[int, int], str] = {}
    while queue:
        row, column = queue.pop(0)
        for step, sign in (((0, -1), "→"), ((0, 1), "←"), ((1, 0), "↑"), ((-1, 0), "↓")):
            near = (row + step[0], column + step[1])
            inside = 0 <= near[0] < 3 and 0 <= near[1] < 4
            if inside and near not in walls and near != pit and near not in distance:
                distance[near], arrows[near] = distance[(row, column)] + 1, sign
                queue.append(near)
    for row in range(3):
        for column in range(4):
            place = (row, column)
            x, y = left + column * cell, top + row * cell
            color = GREEN if place == goal else RED if place == pit else GREY if place in walls else BLUE
            canvas.rect(
                x,
                y,
                cell,
                cell,
                fill="#c9ced6" if place in walls else TINTS[color] if color != BLUE else "#ffffff",
                stroke=EDGE,
            )
            if place in arrows:
                canvas.text(x + cell / 2, y + 38, arrows[place], size=22, color=BLUE)
                canvas.text(x + cell / 2, y + 68, f"{0.9 ** (distance[place] - 1):.2f}")
    canvas.text(left + 3.5 * cell, top + 50, "goal +1", color=GREEN)
    canvas.text(left + 3.5 * cell, top + cell + 50, "pit −1", color=RED)
    canvas.text(left + 1.5 * cell, top + cell + 50, "wall", color=MUTED)
    canvas.note("value = 0.9 per further step (γ = 0.9); learned by trying, no map was given")


@picture(
    "tool-calling",
    "A tool call, message by message",
    "Four messages between user, model, your program and a weather service: question, tool call as JSON, result, answer. The model never runs the tool itself.",
    400,
)
def _tool_calling(canvas: Canvas) -> None:
    lanes = ((90, "user", GREY), (310, "model", BLUE), (540, "your program", ORANGE))
    for x, name, color in lanes:
        canvas.box(x - 66, 58, 132, 36, name, color)
        canvas.curve([(x, 96), (x, 350)], EDGE, 2)
    messages = (
        (90, 310, 132, "Warm in Rome?"), (310, 540, 184, '{"tool": "weather",\n "city": "Rome"}'), (540, 310, 254, "31 °C, sunny"),
        (310, 90, 312, "Yes, 31 °C."),
    )  # fmt: skip
    for start, end, y, words in messages:
        side = 1 if end > start else -1
        canvas.arrow((start + 4 * side, y + 8), (end - 4 * side, y + 8), MUTED, 2)
        lines = words.count("\n")
        canvas.text((start + end) / 2, y - lines * 17.5, words, size=SMALL)
    canvas.text(550, 226, "runs the\ntool", size=SMALL, color=ORANGE, anchor="start")
    canvas.note("the model only asks for the call; your program decides whether to run it")
