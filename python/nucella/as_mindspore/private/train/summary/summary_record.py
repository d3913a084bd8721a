"""mindspore.train.summary.summary_record: a class that says that it is not here."""

from nucella.as_mindspore.private.train import SummaryRecord

__all__ = ["SummaryRecord"]
