"""The link form in which concept explainers pass a question on: `?concept=…&specialist_role=…&target_audience=…`.

Read and written with the standard library; knows no page and no browser.
"""

from urllib.parse import parse_qs, urlencode, urlsplit

from bot.tutor.audience import level_for
from bot.tutor.dialogue import Question, readable
from bot.tutor.errors import UnusableQuestion


def question_from(link: str) -> Question:
    """The question that a link stands for, at the level that fits its audience. Raises UnusableQuestion."""
    try:
        query = urlsplit(link).query if "?" in link else link
        fields = {key: values[0] for key, values in parse_qs(query, max_num_fields=50).items()}
    except ValueError as error:
        raise UnusableQuestion("The link cannot be read. It looks like this: ?concept=machine+learning") from error
    if "concept" not in fields:
        raise UnusableQuestion(
            "The link names no concept. It looks like this: ?concept=machine+learning&target_audience=Manager"
        )
    audience = fields.get("target_audience", "")
    return Question(readable(fields["concept"]), level_for(audience), fields.get("specialist_role", ""), audience)


def link_to(term: str, question: Question) -> str:
    """The link that asks about a term for the same role and audience as this question."""
    fields = {"concept": term, "specialist_role": question.role, "target_audience": question.audience}
    return "?" + urlencode({key: value for key, value in fields.items() if value})
