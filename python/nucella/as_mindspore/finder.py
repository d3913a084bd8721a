"""The import hook behind as_mindspore."""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys

_ALIAS = "mindspore"
# Where mindspore.a.b is looked for: first what only MindSpore's own tests ask for, then the package itself.
_HOMES = ("nucella.as_mindspore.private", "nucella")


class _Loader(importlib.abc.Loader):
    """Gives a module of nucella under its name in mindspore: one module, two names."""

    def __init__(self, target):
        self._target = target
        self._spec = None

    def create_module(self, spec):
        module = importlib.import_module(self._target)
        if self._target == "nucella":
            importlib.import_module("nucella.as_mindspore.private.missing_types").name_missing(module)
        if self._target == "nucella.ops":
            importlib.import_module("nucella.as_mindspore.private.missing_ops").name_missing()
        self._spec = module.__spec__
        return module

    def exec_module(self, module):
        module.__spec__ = self._spec  # importing under another name has replaced it


class Finder(importlib.abc.MetaPathFinder):
    """Finds mindspore and everything below it in nucella."""

    def find_spec(self, fullname, path=None, target=None):
        """The module of nucella, or None for names outside mindspore; ModuleNotFoundError for what is not there."""
        if fullname.startswith("nucella."):
            return _find_private(fullname, path)
        if fullname != _ALIAS and not fullname.startswith(_ALIAS + "."):
            return None
        below = fullname[len(_ALIAS) :]
        for home in _HOMES if below else _HOMES[-1:]:
            if _exists(home + below):
                return importlib.machinery.ModuleSpec(fullname, _Loader(home + below))
        raise ModuleNotFoundError(f"nucella has no module for '{fullname}'", name=fullname)


def _find_private(fullname, path):
    """For ``from mindspore.a import b``, which asks for nucella.a.b: a private module where nucella has none."""
    target = _HOMES[0] + fullname.removeprefix("nucella")
    if fullname.startswith("nucella.as_mindspore") or importlib.machinery.PathFinder.find_spec(fullname, path):
        return None
    return importlib.machinery.ModuleSpec(fullname, _Loader(target)) if _exists(target) else None


def _exists(name):
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return False
    return spec is not None and spec.origin is not None  # a folder without __init__.py is no module


def install():
    """Puts the hook in front of all others; harmless when repeated."""
    if not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder())
