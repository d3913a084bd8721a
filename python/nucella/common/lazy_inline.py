"""lazy_inline: marks cells that a graph compiler compiles once for all their like."""

import functools

__all__ = ["lazy_inline"]


def lazy_inline(fn=None, attrs=None, policy=None):
    """Decorates the ``__init__`` of a Cell: cells of this class with equal arguments may share one subgraph.

    Args:
        fn (function): ``__init__``. Default: None, for use with arguments.
        attrs (str, list): Kept for the graph compiler. Default: None.
        policy (str): None or "front". Default: None.

    Raises:
        ValueError: Another policy, when a cell is made.

    Examples:
        >>> from nucella import lazy_inline, nn
        >>> class Block(nn.Cell):
        ...     @lazy_inline
        ...     def __init__(self):
        ...         super().__init__()
        >>> Block()
        Block()
    """

    def decorate(init):
        @functools.wraps(init)
        def marked(self, *args, **kwargs):
            init(self, *args, **kwargs)
            self._set_lazy_inline(policy or "")

        return marked

    return decorate(fn) if fn is not None else decorate
