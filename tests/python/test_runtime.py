"""Figures of tensor memory."""

import gc

import numpy as np

import nucella as ms
from nucella import Tensor, ops, runtime


def test_a_tensor_counts_while_it_lives():
    gc.collect()
    before = runtime.memory_allocated()
    tensor = ops.ones((1024, 1024), ms.float32)
    assert 4 << 20 <= runtime.memory_allocated() - before < 5 << 20
    assert runtime.memory_reserved() >= runtime.memory_allocated()
    del tensor
    assert runtime.memory_allocated() == before


def test_the_peak_stays_until_it_is_reset():
    runtime.reset_peak_memory_stats()
    before = runtime.max_memory_allocated()
    assert before == runtime.memory_allocated()
    del_me = ops.ones((1024, 1024), ms.float32)
    del del_me
    assert runtime.max_memory_allocated() - before >= 4 << 20
    runtime.reset_max_memory_allocated()
    assert runtime.max_memory_allocated() == runtime.memory_allocated()


def test_stats_are_the_same_figures_and_the_cache_can_be_emptied():
    stats = runtime.memory_stats()
    assert set(stats) == {"used_bytes", "peak_bytes", "cached_bytes", "system_bytes"}
    assert stats["used_bytes"] == runtime.memory_allocated() <= stats["peak_bytes"]
    kept = ops.ones((1 << 20,), ms.float32)
    del kept
    cached = runtime.memory_stats()["cached_bytes"]
    runtime.empty_cache()
    assert cached - runtime.memory_stats()["cached_bytes"] >= 4 << 20


def test_hal_has_the_same_functions():
    assert ms.hal.max_memory_allocated is runtime.max_memory_allocated
    assert ms.hal.memory_stats() == runtime.memory_stats() and ms.hal.synchronize() is None


def test_memory_borrowed_from_numpy_does_not_count():
    before = runtime.memory_allocated()
    array = np.ones(1 << 20, np.float32)
    tensor = Tensor.from_numpy(array)
    assert runtime.memory_allocated() - before < 4096 and tensor.shape == (1 << 20,)  # what describes it
