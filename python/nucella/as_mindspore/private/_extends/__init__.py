"""What MindSpore's own tests import from mindspore._extends."""


def cell_attr_register(fn=None, attrs=None):
    """A decorator for __init__ that tells a compiler which attributes matter; nothing compiles here."""
    return (lambda init: init) if fn is None else fn
