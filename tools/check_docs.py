"""Fails when a document names a file, a header's member or a test that does not exist."""
import ast
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
COVERAGE = ROOT / "docs/seed-coverage.md"
LINK = re.compile(r"\[[^\]]*\]\(([^)#:]+)(?:#[^)]*)?\)")
TEST = re.compile(r"\b(?:TEST|TEST_F|TEST_P|TYPED_TEST)\(\s*(\w+),\s*(\w+)\s*\)")


def broken_links():
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        prose = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in LINK.findall(prose):
            if not (page.parent / target).exists():
                yield f"{page.relative_to(ROOT)}: no file '{target}'"


def known_tests():
    tests = set()
    for path in (ROOT / "tests").rglob("*_test.cpp"):
        tests |= {f"{suite}.{case}" for suite, case in TEST.findall(path.read_text(encoding="utf-8"))}
    return tests


def known_python_tests():
    tests = set()
    for path in (ROOT / "tests/python").glob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        tests |= {f"{path.stem}.{node.name}" for node in tree.body if isinstance(node, ast.FunctionDef)}
    return tests


def unknown_tests(cell, tests):
    named = re.findall(r"`([\w.]+)`", cell)
    if not named:
        yield "no test is named"
    for test in named:
        if test not in tests:
            yield f"no test '{test}'"


def wrong_rows():
    tests, python_tests = known_tests(), known_python_tests()
    for number, line in enumerate(COVERAGE.read_text(encoding="utf-8").splitlines(), 1):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) not in (4, 5) or cells[0] == "there" or set(cells[0]) == {"-"}:
            continue
        where = f"{COVERAGE.relative_to(ROOT)}:{number}"
        if len(cells) == 4:
            yield f"{where}: no column of Python tests"
            continue
        header = ROOT / "nucella" / cells[2]
        if not header.is_file():
            yield f"{where}: no header nucella/{cells[2]}"
            continue
        text = header.read_text(encoding="utf-8")
        for name in re.findall(r"`(\w+)`", cells[1]):
            if not re.search(rf"\b{name}\b", text):
                yield f"{where}: nucella/{cells[2]} has no '{name}'"
        for fault in [*unknown_tests(cells[3], tests), *unknown_tests(cells[4], python_tests)]:
            yield f"{where}: {fault}"


def main():
    faults = [*broken_links(), *wrong_rows()]
    print(*faults, f"{len(faults)} faults", sep="\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
