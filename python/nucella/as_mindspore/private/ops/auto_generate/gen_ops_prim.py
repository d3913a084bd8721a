"""The generated primitives."""

from nucella.as_mindspore.private.missing_ops import missing as __getattr__  # noqa: F401
from nucella.ops.operations import *
