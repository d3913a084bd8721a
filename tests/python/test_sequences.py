"""Recurrent layers, attention and generators as Python sees them; their numbers are in test_golden_sequences."""

import copy

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import Tensor, nn, ops


def ones(*shape):
    return ops.ones(shape, ms.float32)


def test_recurrent_layers_tell_their_settings():
    net = nn.LSTM(3, 4, 2, bidirectional=True, dropout=0.25)
    assert (net.input_size, net.hidden_size, net.num_layers, net.dropout, net.bidirectional) == (3, 4, 2, 0.25, True)
    assert [p.name for p in net.w_ih_list][:2] == ["weight_ih_l0", "weight_ih_l0_reverse"]
    assert net.w_hh_list[0] is net.weight_hh_l0
    assert nn.GRU(3, 4, has_bias=False).b_ih_list == ()
    assert nn.RNNCell(3, 4, has_bias=False).bias_ih is None
    assert [p.name for p in nn.SequentialCell(nn.LSTM(3, 4)).get_parameters()][0] == "0.weight_ih_l0"


def test_recurrent_layers_are_called_as_in_mindspore():
    net, x = nn.LSTM(3, 4), ones(5, 2, 3)
    output, (h, c) = net(x)
    again, _ = net(x, (ops.zeros((1, 2, 4), ms.float32),) * 2, None)
    assert (output == again).all() and h.shape == c.shape == (1, 2, 4)
    assert net(x, seq_length=Tensor([2, 5], ms.int32))[0][2:, 0].abs().sum() == 0
    assert nn.GRU(3, 4)(x=x, hx=None)[1].shape == (1, 2, 4)


@pytest.mark.parametrize("call, error, text", [
    (lambda: nn.RNN(3.0, 4), TypeError, "RNN.*input_size.*int"),
    (lambda: nn.RNN(3, 4, dropout=0), TypeError, "RNN.*dropout.*float"),
    (lambda: nn.RNN(3, 4, nonlinearity="sigmoid"), ValueError, "RNN.*nonlinearity"),
    (lambda: nn.GRU(3, 4, nonlinearity="tanh"), TypeError, "incompatible function arguments"),
    (lambda: nn.LSTM(3, 4)(ones(5, 2, 3), ones(1, 2, 4)), TypeError, "LSTM.*hx.*tuple.*Tensor"),
    (lambda: nn.LSTM(3, 4)(ones(5, 2, 3), (ones(1, 2, 4),)), TypeError, "LSTM.*hx.*2 tensors, got 1"),
    (lambda: nn.RNN(3, 4)(ones(5, 2, 3), (ones(1, 2, 4),)), TypeError, "RNN.*hx.*Tensor, got tuple"),
    (lambda: nn.RNN(3, 4)(ones(5, 2, 3), h=None), TypeError, "RNN.construct: unexpected keyword argument 'h'"),
    (lambda: nn.RNN(3, 4)(ones(5, 2, 3), None, None, x=ones(5, 2, 3)), TypeError, "RNN.construct: got 'x' twice"),
    (lambda: nn.RNN(3, 4)(hx=None), TypeError, "RNN.construct: the argument 'x' is missing"),
    (lambda: nn.RNNCell(3, 4)(ones(2, 3).astype(ms.int32), ones(2, 4)), TypeError, "RNNCell.*'x'.*Int32"),
    (lambda: nn.LSTMCell(3, 4)(ones(2, 3), ones(2, 4)), TypeError, "LSTMCell.*'hx'.*tuple"),
    (lambda: nn.MultiheadAttention(8, 3), ValueError, "MultiheadAttention.*embed_dim.*num_heads"),
    (lambda: nn.TransformerEncoderLayer(8, 2, activation=ops.tanh), ValueError, "activation"),
    (lambda: nn.TransformerEncoder(nn.ReLU(), 2), TypeError, "TransformerEncoder.*encoder_layer"),
    (lambda: nn.EmbeddingLookup(4, 2, sparse=False), ValueError, "EmbeddingLookup.*sparse"),
    (lambda: nn.EmbeddingLookup(4, 2, max_norm=1), TypeError, "EmbeddingLookup.*max_norm.*float"),
    (lambda: nn.CTCLoss()(1, None, None, None), TypeError, "CTCLoss.*log_probs.*Tensor, got int"),
])
def test_errors_name_what_is_wrong(call, error, text):
    with pytest.raises(error, match=text):
        call()


def test_copies_have_parameters_of_their_own():
    for net in (nn.LSTM(3, 4), nn.MultiheadAttention(4, 2), nn.TransformerEncoderLayer(4, 2, 8),
                nn.EmbeddingLookup(4, 2)):
        twin = copy.deepcopy(net)
        for one, other in zip(net.get_parameters(), twin.get_parameters(), strict=True):
            assert one is not other and one.name == other.name
            np.testing.assert_array_equal(one.asnumpy(), other.asnumpy())


def test_attention_has_none_where_there_is_no_parameter():
    net = nn.MultiheadAttention(4, 2, has_bias=False, kdim=3)
    assert net.in_proj_weight is None and net.in_proj_bias is None and net.bias_k is None
    assert net.k_proj_weight.shape == (4, 3)
    assert len(nn.MultiheadAttention(4, 2)(ones(3, 4), ones(3, 4), ones(3, 4), need_weights=False)) == 1


def test_transformer_takes_encoders_of_ones_own():
    class Encoder(nn.Cell):
        def construct(self, src, src_mask=None, src_key_padding_mask=None):
            return src * 2

    net = nn.Transformer(4, 2, 1, 1, 8, custom_encoder=Encoder())
    assert net(ones(3, 2, 4), ones(5, 2, 4)).shape == (5, 2, 4)
    assert nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), 2).norm is None


def test_embedding_lookup_scales_long_vectors_down():
    net = nn.EmbeddingLookup(4, 2, param_init="ones", max_norm=1.0)
    np.testing.assert_allclose(net(Tensor([0])).asnumpy(), np.full((1, 2), 0.5**0.5), rtol=1e-6)
    with pytest.raises(IndexError, match="7"):
        nn.EmbeddingLookup(4, 2, target="DEVICE")(Tensor([7]))


def test_generator_goes_back_to_a_state():
    generator = ms.Generator().manual_seed(5)
    assert [int(t) for t in generator._step(Tensor(3, ms.int64))] == [5, 0]
    state = generator.get_state()
    assert [int(t) for t in generator._step(Tensor(1, ms.int64))] == [5, 3]
    generator.manual_seed(9)
    generator.set_state(state)
    assert [int(t) for t in generator._step(Tensor(1, ms.int64))] == [5, 3]
    assert state.dtype == ms.uint8 and state.shape == (16,)


def test_generator_refuses_what_is_no_state():
    with pytest.raises(RuntimeError, match=r"state.*Tensor, got int"):
        ms.Generator().set_state(3)
    with pytest.raises(RuntimeError, match=r"state.*UInt8"):
        ms.set_rng_state(f32(1))
    with pytest.raises(TypeError, match=r"seed.*int, got float"):
        ms.manual_seed(1.5)
