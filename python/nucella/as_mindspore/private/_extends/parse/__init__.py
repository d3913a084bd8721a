"""What MindSpore's own tests import from mindspore._extends.parse."""
from nucella.as_mindspore.private._extends.parse import compile_config

__all__ = ["compile_config"]
