"""Writes indexing.json: random index expressions with what NumPy 1.26 makes of them.

x is arange(size). `shape`, `values`: x[index]. `grad`: what flows back to x when the gradient of x[index] is 1, 2, 3, ...
`put`: x after x[index] = value, where value is 100, 101, ... of shape `value`. A case with `error` must throw.
Entries: 3 an integer, [a, b, c] a slice, "..." the ellipsis, "new" a new axis, {"t": values, "s": shape} integers,
{"m": values, "s": shape} a mask. Run: python make_indexing.py > indexing.json
"""
import json
import warnings

import numpy as np

warnings.simplefilter('error')  # NumPy lets some indices out of range pass when the result is empty: we do not
rng = np.random.default_rng(3)


def pick(options):
    return options[rng.integers(len(options))]


def random_entry(extents, broadcast):
    """An entry for the first of the remaining axes; returns numpy object, JSON form, axes used."""
    n = extents[0]
    kind = rng.choice(['int', 'slice', 'tensor', 'mask', 'full'], p=[.2, .3, .25, .1, .15])
    if kind == 'int':
        i = int(rng.integers(-n, n)) if n else 0
        return i, i, 1
    if kind == 'full':
        return slice(None), [None, None, None], 1
    if kind == 'slice':
        a, b = (pick([None, int(rng.integers(-n - 2, n + 3))]) for _ in range(2))
        c = pick([None, 1, 2, 3, -1, -2])
        return slice(a, b, c), [a, b, c], 1
    if kind == 'tensor':
        shape = broadcast[int(rng.integers(0, len(broadcast) + 1)):]
        shape = [pick([s, s, s, 1]) for s in shape]
        values = rng.integers(-n, n, shape) if n else np.zeros(shape, int)
        return values, {'t': values.ravel().tolist(), 's': shape}, 1
    axes = int(rng.integers(1, min(2, len(extents)) + 1))
    mask = rng.random(extents[:axes]) < .5
    return mask, {'m': mask.ravel().astype(int).tolist(), 's': list(mask.shape)}, axes


def random_index(shape):
    broadcast = pick([[2], [3], [2, 3], [1], [4, 1], []])
    np_index, js_index, axis, ellipsis, used = [], [], 0, False, 0
    stop = int(rng.integers(0, len(shape) + 1))
    while axis < stop:
        if rng.random() < .12:
            np_index.append(None)
            js_index.append('new')
        if not ellipsis and rng.random() < .12:
            ellipsis = True
            np_index.append(Ellipsis)
            js_index.append('...')
            axis += int(rng.integers(0, len(shape) - axis + 1))
            continue
        entry, js, axes = random_entry(shape[axis:], broadcast)
        np_index.append(entry)
        js_index.append(js)
        axis += axes
        used += axes
    if ellipsis and used == len(shape):  # NumPy lets even an empty ellipsis keep tensors apart, MindSpore does not
        np_index = [i for i in np_index if i is not Ellipsis]
        js_index.remove('...')
    return tuple(np_index), js_index


cases = []
while len(cases) < 420:
    shape = [int(n) for n in rng.choice([1, 2, 3, 4, 5, 0], size=rng.integers(0, 5), p=[.1, .2, .3, .2, .17, .03])]
    x = np.arange(np.prod(shape, dtype=int), dtype=np.float64).reshape(shape)
    np_index, js_index = random_index(shape)
    case = {'x': shape, 'index': js_index}
    try:
        y = x[np_index]
    except (IndexError, ValueError, DeprecationWarning):
        if rng.random() < .6:
            continue
        cases.append(case | {'error': True})
        continue
    if y.ndim > 8 or y.size > 200:
        continue
    grad = np.zeros_like(x)
    np.add.at(grad, np_index, np.arange(1, y.size + 1).reshape(y.shape))
    value_shape = [pick([n, n, 1]) for n in y.shape[int(rng.integers(0, y.ndim + 1)):]]
    value = 100 + np.arange(np.prod(value_shape, dtype=int)).reshape(value_shape)
    put = x.copy()
    put[np_index] = value
    cases.append(case | {'shape': list(y.shape), 'values': y.ravel().astype(int).tolist(),
                         'grad': grad.ravel().astype(int).tolist(), 'value': value_shape,
                         'put': put.ravel().astype(int).tolist()})
print('[' + ',\n'.join(json.dumps(c, separators=(',', ':')) for c in cases) + ']')
