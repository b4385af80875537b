"""Free words for a listener ("a manager without much technical background", "like I'm 5") to the level that fits them.

Pure text; English. Two kinds of signs: phrases that stand for themselves ("eli5", "plain English", "PhD level") and nouns
that are listeners only in a frame ("for my manager", "engineer here", "I'm a student"), because elsewhere they are what
the question is about ("expert system", "teacher-student distillation"). It never guesses from anything else.
"""

import re

from corpus.entry import Level

_NOUNS: tuple[tuple[Level, str], ...] = (
    # Looked up in this order: "a student without technical background" is no student of the subject.
    (
        Level.ELI5,
        r"(?:four|five|six|seven|eight|nine|ten|eleven|twelve|(?<![\d.])(?:[4-9]|1[0-3]))[- ]?(?:years?|yrs?)?[- ]?olds?|"
        r"child(?:ren)?|kids?|kiddos?|toddlers?|pupils?|teenagers?|nephews?|nieces?|grandchild(?:ren)?|grandson|granddaughter|"
        r"daughter|son|(?:first|second|third|fourth|fifth|sixth|1st|2nd|3rd|4th|5th|6th)[- ]graders?|kindergart(?:en|ner)s?|"
        r"little (?:one|brother|sister|girl|boy)s?",
    ),
    (
        Level.PLAIN,
        r"non[- ]?(?:technical|experts?|specialists?|engineers?|programmers?|coders?|tech)\w*|"
        r"not (?:an? )?(?:experts?|engineers?|technical)|no experts?|"
        r"newb(?:ie)?s?|noobs?|newcomers?|beginners?|novices?|amateurs?|dummies|idiots?|outsiders?|starters?|"
        r"(?:product |project )?managers?|boss|bosses|executives?|execs?|ceo|cto|cfo|clients?|"
        r"stakeholders?|board|investors?|colleagues? (?:in|from) (?:sales|marketing|hr|finance|legal)|"
        r"customers?|lay(?:man|men|person|people)s?(?:'s)?|grand(?:ma|pa|mother|father|parents?)|granny|parents?|mum|mom|mother|dad|father|"
        r"wife|husband|girlfriend|boyfriend|aunt|uncle|neighbou?r|journalists?|politicians?|lawyers?|general public",
    ),
    (
        Level.PRACTITIONER,
        r"practitioners?|(?:(?:ml|software|data|mlops|ai|backend|machine learning|deep learning|systems?|devops|platform|prompt|senior|junior) )*"
        r"(?:engineers?|developers?|devs?|programmers?|coders?)|data scientists?|professionals?|data analysts?|sysadmins?",
    ),
    (
        Level.EXPERT,
        r"experts?|research(?:er|ers)?|ph\.?d(?:s| students?| candidates?)?|post-?docs?|doctoral students?|professors?|profs?|scientists?|"
        r"specialists?|reviewers?|academics?|statisticians?|mathematicians?",
    ),
    (
        Level.STUDENT,
        r"(?:(?:bachelor|bachelor's|master|master's|masters|cs|college|university|uni|grad(?:uate)?|undergrad(?:uate)?|stats|"
        r"computer science|data science|first|second|third|final|1st|2nd|3rd|4th|bsc|msc)[- ]?(?:years?[- ])?)*"
        r"(?:students?|undergrad(?:uate)?s?|freshm[ae]n|freshers?|sophomores?|learners?|majors?|first[- ]years?)",
    ),
)

