"""What Cell.state_dict() and Cell.load_state_dict() return."""

import collections


class StateDict(collections.OrderedDict):
    """An OrderedDict from attribute paths to Parameters, Tensors and extra state."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._metadata = collections.OrderedDict()

    def __repr__(self):
        return f"OrderedDict({list(self.items())!r})"


class IncompatibleKeys(collections.namedtuple("_IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    """The keys that found no counterpart when a state dict was loaded."""

    def __repr__(self):
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys!r}, unexpected_keys={self.unexpected_keys!r})"

    __str__ = __repr__
