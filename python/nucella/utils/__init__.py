"""Tools around training."""

from nucella.utils.runtime_execution_order_check import comm_exec_order_check, runtime_execution_order_check

__all__ = ["comm_exec_order_check", "runtime_execution_order_check"]


def __getattr__(name):
    raise AttributeError(f"nucella.utils has no '{name}'")