_PHRASES: tuple[tuple[Level, str], ...] = (
    (
        Level.ELI5,
        r"eli ?5|(?:like|as if|as though|imagine|pretend) (?:i|we)(?: ?'?a?m|'re| was| were| am| are) (?:only |just |a )*"
        r"(?:four|five|six|seven|eight|nine|ten|[4-9]|1[0-2]|(?:little |small )?(?:kid|child))\b|"
        r"\b(?:four|five|six|seven|eight|nine|ten|eleven|twelve|[4-9]|1[0-3])[- ]?(?:years?|yrs?|yo)[- ]?olds?|"
        r"\bis (?:[4-9]|1[0-3]) (?:and|years)|\b(?:primary|elementary|grade)[- ]school\w*|bedtime story|kid[- ]friendly|for (?:small |little )?(?:kids|children)|"
        r"(?:child|children|kid|kids)(?:'s)? (?:level|version)|my (?:kid|child|son|daughter|nephew|niece)\b",
    ),
    (
        Level.PLAIN,
        r"in plain (?:english|words|language|terms|speak)|plain english|in (?:very |really )?(?:simple|easy|everyday|layman'?s?|non[- ]technical|"
        r"lay|human|normal) (?:terms|words|english|language)|simple (?:terms|words|english)|dumb (?:it|this|that) down|dumbed down|"
        r"no (?:(?:technical|math|maths|prior|cs|tech|programming|ml|ai|previous|it|science) )*(?:background|knowledge|experience|jargon)|"
        r"without (?:(?:the|any|much|a|all) )*(?:(?:technical|math|maths|fancy|prior|heavy) )*(?:background|jargon|knowledge|maths?|formulas?)|jargon[- ]free|"
        r"(?:totally|completely|brand|very|quite|pretty|kinda|really|fairly|absolutely|i'?m|im|i am) new (?:to|at|here|in)|new to (?:this|all this|the field|ml|ai)|"
        r"know (?:nothing|absolutely nothing|very little|zero|next to nothing|almost nothing) about|"
        r"(?:complete|total|absolute) (?:beginner|newbie|noob|novice)|just (?:started|starting) (?:out|with|to learn|learning)|"
        r"plain (?:level|version)|beginner (?:level|question|here|friendly)|newb(?:ie)? (?:here|question|level)|noob (?:here|question)",
    ),
    (
        Level.EXPERT,
        r"(?:expert|research|ph\.?d|doctoral|advanced|graduate seminar|specialist|postdoc|professor)(?:'s)?[- ](?:level|version|answer|explanation|mode|style|"
        r"detail|grade|depth|view|treatment)|(?:do|don'?t|dont|do not) hold back|full(?:y)? rigor(?:ous)?|all the (?:math|maths|theory)|"
        r"(?:i|we) (?:do|did|work in) (?:\w+ ){0,3}research\b|published? (?:papers?|on)|like (?:an|to an) expert|^advanced(?= level|\s*[,:])|\(expert\)|expert pls|expert please|"
        r"i teach (?:this|ml|statistics)|i wrote my (?:thesis|dissertation)|in the field for years",
    ),
    (
        Level.PRACTITIONER,
        r"(?:practitioner|engineer(?:ing)?|developer|dev|production|hands[- ]on|industry)(?:'?s)?[- ](?:level|version|view|perspective|answer|guide|side|point of view|terms)|"
        r"(?:i|we)(?:'re| are|'m| am)? (?:run(?:ning)?|ship(?:ping)?|deploy(?:ing)?|use|maintain|operate|build(?:ing)?|serve|serving) "
        r"(?:(?!what|how|why|when)\S+ ){0,5}(?:in prod(?:uction)?|at work|for a living|at my (?:company|job))|"
        r"(?:who|that) (?:\w+ ){1,4}for a living|in my job|at my job|for my job|practical side|practical(?:ly)? speaking|practical answer|"
        r"(?:working|professional|senior|junior) (?:data scientist|engineer|developer|practitioner)",
    ),
    (
        Level.STUDENT,
        r"(?:student|university|college|uni|undergrad(?:uate)?|textbook|course|lecture|bachelor'?s?|master'?s?|high ?school)(?:'s)?[- ](?:course |class )?"
        r"(?:level|version|answer|explanation|style)|(?:1st|2nd|3rd|4th|first|second|third|final)[- ]year(?!s)|"
        r"(?:i have|have|got|before|for|in|taking|my|our|preparing for|study(?:ing)? for|next|this|upcoming) (?:(?:an?|my|our|the|next|tomorrow'?s) )*(?:\w+ ){0,2}"
        r"(?:exams?|midterms?|finals|homework|semester|lecture|seminar|assignment|quiz|coursework)\b|"
        r"(?:taking|attending|in|for) (?:(?:an?|my|our|the|intro(?:ductory)?) )*(?:\w+ ){0,3}(?:class|course|lecture)\b|"
        r"(?:the way|like) (?:a|my|our) (?:lecturer|teacher|textbook|professor) would|i(?:'m| am|m)? (?:study(?:ing)?|majoring in|minoring in)\b|"
        r"grad school|undergrad(?:uate)?s?\b|freshm[ae]n\b",
    ),
)

