"""Fails when a document names a file, a header's member or a test that does not exist."""
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


def wrong_rows():
    tests = known_tests()
    for number, line in enumerate(COVERAGE.read_text(encoding="utf-8").splitlines(), 1):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 4 or cells[0] == "there" or set(cells[0]) == {"-"}:
            continue
        where = f"{COVERAGE.relative_to(ROOT)}:{number}"
        header = ROOT / "nucella" / cells[2]
        if not header.is_file():
            yield f"{where}: no header nucella/{cells[2]}"
            continue
        text = header.read_text(encoding="utf-8")
        for name in re.findall(r"`(\w+)`", cells[1]):
            if not re.search(rf"\b{name}\b", text):
                yield f"{where}: nucella/{cells[2]} has no '{name}'"
        named = re.findall(r"`([\w.]+)`", cells[3])
        if not named:
            yield f"{where}: no test is named"
        for test in named:
            if test not in tests:
                yield f"{where}: no test '{test}'"


def main():
    faults = [*broken_links(), *wrong_rows()]
    print(*faults, f"{len(faults)} faults", sep="\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
