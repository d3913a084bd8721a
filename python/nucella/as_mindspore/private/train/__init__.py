"""mindspore.train: that of nucella, and classes that say that they are not here."""

from nucella.train import *


def _missing(name):
    class Missing:
        """NotImplementedError when it is made."""

        def __init__(self, *args, **kwargs):
            raise NotImplementedError(f"nucella.train has no '{name}' yet")

    Missing.__name__ = Missing.__qualname__ = name
    return Missing


FlopsUtilizationCollector = _missing("FlopsUtilizationCollector")
SummaryCollector = _missing("SummaryCollector")
SummaryRecord = _missing("SummaryRecord")
TrainFaultTolerance = _missing("TrainFaultTolerance")


def __getattr__(name):
    raise AttributeError(f"nucella.train has no '{name}'")
