"""Ops as functions and as primitives, with MindSpore's names."""

from nucella.ops import composite, functional, operations
from nucella.ops.composite import *
from nucella.ops.functional import *
from nucella.ops.operations import *
from nucella.ops.primitive import (
    Primitive,
    PrimitiveWithCheck,
    PrimitiveWithInfer,
    prim_attr_register,
)


def __getattr__(name):
    raise AttributeError(f"nucella.ops has no '{name}': nucella does not have this part of MindSpore yet")
