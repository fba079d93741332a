"""Rules over our own code: nothing that runs what it reads, no SQL made of values, no line without its certificate."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("monitor", "crawlers", "dashboard", "demo")
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]

RUNS_WHAT_IT_READS = {
    "pickle", "cPickle", "_pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib", "jsonpickle", "codeop",
}  # fmt: skip
PARSES_XML = {"xml.dom", "xml.sax", "xml.etree", "xmlrpc", "lxml"}
"""The parsers of Python itself; those we use are set to read no entities from outside, see test_bombs.py."""
CALLS = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.load", "yaml.unsafe_load", "yaml.full_load",
    "yaml.load_all", "torch.load", "tempfile.mktemp", "ssl._create_unverified_context", "Markup.unescape",
}  # fmt: skip
SAID = {
    "shell": True, "verify": False, "trust_remote_code": True, "allow_pickle": True, "weights_only": False,
    "resolve_entities": True, "huge_tree": True, "check_hostname": False, "autoescape": False,
}  # fmt: skip
"""What no call may be given."""


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{one.name}" for one in node.names)


def findings(path: Path) -> list[str]:
    """What breaks the rules in one module."""
    found = [one for one in imported(path) if one.split(".")[0] in RUNS_WHAT_IT_READS]
    found += [one for one in imported(path) if one.startswith(tuple(PARSES_XML)) and not one.endswith(".ParseError")]
    for call in calls(path):
        if called(call) in CALLS:
            found.append(called(call))
        for given in call.keywords:
            if given.arg in SAID and isinstance(given.value, ast.Constant) and given.value.value is SAID[given.arg]:
                found.append(f"{called(call)}({given.arg}={given.value.value})")
    return found + [node.attr for node in ast.walk(tree_of(path)) if getattr(node, "attr", "") == "CERT_NONE"]


def test_nothing_that_is_read_is_run_and_no_certificate_is_left_unchecked():
    assert {name(path): found for path in MODULES if (found := findings(path))} == {}


def test_the_rule_sees_what_it_forbids(tmp_path: Path):
    bad = tmp_path / "bad.py"
    bad.write_text(
        "import pickle\nfrom lxml import etree\neval('1')\nrun(x, shell=True)\nc.verify_mode = CERT.CERT_NONE\n"
    )
    assert len(findings(bad)) == 5


@pytest.mark.parametrize("path", [ROOT / "monitor/analysis/tokens.py", ROOT / "monitor/analysis/torch_runner.py"])
def test_a_model_of_others_brings_no_program_and_is_not_fetched_where_it_is_loaded(path: Path):
    loads = path.read_text(encoding="utf-8")
    assert "from_pretrained" in loads
    assert re.search(r"trust_remote_code\W+False", loads)
    assert re.search(r"local_files_only\W+True", loads)


ASKS = {"text", "exec_driver_sql", "execute", "executemany", "executescript", "literal_column", "literal"}
NAMES_OF_OUR_OWN = {
    "monitor/metrics/figures.py": "a number that stands in the code: SET takes no parameters",
    "monitor/store/database.py": "numbers of the code and of the config: PRAGMA and SET take no parameters",
    "monitor/store/partitions.py": "names of tables, and months as numbers",
    "monitor/store/bi.py": "names of views, and roles as the database quotes them",
    "monitor/moving/target.py": "names of tables, columns and constraints of our own schema, quoted",
    "monitor/store/queue_schema.py": "the name of our own schema",
    "monitor/store/queues.py": "the name of our own schema",
    "monitor/models/mention.py": "names of columns of the class",
}
"""Where SQL is put together of more than constants, and of what: never of values, never of what people wrote."""


def is_whole(node: ast.expr) -> bool:
    """Whether words stand in the code as they are asked; a name or a call is judged where it is made."""
    if isinstance(node, ast.BinOp):  # two constants, one after the other
        return is_whole(node.left) and is_whole(node.right) and not isinstance(node.op, ast.Mod) and not _names(node)
    return not isinstance(node, ast.JoinedStr) and not (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join")
    )


def _is_made_words(node: ast.expr) -> bool:
    """Words that are made of parts, and no sum of numbers or of conditions."""
    words = any(
        isinstance(one, ast.JoinedStr) or isinstance(getattr(one, "value", None), str) for one in ast.walk(node)
    )
    return words and not is_whole(node)


def _names(node: ast.expr) -> bool:
    return any(isinstance(one, ast.Name | ast.Attribute | ast.Call) for one in ast.walk(node))


def made_of_parts(path: Path) -> set[str]:
    """Names that are given words made of parts somewhere in a module, or a function that gives such words."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and _is_made_words(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {one.id for one in targets if isinstance(one, ast.Name)}
    return found


def put_together(path: Path) -> list[str]:
    """The SQL of one module that is made of parts."""
    found, parts = [], made_of_parts(path)
    for call in calls(path):
        kind = called(call).rpartition(".")[2]
        if kind in ASKS and call.args:
            asked = call.args[0]
            if isinstance(asked, ast.Call) and called(asked).endswith(".encode"):
                asked = asked.func.value if isinstance(asked.func, ast.Attribute) else asked
            known = isinstance(asked, ast.Name) and asked.id in parts
            found += [f"{call.lineno}: {ast.unparse(asked)[:80]}"] if known or not is_whole(asked) else []
    return found


def test_sql_gets_values_by_parameters_only():
    asked = [path for path in MODULES if "versions" not in path.parts and (put_together(path))]
    assert {name(path) for path in asked} - set(NAMES_OF_OUR_OWN) == set()


def test_sql_in_migrations_is_made_of_nothing_that_people_wrote():
    """They see the rows of others, but take values from them by parameters: what is put in are names of ours."""
    for path in (ROOT / "monitor/store/migrations/versions").glob("*.py"):
        for line in put_together(path):
            assert "row." not in line, f"{name(path)}:{line}"


def test_the_rule_sees_sql_that_is_put_together(tmp_path: Path):
    bad = tmp_path / "bad.py"
    lines = [
        'c.execute(f"SELECT {x}")',
        'sa.text("SELECT %s" % x)',
        'c.exec_driver_sql("a" + x)',
        'text("{}".format(x))',
    ]
    bad.write_text("\n".join([*lines, 'c.execute(sa.text("SELECT :x"), {"x": x})']))
    assert len(put_together(bad)) == len(lines)


def test_nothing_is_listed_that_needs_no_exception():
    assert {path for path in NAMES_OF_OUR_OWN if not put_together(ROOT / path)} == set()
