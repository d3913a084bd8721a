"""Primitives of backward passes: nucella writes those with ordinary ops."""

from nucella.as_mindspore.private.missing_ops import missing as __getattr__  # noqa: F401
