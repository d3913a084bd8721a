"""Saves files, or reads those of the other framework: checkpoint_files.py result.json save|load folder"""

import hashlib
import json
import sys

import mindspore as ms
import numpy as np

KEYS = {"AES-GCM": b"0123456789abcdef01234567", "AES-CBC": b"0123456789abcdef0123456789abcdef",
        "SM4-CBC": b"0123456789abcdef"}


def entries():
    """Tensors of several dtypes and shapes, one larger than a piece of an encrypted file."""
    random = np.random.default_rng(3)
    found = {
        "large": random.standard_normal((17 << 20,), np.float32),
        "matrix": random.standard_normal((33, 5)),
        "half": random.standard_normal((7,)).astype(np.float16),
        "whole": random.integers(-99, 99, (4, 1, 3), np.int64),
        "truth": np.array([True, False, True]),
        "scalar": np.float32(2.5),
    }
    return {name: ms.Parameter(ms.Tensor(value), name=name) for name, value in found.items()}


def files(folder):
    """Path, arguments of saving and arguments of loading of every file."""
    yield f"{folder}/plain.ckpt", {}, {}
    yield f"{folder}/crc.ckpt", {"crc_check": True}, {"crc_check": True}
    yield f"{folder}/plain.safetensors", {"format": "safetensors"}, {"format": "safetensors"}
    for mode, key in KEYS.items():
        yield f"{folder}/{mode}.ckpt", {"enc_key": key, "enc_mode": mode}, {"dec_key": key, "dec_mode": mode}


def main(result, action, folder):
    """Writes into `result` what each file holds: name to dtype, shape and checksum."""
    found = {}
    for path, saving, loading in files(folder):
        if action == "save":
            ms.save_checkpoint(entries(), path, **saving)
        values = ms.load_checkpoint(path, **loading)
        found[path] = {
            name: [str(value.dtype), list(value.shape), hashlib.sha256(value.asnumpy().tobytes()).hexdigest()]
            for name, value in values.items()
        }
    with open(result, "w", encoding="utf-8") as file:
        json.dump(found, file)


main(*sys.argv[1:])
