"""Gradients and threads."""
import threading

import numpy as np

import nucella
from nucella import Tensor, nn


def test_each_thread_has_its_own_tapes():
    results, errors = {}, []

    def work(number):
        try:
            x = Tensor(np.full(1000, number, np.float32))
            for _ in range(50):
                results[number] = float(nucella.grad(lambda a: a * a * 3)(x).asnumpy()[0])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert results == {number: 6 * number for number in range(4)}


def test_no_grad_is_a_matter_of_one_thread():
    inside, done = threading.Event(), threading.Event()

    def hold():
        with nucella._no_grad():
            inside.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait()
    gradient = nucella.grad(lambda a: a * a)(Tensor([3.0]))
    done.set()
    thread.join()
    assert gradient.asnumpy().tolist() == [6]


def test_other_threads_run_while_a_backward_pass_does():
    class Waits(nn.Cell):
        """Its bprop needs another Python thread to go on."""

        def construct(self, x):
            return x * 2

        def bprop(self, x, out, dout):
            answered = threading.Event()
            threading.Thread(target=answered.set).start()
            assert answered.wait(10)
            return dout * 2

    assert nucella.grad(Waits())(Tensor([1.0])).asnumpy().tolist() == [2]
