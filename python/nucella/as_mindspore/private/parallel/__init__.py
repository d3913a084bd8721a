"""mindspore.parallel: of it only what files of one process need is here."""


def __getattr__(name):
    raise AttributeError(f"nucella.parallel has no '{name}'")
