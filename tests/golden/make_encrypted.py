"""Writes the encrypted checkpoints of tests/golden with MindSpore 2.10: python make_encrypted.py"""
import os
import pathlib

import mindspore as ms
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
KEYS = {"AES-GCM": 16, "AES-CBC": 24, "SM4-CBC": 16}

parameters = [
    ms.Parameter(ms.Tensor(np.arange(6, dtype=np.float32).reshape(2, 3)), name="weight"),
    ms.Parameter(ms.Tensor(np.array([True, False])), name="flag"),
]
for mode, length in KEYS.items():
    path = HERE / f"{mode.lower().replace('-', '_')}.ckpt"
    path.unlink(missing_ok=True)
    ms.save_checkpoint(
        parameters, str(path), append_dict={"note": "π"}, enc_key=b"0123456789abcdef01234567"[:length], enc_mode=mode
    )
    os.chmod(path, 0o644)
