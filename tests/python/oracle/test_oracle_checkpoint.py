"""Files that one of both has written are read by the other."""

import pytest
from both import close, run_one

pytestmark = pytest.mark.oracle


@pytest.mark.parametrize("writer, reader", [("ours", "theirs"), ("theirs", "ours")])
def test_files_are_read_by_the_other(tmp_path, writer, reader):
    saved = run_one(writer, "checkpoint_files.py", tmp_path, "save", tmp_path)
    loaded = run_one(reader, "checkpoint_files.py", tmp_path, "load", tmp_path)
    assert len(saved) == 6
    assert loaded == saved


@pytest.mark.parametrize("writer, reader", [("ours", "theirs"), ("theirs", "ours")])
def test_graphs_are_run_by_the_other(tmp_path, writer, reader):
    expected = run_one(writer, "graph_files.py", tmp_path, "save", tmp_path)
    got = run_one(reader, "graph_files.py", tmp_path, "load", tmp_path)
    assert len(expected) == 4 and close(got, expected, 1e-5)
