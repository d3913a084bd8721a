"""The handle of a hook."""

from nucella._core import HookHandle

__all__ = ["HookHandle"]
