"""Settings of nucella.rewrite."""

from nucella.rewrite.common import namespace

__all__ = ["namespace"]
