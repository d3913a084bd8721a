"""Whether the communications of processes go together, and what is said about it."""


import pytest

from nucella import log
from nucella.utils import comm_exec_order_check, runtime_execution_order_check
from nucella.utils.runtime_execution_order_check import (
    ExecuteOrder,
    RankFolderParser,
    detect_cycle_in_graph,
    modify_execute_orders,
)

COLUMNS = (
    "index,group,comm_rank,primitive,src_rank,dest_rank,root_rank,input_shape,input_type,"
    "output_shape,output_type,input_size,output_size"
)


@pytest.fixture
def said(monkeypatch):
    out = []
    for name in ("warning", "error"):
        monkeypatch.setattr(log, name, lambda text, name=name: out.append((name, text)))
    return out


def write(folder, rank, *lines, columns=COLUMNS):
    path = folder / f"rank_{rank}" / "execute_order"
    path.mkdir(parents=True)
    (path / "comm_execute_order.csv").write_text("\n".join([columns, *lines]) + "\n")


def reduction(index, group):
    return f"{index},{group},0 1,AllReduce,,,,4,f32,4,f32,16,16"


def test_orders_that_go_together(tmp_path, said):
    for rank in (0, 1):
        write(tmp_path, rank, reduction(1, "a"), reduction(2, "b"), reduction(3, "a"))
    runtime_execution_order_check(str(tmp_path))
    assert [kind for kind, _ in said] == ["warning"]


def test_orders_that_wait_for_each_other(tmp_path, said):
    write(tmp_path, 0, reduction(1, "a"), reduction(2, "b"))
    write(tmp_path, 1, reduction(1, "b"), reduction(2, "a"))
    runtime_execution_order_check(str(tmp_path))
    assert ("error", "0 AllReduce_a_(0,1)_1th -> AllReduce_b_(0,1)_1th") in said
    assert ("error", "1 AllReduce_b_(0,1)_1th -> AllReduce_a_(0,1)_1th") in said


def test_a_communication_that_one_process_lacks(tmp_path, said):
    write(tmp_path, 0, reduction(1, "a"), reduction(2, "a"))
    write(tmp_path, 1, reduction(1, "a"))
    runtime_execution_order_check([str(tmp_path / "rank_0"), str(tmp_path / "rank_1")])
    assert ("error", "AllReduce_a_(0,1)_2th: is missing in rank 1") in said


def test_sender_and_receiver_call_it_alike():
    sends = ExecuteOrder("1", "g", "0", "Send", dest_rank="1", input_shape="(2, 3)")
    receives = ExecuteOrder("7", "g", "1", "Receive", src_rank="0", output_shape="(2, 3)")
    names = modify_execute_orders({"0": [sends, sends], "1": [receives, receives], "2": None})
    assert names["0"] == names["1"] == ["Send_Receive_g_(0)->(1)_(2, 3)_1th", "Send_Receive_g_(0)->(1)_(2, 3)_2th"]
    assert names["2"] == []


def test_long_orders_need_no_recursion():
    names = [str(i) for i in range(20000)]
    assert detect_cycle_in_graph({"0": names}) == (None, None)
    circle, steps = detect_cycle_in_graph({"0": names, "1": ["19999", "19998"]})
    assert circle == ["19998", "19999", "19998"]
    assert steps == ["0 19998 -> 19999", "1 19999 -> 19998"]


def test_files_that_are_none(tmp_path, said):
    write(tmp_path, 0, columns="index,group")
    (tmp_path / "rank_1").mkdir()
    assert RankFolderParser(str(tmp_path)).parse() == {}
    assert [kind for kind, _ in said] == ["error", "error"]
    for path, text in ((str(tmp_path / "none"), "does not exist"), ("rank_0", "not absolute")):
        with pytest.raises(ValueError, match=text):
            RankFolderParser(path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="No rank_x folders found"):
        RankFolderParser(str(tmp_path / "empty"))
    with pytest.raises(ValueError, match="Duplicate rank folder"):
        RankFolderParser([str(tmp_path), str(tmp_path / "rank_0")])


def test_one_process_has_nothing_to_note(said):
    with pytest.raises(NotImplementedError, match="there is one process"):
        comm_exec_order_check("start")
    comm_exec_order_check("end")
    assert said[0][0] == "error"
    with pytest.raises(ValueError, match="must be 'start' or 'end'"):
        comm_exec_order_check("stop")
    with pytest.raises(TypeError, match="must be str, got int"):
        comm_exec_order_check(1)
