"""The messages that MindSpore's summaries are made of: nucella has none of them."""


def __getattr__(name):
    raise AttributeError(f"nucella has no summaries of MindSpore's form, so no message '{name}'")
