"""Primitives that MindSpore itself calls."""

from nucella.as_mindspore.private.missing_ops import missing as __getattr__  # noqa: F401
