"""The dtypes of tensors, with MindSpore's names."""

from nucella._core import (
    bfloat16,
    bool_,
    dtype_from_name,
    float16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    uint8,
    uint16,
    uint32,
    uint64,
)
