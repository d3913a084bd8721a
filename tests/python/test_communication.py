"""The world of one process."""

import pytest

from nucella import communication


def test_one_process():
    assert (communication.get_rank(), communication.get_group_size()) == (0, 1)
    assert (communication.get_local_rank(), communication.get_local_rank_size()) == (0, 1)
    with pytest.raises(RuntimeError, match="call init"):
        communication.get_process_group_ranks()
    try:
        communication.init()
        assert communication.GlobalComm.INITED and communication.GlobalComm.BACKEND == "mccl"
        assert communication.get_process_group_ranks() == [0]
        with pytest.raises(NotImplementedError, match="several are not here yet"):
            communication.create_group("mine", [0])
    finally:
        communication.release()
    assert not communication.GlobalComm.INITED


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: communication.init(1), TypeError, "'backend_name' must be str, got int"),
        (lambda: communication.init("foo"), RuntimeError, "must be one of"),
        (lambda: communication.init("nccl"), RuntimeError, "on CPU 'backend_name' must be 'mccl'"),
        (lambda: communication.get_rank(1), TypeError, "'group' must be str, got int"),
        (lambda: communication.create_group("a", [0]), RuntimeError, "call init"),
    ],
)
def test_errors(call, error, text):
    with pytest.raises(error, match=text):
        call()