_PATTERNS = tuple(
    (level, re.compile(rf"\b(?:{nouns})\b|{dict(_PHRASES)[level]}", re.IGNORECASE)) for level, nouns in _NOUNS
)
_PHRASED = tuple((level, re.compile(rf"(?<!\w)(?:{phrases})", re.IGNORECASE)) for level, phrases in _PHRASES)
_SOMEBODY = (
    r"(?:(?:an?|my|our|the|your|some|any|every|his|her|someone|somebody|people|person|who is|who are|who's|that is|very|total|complete|busy|smart|"
    r"experienced|seasoned|fellow|future|real|true|old|young|class of|bunch of|group of|room of) )*(?:\w+ )?"
)
_FRAMES = (
    # A listener stands after to, for, like or as, says "I'm a …" or "… here", or asks with a colon behind.
    r"\b(?:to|for|like|as|at|from|tell|teach|show|with)\s+{who}(?:{nouns})\b(?!\s+(?:work|works|do|does|is|are|in an?|of|systems?|models?|drivers?|networks?|distillation|layers?|network|policy|demonstrations?)\b)",
    r"\b(?:i ?'?a?m|i am|we are|we're|im|i was|being|assume i'?a?m|assume i am|suppose i'?m|i work as|we're all)\s+{who}(?:{nouns})\b(?!\s+systems?)",
    r"\b(?:my|our|the)\s+(?:\w+ )?(?:{nouns})\b\s+(?:wants?|asks?|asked|needs?|is asking|has to|should|must|doesn'?t|does not|can)\b",
    r"\b(?:{nouns})\s+(?:here|asking|speaking|level|version|perspective|view|friendly|mode|pls|please|edition)\b",
    r"^\W*(?:\w+ ){{0,2}}(?:{nouns})\b(?: in \w+| at \w+| from \w+)?\s*[:,]\s",
    r"[,(:–-]\s*(?:\w+ ){{0,2}}(?:{nouns})\W*$",
    r"\bso (?:that )?{who}(?:{nouns})\b\s+(?:gets?|understands?|can|could|would)",
    r"\b(?:{nouns})(?:'s|s')\s+(?:view|perspective|level|terms|point of view|eyes|language)\b",
)
_FRAMED = tuple(
    (level, re.compile("|".join(frame.format(who=_SOMEBODY, nouns=nouns) for frame in _FRAMES), re.IGNORECASE))
    for level, nouns in _NOUNS
)
_NO_LISTENER = re.compile(
    r"\b(?:mixture|mixtures?) of experts\b|\b(?:routing|route\w*|tokens?|gates?) (?:\w+ )?to (?:the )?experts?\b|"
    r"\bexperts? (?:systems?|networks?|layers?|drivers?|iteration|parallelism)\b|"
    r"\bteacher[- /]+student\b|\bstudent[- ](?:network|model|t\b|teacher|distribution)\w*|\bstudent'?s t\b|\b(?:the|a|smaller|small) student (?:network|model|learns|mimics|imitates|copies)\b|"
    r"\bchild (?:nodes?|process\w*)\b|\bparent (?:nodes?|documents?|chunks?|process\w*)\b|\bneighbou?rs?\b|"
    r"\b(?:feature|prompt|data|context|knowledge|reverse) engineering\b|\bcustomer (?:churn|segmentation|support|reviews?|data|service)\b|\bmanager (?:node|agent)\b|"
    r"\breward (?:engineer)\b",
    re.IGNORECASE,
)


def level_for(audience: str) -> Level | None:
    """Return the level that fits a description of the listener, None when it names nobody in particular."""
    described = audience.strip().casefold().replace("’", "'")
    if described in set(Level):
        return Level(described)
    return next((level for level, pattern in _PATTERNS if pattern.search(described)), None)


def level_asked_in(question: str) -> Level | None:
    """Return the level that a question asks for in its own words: "explain dropout like I'm 5", "for my manager"."""
    asked = _NO_LISTENER.sub(" ", question.replace("’", "'"))
    for level, pattern in (*_PHRASED, *_FRAMED):
        if pattern.search(asked):
            return level
    return None


_EVERY_LISTENER = frozenset(
    """a an the my our your some someone somebody who is are i am im with without much any little no not technical
    background knowledge experience of in and or very young old busy person people audience level user users reader
    readers learner ai ml data science machine learning statistics math maths""".split()
)
"""Words that tell nothing about a listener that a level does not serve."""


def is_unusual(audience: str) -> bool:
    """Return whether a description of the listener says more than a level can serve: "a beekeeper", "nurses at night"."""
    if not audience.strip() or audience.strip().casefold() in set(Level):
        return False
    rest = audience.replace("’", "'")
    for _, pattern in _PATTERNS:
        rest = pattern.sub(" ", rest)
    return any(word not in _EVERY_LISTENER for word in re.findall(r"[^\W\d_]+", rest.casefold()))
