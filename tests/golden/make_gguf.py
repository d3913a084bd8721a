"""Writes gguf/plain.gguf and gguf/quantised.gguf with the gguf package of llama.cpp.

Run with gguf 0.19 and numpy installed: python make_gguf.py
"""
import pathlib

import gguf
import numpy as np

HERE = pathlib.Path(__file__).parent / 'gguf'
TYPES = {'F32': np.float32, 'F16': np.float16, 'F64': np.float64, 'I8': np.int8, 'I16': np.int16, 'I32': np.int32,
         'I64': np.int64}


def plain():
    writer = gguf.GGUFWriter(HERE / 'plain.gguf', 'test')
    writer.add_name('hello π')
    writer.add_uint32('test.layers', 7)
    writer.add_float32('test.epsilon', 0.5)
    writer.add_bool('test.causal', True)
    writer.add_int64('test.large', -2**40)
    writer.add_array('test.sizes', [1, 2, 3])
    writer.add_array('test.words', ['a', 'bc'])
    writer.add_array('test.long', list(range(100)))
    for name, dtype in TYPES.items():
        writer.add_tensor(name, np.arange(6).reshape(2, 3).astype(dtype))
    bfloat16 = (np.arange(6, dtype=np.float32).view(np.uint32) >> 16).astype(np.uint16).reshape(2, 3)
    writer.add_tensor('BF16', bfloat16.view(np.uint8), raw_shape=(2, 6), raw_dtype=gguf.GGMLQuantizationType.BF16)
    writer.add_tensor('vector', np.float32([1.5]))
    writer.add_tensor('cube', np.arange(24, dtype=np.float32).reshape(2, 3, 4))
    finish(writer)


def quantised():
    writer = gguf.GGUFWriter(HERE / 'quantised.gguf', 'test')
    writer.add_custom_alignment(64)
    values = np.linspace(-1, 1, 128, dtype=np.float32).reshape(2, 64)
    writer.add_tensor('norm', values[0])
    kind = gguf.GGMLQuantizationType.Q8_0
    writer.add_tensor('matrix', gguf.quants.quantize(values, kind), raw_dtype=kind)
    finish(writer)


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == '__main__':
    HERE.mkdir(exist_ok=True)
    plain()
    quantised()
