"""Types of MindSpore that nucella does not have: they can be named, not made."""


def _missing(name):
    class Missing:
        """NotImplementedError when it is made."""

        def __init__(self, *args, **kwargs):
            raise NotImplementedError(f"nucella has no '{name}': all of its tensors are dense")

    Missing.__name__ = Missing.__qualname__ = name
    return Missing


COOTensor = _missing("COOTensor")
CSRTensor = _missing("CSRTensor")
RowTensor = _missing("RowTensor")


def name_missing(module):
    """Gives the module what it lacks of these."""
    for kind in (COOTensor, CSRTensor, RowTensor):
        if kind.__name__ not in vars(module):
            setattr(module, kind.__name__, kind)
