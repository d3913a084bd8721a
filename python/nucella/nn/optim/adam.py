"""Adam, its relatives, and its name for the host."""

from nucella._core import Adam, AdamOffload, AdamWeightDecay

__all__ = ["Adam", "AdamOffload", "AdamWeightDecay"]
