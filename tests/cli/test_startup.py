"""What starting costs, and what help says."""

import os
import subprocess
import sys

import pytest

from assignwork.cli import VERBS, main

HEAVY = ("numpy", "pandas", "plotly", "jinja2", "ortools", "tqdm", "hypothesis", "scipy")


def loaded_by(code):
    """The modules that a fresh process has loaded after `code`."""
    program = f"import sys\n{code}\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    return set(ran.stderr.split())


def test_importing_the_library_loads_nothing_heavy():
    loaded = loaded_by("import assignwork")
    assert not loaded & {*HEAVY, "click", "sqlite3", "asyncio"}
    assert not {
        name for name in loaded if name.startswith(("assignwork.cli", "assignwork.reports"))
    }


@pytest.mark.parametrize("args", [["--help"], ["--version"], *([verb, "--help"] for verb in VERBS)])
def test_help_loads_nothing_heavy(args):
    loaded = loaded_by(
        f"from assignwork.cli import main\ntry: main({args!r})\nexcept SystemExit: pass"
    )
    assert not loaded & set(HEAVY)


def test_help_loads_no_verb():
    loaded = loaded_by(
        "from assignwork.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    )
    assert not loaded & {module for module, _ in VERBS.values()}


def test_importing_the_library_takes_less_than_150_milliseconds(tmp_path):
    """As for a user: compiled once, then read. What else runs here can only add, so one will do."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    env["PYTHONPYCACHEPREFIX"] = str(tmp_path)
    import_milliseconds(env)
    taken = []
    while min(taken, default=150) >= 150:
        assert len(taken) < 50, min(taken)
        taken.append(import_milliseconds(env))


def import_milliseconds(env):
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import assignwork"],
        capture_output=True, check=True, text=True, env=env,
    )  # fmt: skip
    row = next(line for line in ran.stderr.splitlines() if line.endswith("| assignwork"))
    return int(row.split("|")[1]) / 1000


def test_help_names_every_verb(folder):
    ran = folder.run("--help")
    assert ran.code == 0
    assert all(f"\n  {name} " in ran.stdout for name in VERBS)
    assert "Example:" in ran.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_each_verb_has_an_example_that_it_would_take(folder, verb):
    ran = folder.run(verb, "--help")
    assert ran.code == 0
    example = ran.stdout.split("Example")[1]
    assert f"assignwork {verb} " in example


def test_the_version_is_that_of_the_package(folder):
    from importlib.metadata import version  # noqa: PLC0415

    assert folder.run("--version").stdout == f"assignwork {version('assignwork')}\n"


def test_an_unknown_verb_is_an_error_of_usage(folder):
    ran = folder.run("repaly")
    assert ran.code == 2
    assert "repaly" in ran.stderr
    assert main.get_command(None, "repaly") is None
