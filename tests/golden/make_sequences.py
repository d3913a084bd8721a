"""Writes sequences.json with MindSpore 2.10: recurrent layers, attention and Transformers on the CPU.

A case is a cell, the call (what MindSpore and nucella evaluate alike), and the shapes of its inputs ("i4: 3,2" are
whole numbers below 4). Parameters are set to values(), so that the numbers do not depend on initializers.

usage: GLOG_v=3 python make_sequences.py > sequences.json
"""
import json
import sys

import numpy as np
import mindspore as ms
from mindspore import Tensor, nn, ops

LENGTHS = "Tensor([3, 5, 1], ms.int32)"
HIDDEN = "Tensor(np.triu(np.ones((4, 4)), 1).astype(bool))"
PADDED = "Tensor([[False, False, True, True], [False, False, False, True]])"

CASES = {
    "rnn": ("nn.RNN(3, 4)", "net(x)", ["5,2,3"]),
    "rnn_relu": ("nn.RNN(3, 4, 2, nonlinearity='relu')", "net(x, y)", ["5,2,3", "2,2,4"]),
    "rnn_batch_first": ("nn.RNN(3, 4, 2, batch_first=True, bidirectional=True)", "net(x, y)", ["2,5,3", "4,2,4"]),
    "rnn_lengths": ("nn.RNN(3, 4, bidirectional=True)", f"net(x, None, {LENGTHS})", ["5,3,3"]),
    "rnn_plain": ("nn.RNN(3, 4, has_bias=False)", f"net(x, seq_length={LENGTHS})", ["5,3,3"]),
    "gru": ("nn.GRU(3, 4, 2)", "net(x, y)", ["5,2,3", "2,2,4"]),
    "gru_both": ("nn.GRU(3, 4, 2, bidirectional=True)", f"net(x, y, {LENGTHS})", ["5,3,3", "4,3,4"]),
    "gru_plain": ("nn.GRU(3, 4, has_bias=False, batch_first=True)", "net(x)", ["2,5,3"]),
    "lstm": ("nn.LSTM(3, 4, 2)", "net(x, (y, z))", ["5,2,3", "2,2,4", "2,2,4"]),
    "lstm_both": ("nn.LSTM(3, 4, 2, bidirectional=True)", f"net(x, (y, z), {LENGTHS})", ["5,3,3", "4,3,4", "4,3,4"]),
    "lstm_plain": ("nn.LSTM(3, 4, has_bias=False, batch_first=True)", "net(x)", ["2,5,3"]),
    "rnn_cell": ("nn.RNNCell(3, 4)", "net(x, y)", ["2,3", "2,4"]),
    "rnn_cell_relu": ("nn.RNNCell(3, 4, False, 'relu')", "net(x, y)", ["2,3", "2,4"]),
    "gru_cell": ("nn.GRUCell(3, 4)", "net(x, y)", ["2,3", "2,4"]),
    "lstm_cell": ("nn.LSTMCell(3, 4)", "net(x, (y, z))", ["2,3", "2,4", "2,4"]),
    "attention": ("nn.MultiheadAttention(4, 2)", "net(x, x, x)", ["4,2,4"]),
    "attention_three": ("nn.MultiheadAttention(4, 2)", "net(x, y, z)", ["3,2,4", "4,2,4", "4,2,4"]),
    "attention_masks": ("nn.MultiheadAttention(4, 2)",
                        f"net(x, x, x, key_padding_mask={PADDED}, attn_mask={HIDDEN}, need_weights=False)", ["4,2,4"]),
    "attention_added": ("nn.MultiheadAttention(4, 2, has_bias=False)",
                        "net(x, y, y, attn_mask=z, average_attn_weights=False)", ["3,2,4", "5,2,4", "4,3,5"]),
    "attention_widths": ("nn.MultiheadAttention(4, 2, kdim=3, vdim=5, batch_first=True)", "net(x, y, z)",
                         ["2,3,4", "2,5,3", "2,5,5"]),
    "attention_more_keys": ("nn.MultiheadAttention(4, 2, add_bias_kv=True, add_zero_attn=True)",
                            f"net(x, x, x, {PADDED})", ["4,2,4"]),
    "attention_single": ("nn.MultiheadAttention(4, 2)", "net(x, y, y)", ["3,4", "5,4"]),
    "encoder_layer": ("nn.TransformerEncoderLayer(4, 2, 6)", f"net(x, src_key_padding_mask={PADDED})", ["4,2,4"]),
    "encoder_layer_norm_first": ("nn.TransformerEncoderLayer(4, 2, 6, activation='gelu', norm_first=True,"
                                 " batch_first=True)", f"net(x, {HIDDEN})", ["2,4,4"]),
    "decoder_layer": ("nn.TransformerDecoderLayer(4, 2, 6)", f"net(x, y, {HIDDEN})", ["4,2,4", "3,2,4"]),
    "decoder_layer_norm_first": ("nn.TransformerDecoderLayer(4, 2, 6, norm_first=True, activation=ops.gelu)",
                                 f"net(x, y, memory_key_padding_mask={PADDED})", ["3,2,4", "4,2,4"]),
    "encoder": ("nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 6), 2, nn.LayerNorm((4,)))",
                f"net(x, {HIDDEN})", ["4,2,4"]),
    "decoder": ("nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 6), 2)", "net(x, y)", ["4,2,4", "3,2,4"]),
    "transformer": ("nn.Transformer(4, 2, 1, 2, 6)", f"net(x, y, tgt_mask={HIDDEN})", ["3,2,4", "4,2,4"]),
    "embedding_lookup": ("nn.EmbeddingLookup(4, 3)", "net(Tensor([[0, 3, 9], [2, 2, 1]], ms.int32)) * x", ["3"], [0, 3, 9, 2, 2, 1]),
    "fields_sum": ("nn.MultiFieldEmbeddingLookup(4, 3, 2)",
                   "net(Tensor([[0, 3, 1]], ms.int32), Tensor([[1.0, 2.0, 0.0]]), Tensor([[0, 0, 1]], ms.int32)) * x",
                   ["3"], [0, 3, 1]),
    "fields_mean": ("nn.MultiFieldEmbeddingLookup(4, 3, 2, operator='MEAN')",
                    "net(Tensor([[0, 3, 1]], ms.int32), Tensor([[1.0, 2.0, 0.0]]), Tensor([[0, 0, 1]], ms.int32)) * x",
                    ["3"], [0, 3, 1]),
    "fields_max": ("nn.MultiFieldEmbeddingLookup(4, 3, 2, operator='MAX')",
                   "net(Tensor([[0, 3, 1]], ms.int32), Tensor([[1.0, 2.0, 0.0]]), Tensor([[0, 0, 1]], ms.int32)) * x",
                   ["3"], [0, 3, 1]),
    **{f"ctc_{reduction}": (f"nn.CTCLoss(reduction='{reduction}')",
                            "net(x, Tensor([[1, 2, 2], [3, 1, 0]], ms.int32), Tensor([6, 4], ms.int32),"
                            " Tensor([3, 2], ms.int32))", ["6,2,5"]) for reduction in ("none", "mean", "sum")},
}


