"""Formulas as one line of Unicode: signs where there are signs, brackets where there are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.latex_text import line, readable


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\theta_{t+1} = \theta_t - \eta\, \nabla L(\theta_t)", "θₜ₊₁ = θₜ - η ∇ L(θₜ)"),
        (r"\frac{1}{1+e^{-x}}", "1/(1+e⁻ˣ)"),
        (r"\frac{a+b}{c}", "(a+b)/c"),
        (r"x^{n-1}", "xⁿ⁻¹"),
        (r"2^{2^n}", "2^(2ⁿ)"),
        (r"\sum_{i=1}^{n} x_i^2", "∑ᵢ₌₁ⁿ xᵢ²"),
        (r"\|g\|", "‖g‖"),
        (r"P(A\mid B)", "P(A | B)"),
        (r"\binom{n}{k}", "C(n, k)"),
        (r"R_{1NN}", "R_(1NN)"),
        (r"\hat y", "ŷ"),
        (
            r"\begin{cases} 0 & x \le a \\ \tfrac{1}{2}\left(x_1\right) & \text{else} \end{cases}",
            "{0, x ≤ a; 1/2 (x₁), else}",
        ),
    ],
)
def test_formulas_read_as_they_mean(latex: str, text: str) -> None:
    assert line(latex) == text


def test_formulas_inside_a_text_are_replaced_and_money_is_not() -> None:
    assert readable(r"With $p_i$ it costs \$5 or $6 for") == "With pᵢ it costs $5 or $6 for"
    assert readable("so\n\n$$x^2$$\n\nthen") == "so\n\n\n\n    x²\n\n\n\nthen"


@given(st.text("\\{}_^frac xab12$&%#~ "))
def test_no_formula_stops_an_answer(latex: str) -> None:
    line(latex)
