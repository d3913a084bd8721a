"""Fails when a file includes upward, grows beyond its bounds, or a public header shows third-party code.

The table below is the architecture: what each folder of nucella/ may include besides itself.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORE = {"base", "tensor", "op"}
LAYERS = {
    "base": set(),
    "tensor": {"base"},
    "op": {"base", "tensor"},
    "ops": CORE,
    "kernels": CORE | {"ops/ops.h", "ops/list.inc"},
    "grad": CORE | {"ops"},
    "nn": CORE | {"ops", "grad"},
    "optim": CORE | {"ops", "grad", "nn"},
    "io": {"base", "tensor"},
    "data": {"base", "tensor", "io"},
    "models": CORE | {"ops", "grad", "nn"},
    "train": CORE | {"ops", "grad", "nn", "optim", "io", "data"},
}
PRIVATE = {"kernels"}  # folders whose headers are not installed
CODE = ["nucella", "apps", "tests", "bench", "examples", "fuzz"]
MAX_LINES = 600
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
CONTRACT = re.compile(r"// \S.*(\n// .*)?[.:]\n")


def upward(layer, target):
    """True when a file of `layer` must not include nucella/`target`."""
    allowed = LAYERS[layer]
    folder = target.split("/")[0]
    return folder != layer and folder not in allowed and target not in allowed


def faults_of(path):
    """Yields what is wrong with one file."""
    name = path.relative_to(ROOT)
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    if lines > MAX_LINES:
        yield f"{name}: {lines} lines, at most {MAX_LINES}"
    if path.suffix == ".h" and not CONTRACT.match(text):
        yield f"{name}:1: a header opens with its contract: one sentence after '// ', on at most two lines"
    if name.parts[0] != "nucella" or len(name.parts) < 3:
        return
    layer = name.parts[1]
    if layer not in LAYERS:
        yield f"{name}: the folder is no layer; the layers are {', '.join(LAYERS)}"
        return
    for match in INCLUDE.finditer(text):
        bracket, target = match.groups()
        where = f"{name}:{text.count(chr(10), 0, match.start()) + 1}"
        if target.startswith("nucella/"):
            if upward(layer, target.removeprefix("nucella/")):
                yield f"{where}: '{layer}' must not include '{target}'"
        elif bracket == '"':
            yield f'{where}: write "nucella/..." for our own headers, <...> for others'
        elif path.suffix == ".h" and layer not in PRIVATE and re.search(r"[./]", target):
            yield f"{where}: third-party header <{target}> in a public header"


def main():
    files = [p for folder in CODE for p in sorted((ROOT / folder).rglob("*")) if p.suffix in (".h", ".cpp", ".inc")]
    faults = [fault for path in files for fault in faults_of(path)]
    print(*faults, f"{len(files)} files, {len(faults)} faults", sep="\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
