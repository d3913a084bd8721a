"""Random operations under LeakSanitizer: nothing is lost. Run by `make asan`, which preloads the sanitizer.

The check is made before the interpreter ends, which itself leaves things behind; and first on a leak made for it.
"""

import ctypes
import gc
import os
import sys
import threading

import test_stress
from conftest import f32

import nucella as ms
from nucella import nn, ops

FOUND, CLEAN = 1, 0
sanitizer = ctypes.CDLL(None)
lost = []  # not a local variable: the sanitizer does not look into the interpreter's frames


def leaks():
    """Whether memory is there that nothing points to any more."""
    gc.collect()
    found = ctypes.c_int()

    def check():  # on a stack of its own, which holds no old pointers
        found.value = sanitizer.__lsan_do_recoverable_leak_check()

    thread = threading.Thread(target=check)
    thread.start()
    thread.join()
    return found.value


def random_operations():
    for seed in (11, 12):
        player = test_stress.Player(seed)
        assert player.run(test_stress.OPERATIONS // 2) > 0


def failing_calls():
    """Exceptions on their way through C++: in construct, in hooks, in the backward pass, in arguments."""

    class Failing(nn.Cell):
        def construct(self, x):
            raise LookupError("mine")

    def fail(*args):
        raise LookupError("mine")

    net = nn.SequentialCell(nn.Dense(1, 1), nn.ReLU())
    for register in ("register_forward_hook", "register_backward_hook", "register_forward_pre_hook"):
        handle = getattr(net[1], register)(fail)
        for _ in range(20):
            try:
                ms.grad(net)(f32(1).reshape(1, 1))
            except LookupError:
                pass
        handle.remove()
    for call in (lambda: Failing()(f32(1)), lambda: nn.SequentialCell(Failing())(f32(1)), lambda: nn.Dense(0, 1),
                 lambda: ops.matmul(f32(1), f32(1, 2, 3)), lambda: net.load_state_dict({"x": f32(1)}),
                 lambda: ms.load_checkpoint("none.ckpt"), lambda: ms.Parameter("text"), lambda: f32(1, 2)[7]):
        for _ in range(20):
            try:
                call()
            except (LookupError, ValueError, RuntimeError, TypeError):
                pass


def main():
    sanitizer.malloc.restype = ctypes.c_void_p
    assert leaks() == CLEAN, "something was lost by the import"
    lost.append(sanitizer.malloc(4321))  # as a Python int, which the sanitizer does not take for a pointer
    assert leaks() == FOUND, "the sanitizer does not see a leak"
    sanitizer.free(ctypes.c_void_p(lost.pop()))
    random_operations()
    failing_calls()
    return leaks()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
