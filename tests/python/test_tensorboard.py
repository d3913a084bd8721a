"""Event files, read back by a parser of the public format written here."""

import struct

import pytest
from training import batches, make_model

from nucella.train import Model, TensorBoardCallback


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    while data:
        (length,), (of_length,) = struct.unpack("<Q", data[:8]), struct.unpack("<I", data[8:12])
        assert of_length == masked(data[:8])
        event, data = data[12 : 12 + length], data[12 + length :]
        assert struct.unpack("<I", data[:4])[0] == masked(event)
        yield event
        data = data[4:]


def varint(data):
    value = shift = 0
    for position, byte in enumerate(data):
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, data[position + 1 :]
    raise AssertionError("the number does not end")


def fields(message):
    """A protobuf message as a dict from field numbers to values."""
    found = {}
    while message:
        key, message = varint(message)
        number, kind = key >> 3, key & 7
        if kind == 0:
            found[number], message = varint(message)
        elif kind == 2:
            size, message = varint(message)
            found[number], message = message[:size], message[size:]
        else:
            size, code = {1: (8, "<d"), 5: (4, "<f")}[kind]
            found[number], message = struct.unpack(code, message[:size])[0], message[size:]
    return found


def curves(path):
    """A dict from tags to lists of (step, value)."""
    with open(path, "rb") as file:
        events = [fields(event) for event in records(file.read())]
    assert events[0][3] == b"brain.Event:2"
    assert all(event[1] > 1.6e9 for event in events)  # seconds since 1970
    found = {}
    for event in events[1:]:
        value = fields(fields(event[5])[1])
        found.setdefault(value[1].decode(), []).append((event[2], value[2]))
    return found


def test_curves_of_a_run(tmp_path):
    callback = TensorBoardCallback(tmp_path / "logs" / "run")
    assert callback.path is None
    make_model().fit(2, batches(), batches(), callbacks=callback)
    found = curves(callback.path)
    assert set(found) == {"train/loss", "train/learning_rate", "eval/acc", "eval/loss"}
    assert [step for step, _ in found["train/loss"]] == list(range(1, 11))
    assert found["train/learning_rate"][0] == (1, pytest.approx(0.1))
    assert [step for step, _ in found["eval/acc"]] == [5, 10]
    assert found["eval/loss"][1][1] < found["train/loss"][0][1]


def test_every_so_many_steps_and_without_an_optimizer(tmp_path):
    callback = TensorBoardCallback(str(tmp_path), write_steps=3)
    model = make_model()
    model.train(1, batches(), callback)
    assert [step for step, _ in curves(callback.path)["train/loss"]] == [3]
    Model(model.predict_network).train(1, [(batches()[0][0],)], callback)
    assert curves(callback.path) == {}
    assert len(list(tmp_path.iterdir())) == 2


def test_an_evaluation_alone(tmp_path):
    callback = TensorBoardCallback(str(tmp_path))
    metrics = make_model().eval(batches(), callback)
    assert curves(callback.path) == {f"eval/{name}": [(0, pytest.approx(value))] for name, value in metrics.items()}


def test_what_was_written_before_an_exception_is_there(tmp_path):
    callback = TensorBoardCallback(str(tmp_path))
    with pytest.raises(ValueError, match="two elements"):
        make_model().train(1, [batches()[0], batches()[0][:1]], callback)
    assert len(curves(callback.path)["train/loss"]) == 1


def test_errors(tmp_path):
    with pytest.raises(TypeError, match="'log_dir' must be str or PathLike, got int"):
        TensorBoardCallback(1)
    with pytest.raises(ValueError, match="'write_steps' must be at least 1"):
        TensorBoardCallback(str(tmp_path), 0)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="cannot write"):
        make_model().train(1, batches(), TensorBoardCallback(str(tmp_path / "file")))
