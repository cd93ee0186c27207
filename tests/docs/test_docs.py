"""The documentation is true: its examples run, its links lead somewhere."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OPTIONS = doctest.ELLIPSIS
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def code(page):
    """The page's Python as one text; all else is blank lines, so that line numbers fit."""
    text = page.read_text(encoding="utf-8")
    kept = ["" for _ in text.splitlines()]
    for fence in FENCE.finditer(text):
        if fence[1] == "python":
            first = text.count("\n", 0, fence.start(2))
            for i, line in enumerate(fence[2].splitlines()):
                kept[first + i] = line
    return "\n".join(kept)


def name(page):
    return str(page.relative_to(ROOT))


WITH_SESSIONS = [page for page in PAGES if ">>>" in code(page)]


def test_the_pages_with_examples_are_there():
    found = {page.name for page in WITH_SESSIONS}
    assert {"concepts.md", "rules.md", "embedding.md"} <= found


@pytest.mark.parametrize("page", WITH_SESSIONS, ids=name)
def test_the_examples_of_a_page_run(page):
    test = doctest.DocTestParser().get_doctest(code(page), {}, name(page), str(page), 0)
    said = []
    results = doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=said.append)
    assert results.attempted
    assert not results.failed, "".join(said)


def scripts(page):
    fences = FENCE.finditer(page.read_text(encoding="utf-8"))
    return [fence[2] for fence in fences if fence[1] == "python" and ">>>" not in fence[2]]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_what_is_shown_without_a_prompt_is_python(page):
    for script in scripts(page):
        compile(script, name(page), "exec")


def test_the_first_lines_of_the_readme_do_what_they_say(capsys):
    space = {}
    exec(scripts(ROOT / "README.md")[0], space)
    assert [event.kind for event in space["events"]] == ["queued", "assigned"]
    assert "C3 load 1 + 2 > capacity 2" in capsys.readouterr().out
    assert space["desk"].items["t-2"].owner == "ana"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_links_of_a_page_lead_somewhere(page):
    links = LINK.findall(page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


RULE = re.compile(r"\b([SCQADPMOFKXNTLREUG][1-6])\b")
COUNTS = {
    "S": 4, "C": 6, "Q": 5, "A": 4, "D": 6, "P": 5, "M": 5, "O": 4, "F": 2, "K": 3, "X": 3, "N": 3,
    "T": 5, "L": 5, "R": 2, "E": 5, "U": 3, "G": 2,
}  # fmt: skip
RULES = {f"{letter}{i + 1}" for letter, count in COUNTS.items() for i in range(count)}


def test_the_rules_in_plain_words_name_every_rule():
    assert set(RULE.findall((ROOT / "docs" / "rules.md").read_text(encoding="utf-8"))) == RULES


def test_every_rule_has_its_tests():
    tests = ROOT / "tests" / "rules"
    named = {
        found.upper()
        for path in tests.glob("test_*.py")
        for found in re.findall(r"def test_([a-z]\d)_", path.read_text(encoding="utf-8"))
    }
    calendars = (ROOT / "tests" / "service" / "test_calendars.py").read_text(encoding="utf-8")
    assert calendars.startswith('"""Rules T1 and T2: ')  # of working time, not of the desk
    assert named | {"T1", "T2"} == RULES
