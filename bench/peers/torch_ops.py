"""Times the ops of bench_ops in PyTorch: torch_ops.py [--threads N] [--only TEXT]; prints "name milliseconds" lines."""

import argparse
import statistics
import time

import torch

MANY = 1 << 24


def measure(run):
    """Median milliseconds; as many runs as go into a good third of a second, at least five."""
    times = []
    end = time.perf_counter() + 0.4
    run()
    while len(times) < 5 or (time.perf_counter() < end and len(times) < 1000):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def pointwise():
    """Element by element over 16 Mi numbers."""
    x, y = torch.rand(MANY) * 0.9 + 0.1, torch.rand(MANY) * 0.9 + 0.1
    mask, half = x > y, x.bfloat16()
    for op in (torch.abs, torch.neg, torch.square, torch.relu, torch.sqrt, torch.exp, torch.log, torch.tanh):
        yield op.__name__, lambda op=op: op(x)
    yield "sigmoid", lambda: torch.sigmoid(x)
    yield "gelu", lambda: torch.nn.functional.gelu(x)
    yield "add", lambda: torch.add(x, y)
    yield "mul", lambda: torch.mul(x, y)
    yield "div", lambda: torch.div(x, y)
    yield "maximum", lambda: torch.maximum(x, y)
    yield "greater", lambda: torch.gt(x, y)
    yield "select", lambda: torch.where(mask, x, y)
    yield "cast to bfloat16", lambda: x.bfloat16()
    yield "add bfloat16", lambda: half + half
    whole, others = torch.randint(1000, (MANY,)), torch.randint(999, (MANY,))
    yield "add int64", lambda: whole + others
    yield "greater int64", lambda: whole > others
    yield "logical_and", lambda: torch.logical_and(mask, mask)


def reductions():
    """Over all elements and along each axis."""
    x, cube = torch.rand(4096, 4096), torch.rand(256, 256, 256)
    kinds = {
        "sum": lambda t, a: t.sum() if a is None else t.sum(a),
        "mean": lambda t, a: t.mean() if a is None else t.mean(a),
        "max": lambda t, a: torch.amax(t, () if a is None else a),
        "norm": lambda t, a: torch.linalg.vector_norm(t, 2, a),
        "var": lambda t, a: t.var() if a is None else t.var(a),
    }
    for name, op in kinds.items():
        yield f"{name} all", lambda op=op: op(x, None)
        yield f"{name} axis 0", lambda op=op: op(x, 0)
        yield f"{name} axis 1", lambda op=op: op(x, 1)
        yield f"{name} middle", lambda op=op: op(cube, 1)
    yield "argmax axis 0", lambda: x.argmax(0)
    yield "argmax axis 1", lambda: x.argmax(1)
    yield "cumsum axis 0", lambda: x.cumsum(0)
    yield "cumsum axis 1", lambda: x.cumsum(1)
    yield "cumprod axis 0", lambda: x.cumprod(0)
    yield "prod axis 0", lambda: x.prod(0)
    yield "prod axis 1", lambda: x.prod(1)
    whole, half, mask = torch.randint(1000, (4096, 4096)), x.bfloat16(), x > 2
    for axis in (0, 1):
        yield f"sum int64 axis {axis}", lambda axis=axis: whole.sum(axis)
        yield f"sum bfloat16 axis {axis}", lambda axis=axis: half.sum(axis)
        yield f"any axis {axis}", lambda axis=axis: mask.any(axis)


def normalisations():
    """Softmax and layer norm of rows of 1024."""
    x, gamma, beta = torch.rand(4096, 1024), torch.rand(1024), torch.rand(1024)
    yield "softmax axis 1", lambda: x.softmax(1)
    yield "softmax axis 0", lambda: x.softmax(0)
    yield "log_softmax axis 1", lambda: x.log_softmax(1)
    yield "log_softmax axis 0", lambda: x.log_softmax(0)
    yield "layer_norm", lambda: torch.nn.functional.layer_norm(x, (1024,), gamma, beta)


def orders():
    """Sorting and its kin."""
    line, rows, wide = torch.rand(1 << 20), torch.rand(4096, 256), torch.rand(256, 16384)
    yield "sort 2^20", lambda: line.sort(stable=True)
    yield "sort rows of 256", lambda: rows.sort(stable=True)
    yield "sort axis 0", lambda: rows.sort(dim=0, stable=True)
    yield "argsort 2^20", lambda: line.argsort(stable=True)
    yield "topk 10 of 2^20", lambda: line.topk(10)
    yield "topk 100 of 16384", lambda: wide.topk(100)
    yield "unique 2^20", lambda: line.unique(return_inverse=True, return_counts=True)


def movements():
    """Elements that go elsewhere."""
    x, table, image = torch.rand(4096, 4096), torch.rand(65536, 128), torch.rand(32, 64, 64, 64)
    rows, columns = torch.randint(65536, (100000,)), torch.randint(4096, (2048,))
    grid, updates, third = torch.randint(4096, (4096, 4096)), torch.rand(100000, 128), torch.rand(4096, 1024)
    mask = x > 0.5
    yield "gather rows", lambda: table.index_select(0, rows)
    yield "gather columns", lambda: x.index_select(1, columns)
    yield "gather_elements axis 0", lambda: x.gather(0, grid)
    yield "gather_elements axis 1", lambda: x.gather(1, grid)
    yield "index_add rows", lambda: table.index_add(0, rows, updates)
    yield "scatter_elements axis 1", lambda: x.scatter_add(1, grid, x)
    yield "scatter_elements axis 0", lambda: x.scatter_add(0, grid, x)
    yield "concat axis 0", lambda: torch.cat([third, third, third], 0)
    yield "concat axis 1", lambda: torch.cat([third, third, third], 1)
    yield "transpose copy", lambda: x.t().contiguous()
    yield "NCHW to NHWC", lambda: image.permute(0, 2, 3, 1).contiguous()
    yield "masked_select", lambda: x.masked_select(mask)


def main():
    """Prints a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for group in (pointwise, normalisations, reductions, orders, movements):
        for name, run in group():
            if options.only in name:
                print(f"{name}\t{measure(run):.4f}", flush=True)


if __name__ == "__main__":
    main()
