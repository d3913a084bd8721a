"""What a Cell has registered, as the mappings `_params`, `_buffers` and `_cells`."""

import collections
from collections.abc import MutableMapping


class Registry(MutableMapping):
    """The parameters, buffers or children of a Cell by name, in order; None for an empty slot.

    It shows what is registered at the time of looking, and what is written to it is registered, without
    naming parameters after it.
    """

    __slots__ = ("_cell", "_registry")

    def __init__(self, cell, registry):
        self._cell = cell
        self._registry = registry

    def __getitem__(self, name):
        return self._cell._registry_get(self._registry, name)

    def __setitem__(self, name, value):
        self._cell._registry_set(self._registry, name, value)

    def __delitem__(self, name):
        self._cell._registry_remove(self._registry, name)

    def __iter__(self):
        return iter(self._cell._registry_names(self._registry))

    def __reversed__(self):
        return reversed(self._cell._registry_names(self._registry))

    def __len__(self):
        return len(self._cell._registry_names(self._registry))

    def __repr__(self):
        return f"OrderedDict({list(self.items())!r})"

    def copy(self):
        """An OrderedDict of what is registered now."""
        return collections.OrderedDict(self)

    def move_to_end(self, name, last=True):
        """Puts an entry behind all others, or before them. KeyError when there is none."""
        rest = self.copy()
        rest.move_to_end(name, last)
        replace(self._cell, self._registry, rest)


def replace(cell, registry, entries):
    """Registers the items of `entries` instead of all that is there; nothing changes when one is refused."""
    view = Registry(cell, registry)
    before, after = view.copy(), collections.OrderedDict(entries)
    try:
        view.clear()
        view.update(after)
    except (KeyError, TypeError):
        view.clear()
        view.update(before)
        raise
