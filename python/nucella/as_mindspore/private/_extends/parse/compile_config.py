"""Settings of the graph compiler, kept as they are set."""


def __getattr__(name):
    if name.isupper():
        return ""
    raise AttributeError(f"compile_config has no '{name}'")
