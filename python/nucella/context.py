"""The settings of the process."""

from nucella import _core

__all__ = [
    "COMPATIBLE",
    "GRAPH_MODE",
    "LAX",
    "PYNATIVE_MODE",
    "STRICT",
    "get_auto_parallel_context",
    "get_context",
    "reset_auto_parallel_context",
    "set_auto_parallel_context",
    "set_context",
    "set_recursion_limit",
]

GRAPH_MODE = 0
PYNATIVE_MODE = 1
# What `jit_syntax_level` may be; Python runs everything here.
STRICT, COMPATIBLE, LAX = 0, 1, 2

_DEVICES = ("CPU", "GPU", "Ascend", "Davinci")
# Settings of MindSpore that change nothing here; they are kept so that a script reads back what it has set.
_kept = {
    "device_target": "CPU",
    "device_id": 0,
    "max_call_depth": 1000,
    "save_graphs": False,
    "save_graphs_path": ".",
    "precompile_only": False,
    "enable_graph_kernel": False,
    "graph_kernel_flags": "",
    "reserve_class_name_in_scope": True,
    "pynative_synchronize": False,
    "jit_syntax_level": 2,
    "jit_level": "",
    "enable_compile_cache": False,
    "compile_cache_path": "",
    "memory_optimize_level": "O0",
    "max_device_memory": "1024GB",
    "mempool_block_size": "1GB",
    "debug_level": 0,
    "env_config_path": "",
    "ascend_config": {},
    "gpu_config": {},
    "jit_config": {},
    "exec_order": "bfs",
    "support_binary": False,
    "check_bprop": False,
    "grad_for_scalar": False,
    "variable_memory_max_size": "0GB",
    "op_timeout": 900,
    "aoe_tune_mode": "",
    "aoe_config": {},
    "print_file_path": "",
    "runtime_num_threads": 30,
}

_parallel = {}


def set_context(**kwargs):
    """Changes settings; with an error none is changed.

    Args:
        mode (int): GRAPH_MODE (0) or PYNATIVE_MODE (1).
        threads (int): Threads that kernels, fills and file readers may use.
        deterministic (str, bool): "ON" or "OFF".
        random_stream (str): Whose numbers initializers give: "2.x" or "r1.5".
        device_target (str): "CPU"; other names of MindSpore are accepted and change nothing.
        kwargs: Other settings of MindSpore, kept and of no effect.

    Raises:
        ValueError: An unknown setting or value.
        TypeError: A positional argument.

    Examples:
        >>> nucella.set_context(mode=nucella.PYNATIVE_MODE, device_target="CPU")
    """
    own, kept = {}, {}
    for name, value in kwargs.items():
        if name == "deterministic":
            own[name] = _deterministic(value)
        elif name in ("mode", "threads", "random_stream"):
            own[name] = value
        elif name in _kept:
            kept[name] = value
        else:
            raise ValueError(f"set_context: there is no setting '{name}'")
    if "mode" in own and (isinstance(own["mode"], bool) or own["mode"] not in (GRAPH_MODE, PYNATIVE_MODE)):
        raise ValueError(f"set_context: 'mode' must be GRAPH_MODE (0) or PYNATIVE_MODE (1), got {own['mode']!r}")
    if kept.get("device_target", "CPU") not in _DEVICES:
        raise ValueError(f"set_context: 'device_target' must be one of {_DEVICES}, got {kept['device_target']!r}")
    _core.set_context(**own)
    _kept.update(kept)


def _deterministic(value):
    if value not in ("ON", "OFF", True, False):
        raise ValueError(f"set_context: 'deterministic' must be 'ON' or 'OFF', got {value!r}")
    return value in ("ON", True)


def get_context(attr_key):
    """The value of a setting.

    Raises:
        ValueError: There is no such setting.

    Examples:
        >>> nucella.set_context(mode=nucella.PYNATIVE_MODE)
        >>> nucella.get_context("mode")
        1
    """
    settings = _core.get_context()
    if attr_key == "deterministic":
        return "ON" if settings["deterministic"] else "OFF"
    if attr_key in settings:
        return settings[attr_key]
    if attr_key in _kept:
        return _kept[attr_key]
    raise ValueError(f"get_context: there is no setting '{attr_key}'")


def set_auto_parallel_context(**kwargs):
    """Settings of several processes: kept, and of no effect on one.

    Raises:
        ValueError: `parallel_mode` is none of MindSpore's.

    Examples:
        >>> nucella.context.set_auto_parallel_context(parallel_mode="stand_alone")
        >>> nucella.context.get_auto_parallel_context("parallel_mode")
        'stand_alone'
        >>> nucella.context.reset_auto_parallel_context()
    """
    mode = kwargs.get("parallel_mode", "stand_alone")
    modes = ("stand_alone", "data_parallel", "hybrid_parallel", "semi_auto_parallel", "auto_parallel")
    if mode not in modes:
        raise ValueError(f"set_auto_parallel_context: 'parallel_mode' must be one of {modes}, got {mode!r}")
    _parallel.update(kwargs)


def get_auto_parallel_context(attr_key):
    """A setting of set_auto_parallel_context(), or None.

    Examples:
        >>> nucella.context.set_auto_parallel_context(device_num=8)
        >>> nucella.context.get_auto_parallel_context("device_num")
        8
        >>> nucella.context.reset_auto_parallel_context()
    """
    return _parallel.get(attr_key)


def reset_auto_parallel_context():
    """Settings of several processes go back to one process, which is all there is here yet.

    Examples:
        >>> nucella.context.set_auto_parallel_context(gradients_mean=True)
        >>> nucella.context.reset_auto_parallel_context()
        >>> nucella.context.get_auto_parallel_context("gradients_mean") is None
        True
    """
    _parallel.clear()


def set_recursion_limit(recursion_limit=1000):
    """Keeps how deep calls may nest in a compiled graph, as the setting max_call_depth.

    TypeError unless it is an int, ValueError unless it is positive.

    Examples:
        >>> nucella.set_recursion_limit(1000)
    """
    if isinstance(recursion_limit, bool) or not isinstance(recursion_limit, int):
        raise TypeError(f"set_recursion_limit: expected an int, got {type(recursion_limit).__name__}")
    if recursion_limit <= 0:
        raise ValueError(f"set_recursion_limit: expected a positive int, got {recursion_limit}")
    set_context(max_call_depth=recursion_limit)
