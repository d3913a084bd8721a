"""Writes format.json: arrays with the texts that NumPy 1.26 (str) and MindSpore 2.10 (repr) print for them.

Run with numpy 1.26.4 and mindspore 2.10.0 installed: python make_format.py > format.json
"""
import json

import mindspore as ms
import numpy as np

rng = np.random.default_rng(7)
cases = []


def add(array, bfloat16=False):
    array = np.asarray(array)
    t = ms.Tensor(array)
    if bfloat16:
        t = t.astype(ms.bfloat16)
    cases.append({'dtype': str(t.dtype)[0].upper() + str(t.dtype)[1:] if not bfloat16 else 'BFloat16',
                  'shape': list(array.shape), 'hex': array.tobytes().hex(),
                  'str': str(t) if bfloat16 else str(array), 'repr': repr(t)})


def add_ramp(shape, dtype):
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    t = ms.Tensor(array)
    cases.append({'dtype': str(t.dtype), 'shape': list(shape), 'ramp': True, 'str': str(array), 'repr': repr(t)})


for dtype in (np.float16, np.float32, np.float64):
    for v in (0, -0.0, 1, 1.5, 2.5, 1 / 3, 1e5, 1e6, 123456789, 1e-4, 1e-5, 1e15, 1e16, 1e-7, -2.25, np.nan, np.inf, -np.inf):
        add(np.array(v).astype(dtype))
    for v in ([1, 2.5], [0, -0.0], [0.1, 0.2, 0.3], [1 / 3], [1, 1000], [1, 1001], [1, 1000.5], [0.0001, 0.05], [0.00011, 0.05], [9.9e-5],
              [99999999, 100000], [1e8], [np.nan, 1], [np.inf, -np.inf, 1.25], [-np.inf], [np.nan], [np.nan, np.inf],
              [np.nan, 1e-9, -3], [-np.inf, 1e20, 3.3], [-1.5, 100.125, 0.0625], [1e-7, 1, 3.3], [1e-300, 1e300, 1], [1e100, 3.3],
              [65504, 6e-8], [0.1, 1e-6], [1 / 3, 1e-9], [2**-24, 2**-14, 2**-10], [999.99999999, 0.123456789123],
              [0.99999999999, 1], [0.1] * 11, [0.1] * 12, [0.1] * 13, [0.1] * 25, [1234.5678] * 9, [-1e-5] * 9, [46624, 21248.5, 99999992], [2**24 + 2, 1e5]):
        add(np.array(v).astype(dtype))
    for shape in ((2, 3), (3, 2, 2), (7, 3), (2, 7), (1, 1, 1), (7, 7), (2, 2, 7, 2), (13, 17), (8, 8, 20)):
        a = rng.standard_normal(shape)
        if a.size > 300:
            add_ramp(shape, dtype)
        else:
            add(a.astype(dtype))
    for scale in (1e-3, 1, 1e3, 1e7, 1e-9):
        add((rng.standard_normal((3, 5)) * scale).astype(dtype))
    for _ in range(6):
        add((rng.standard_normal(9) * np.exp(rng.uniform(-9, 9, 9))).astype(dtype))
for v in (0, 1, -2.5, 1 / 3, 1e10, np.nan, -np.inf):
    add(np.array(v, np.float32), True)
for v in ([1, 2.5], [1e10, 1], [np.nan, np.inf, -np.inf, 1], [1e-10, 3], [[1, 2], [3, -4]], [0.1] * 13, np.arange(40), np.arange(49).reshape(7, 7)):
    add(np.array(v, np.float32), True)
for dtype in (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64):
    info = np.iinfo(dtype)
    add(np.array(info.min, dtype))
    add(np.array([info.min, 0, info.max], dtype))
    add(np.array([[1, 20], [100, 3]], dtype))
for n in (11, 23, 24, 25, 48, 49, 1000, 1001):
    add_ramp((n,), np.int64)
for n in (12, 24, 1000, 1001):
    add_ramp((n,), np.float32)
for shape in ((1, 7), (6, 6), (7, 6), (3, 40), (40, 3), (10, 10, 10), (10, 10, 11), (2, 3, 4, 5), (1001, 1), (1, 1001), (7, 7, 7, 7)):
    add_ramp(shape, np.int32)
for v in (True, [True, False], [[True], [False]], [True] * 13, [False] * 12, [True] * 30, [[True] * 7] * 7):
    add(np.array(v))
for shape in ((0,), (0, 3), (2, 0, 3)):
    add(np.zeros(shape, np.float32))
print(json.dumps(cases, indent=0, separators=(',', ':')))