def values(shape, step):
    """Numbers in [-1.5625, 1.5625] that float32 holds exactly; the test makes the same."""
    count = int(np.prod(shape))
    return np.array([((37 * i + 11 * step) % 101 - 50) / 32 for i in range(count)], np.float32).reshape(shape)


def flat(result):
    """All tensors of nested tuples."""
    return [t for part in result for t in flat(part)] if isinstance(result, tuple) else [result]


def dense(gradient, parameter, indices):
    """The gradient of a parameter. MindSpore gives that of a looked-up table as the rows alone, one for each index."""
    rows = gradient.asnumpy()
    if rows.shape == parameter.shape:
        return rows
    made = np.zeros(parameter.shape, np.float32)
    for index, row in zip(indices, rows.reshape(-1, made.shape[1])):
        if index < len(made):  # others look up nothing
            made[index] += row
    return made


def run(cell, call, shapes, indices=()):
    names = {"nn": nn, "ops": ops, "Tensor": Tensor, "ms": ms, "np": np}
    net = eval(cell, names)
    parameters = list(net.trainable_params())
    for step, p in enumerate(parameters):
        p.set_data(Tensor(values(p.shape, step) / 2))
    inputs = [Tensor(values(tuple(int(e) for e in text.split(",")), step)) for step, text in enumerate(shapes)]
    outputs = lambda *args: flat(eval(call, {**names, "net": net, **dict(zip("xyz", args))}))
    made = outputs(*inputs)
    weights = [Tensor(values(t.shape, 7 + k)) for k, t in enumerate(made)]

    def loss(*args):
        return sum((out * weight).sum() for out, weight in zip(outputs(*args), weights))

    by_input, by_parameter = ms.grad(loss, tuple(range(len(inputs))), parameters)(*inputs)
    by_input = by_input if isinstance(by_input, tuple) else (by_input,)
    listed = lambda array: array.astype(np.float64).ravel().round(9).tolist()
    return {"cell": cell, "call": call, "inputs": shapes, "out": [listed(t.asnumpy()) for t in made],
            "shapes": [list(t.shape) for t in made], "input_grads": [listed(g.asnumpy()) for g in by_input],
            "parameter_grads": {p.name: listed(dense(g, p, indices)) for p, g in zip(parameters, by_parameter)}}


def main():
    ms.set_device("CPU")
    only = sys.argv[1:]
    made = {}
    for name, case in CASES.items():
        if not only or name in only:
            print(name, file=sys.stderr)
            made[name] = run(*case)
    json.dump(made, sys.stdout, indent=0)
    print()


if __name__ == "__main__":
    main()
