// RNN, LSTM and GRU over whole sequences, and RNNCell, LSTMCell and GRUCell for single steps.
#pragma once
#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct RecurrentOptions {
  int64_t num_layers = 1;
  bool has_bias = true;
  bool batch_first = false;    ///< sequences are (N, T, ...) instead of (T, N, ...)
  double dropout = 0;          ///< on the output of every layer but the last, while training; in [0, 1)
  bool bidirectional = false;  ///< a second net walks the sequence from its end; outputs stand side by side
  DType dtype = float32;
};

/// What the recurrent layers share. Layer k of direction "" or "_reverse" has the parameters weight_ih_lk
/// (gates, inputs), weight_hh_lk (gates, hidden_size), bias_ih_lk and bias_hh_lk, all from U(-1, 1) /
/// sqrt(hidden_size).
class RecurrentLayer : public Cell {
 public:
  int64_t input_size() const { return input_size_; }
  int64_t hidden_size() const { return hidden_size_; }
  const RecurrentOptions& options() const { return options_; }
  /// The parameters of one kind, "weight_ih", "weight_hh", "bias_ih" or "bias_hh", layer by layer.
  ParameterTuple parameters_of(std::string_view kind) const;

 protected:
  /// ValueError unless the sizes are positive and dropout lies in [0, 1). `mode` is that of
  /// ops::rnn_sequence.
  RecurrentLayer(std::string_view who, std::string mode, int64_t input_size, int64_t hidden_size,
                 const RecurrentOptions& options);

  struct State {
    Tensor h, c;  ///< (num_layers * directions, N, hidden_size); the second of an LSTM only
  };
  struct Result {
    Tensor output;
    State last;
  };
  /// `seq_length` (N,) may be undefined: how many steps of each sample count. TypeError and ValueError for
  /// wrong dtypes and shapes.
  Result run(const Tensor& x, State first, const Tensor& seq_length);
  /// The tensor in `hx`, undefined for None; TypeError for anything else.
  Tensor hidden_of(const Value& hx, std::string_view name) const;

 private:
  void check_inputs(const Tensor& x, const State& first, const Tensor& seq_length) const;
  Result run_layer(const Tensor& x, const State& first, const Tensor& lengths, int64_t layer);
  /// `stem`_l`layer`, and _reverse, in the dtype of `x`; undefined without biases.
  Tensor parameter(std::string_view stem, int64_t layer, bool reverse, const Tensor& x) const;

  std::string who_, mode_;
  int64_t input_size_, hidden_size_;
  RecurrentOptions options_;
};

struct RnnOptions : RecurrentOptions {
  std::string nonlinearity = "tanh";  ///< or "relu"
};

/// h' = tanh(W_ih x + b_ih + W_hh h + b_hh). Gives the hidden states of all steps and the last one of every
/// layer; `hx` is the first one, zeros when it is left out.
class RNN : public CellOf<RNN, RecurrentLayer> {
 public:
  /// ValueError as RecurrentLayer and for another nonlinearity.
  RNN(int64_t input_size, int64_t hidden_size, const RnnOptions& options = {});
  RNN(Cell& owner, std::string_view name, int64_t input_size, int64_t hidden_size,
      const RnnOptions& options = {});
  static constexpr std::array kArguments{"x", "hx", "seq_length"};
  static constexpr size_t kRequired = 1;
  std::tuple<Tensor, Tensor> construct(const Tensor& x, const Value& hx = {}, const Tensor& seq_length = {});
};

/// Gated recurrent units (Cho et al., 2014); the reset gate acts on W_hn h + b_hn.
class GRU : public CellOf<GRU, RecurrentLayer> {
 public:
  GRU(int64_t input_size, int64_t hidden_size, const RecurrentOptions& options = {});
  GRU(Cell& owner, std::string_view name, int64_t input_size, int64_t hidden_size,
      const RecurrentOptions& options = {});
  static constexpr std::array kArguments{"x", "hx", "seq_length"};
  static constexpr size_t kRequired = 1;
  std::tuple<Tensor, Tensor> construct(const Tensor& x, const Value& hx = {}, const Tensor& seq_length = {});
};

/// Long short-term memory (Hochreiter and Schmidhuber, 1997). States are pairs (h, c).
class LSTM : public CellOf<LSTM, RecurrentLayer> {
 public:
  LSTM(int64_t input_size, int64_t hidden_size, const RecurrentOptions& options = {});
  LSTM(Cell& owner, std::string_view name, int64_t input_size, int64_t hidden_size,
       const RecurrentOptions& options = {});
  static constexpr std::array kArguments{"x", "hx", "seq_length"};
  static constexpr size_t kRequired = 1;
  std::tuple<Tensor, std::tuple<Tensor, Tensor>> construct(const Tensor& x, const Value& hx = {},
                                                           const Tensor& seq_length = {});
};

struct RecurrentCellOptions {
  bool has_bias = true;
  DType dtype = float32;
};

/// What the cells for single steps share: weight_ih, weight_hh, bias_ih and bias_hh.
class RecurrentCell : public Cell {
 public:
  int64_t input_size() const { return input_size_; }
  int64_t hidden_size() const { return hidden_size_; }
  bool has_bias() const { return bias_ih.defined(); }

 protected:
  RecurrentCell(std::string_view who, std::string mode, int64_t input_size, int64_t hidden_size,
                const RecurrentCellOptions& options);
  /// The state behind one step from (h) or (h, c).
  Tensors step(const Tensor& x, const Tensor& h, const Tensor& c = {});
  /// `value` as a tensor of float32 or float16; TypeError names `argument`.
  Tensor checked(const Value& value, std::string_view argument) const;

 private:
  std::string who_, mode_;
  int64_t input_size_, hidden_size_;

 public:
  Parameter weight_ih, weight_hh, bias_ih, bias_hh;
};

struct RnnCellOptions : RecurrentCellOptions {
  std::string nonlinearity = "tanh";  ///< or "relu"
};

/// One step of an RNN for x (N, input_size) and hx (N, hidden_size).
class RNNCell : public CellOf<RNNCell, RecurrentCell> {
 public:
  RNNCell(int64_t input_size, int64_t hidden_size, const RnnCellOptions& options = {});
  RNNCell(Cell& owner, std::string_view name, int64_t input_size, int64_t hidden_size,
          const RnnCellOptions& options = {});
  static constexpr std::array kArguments{"x", "hx"};
  Tensor construct(const Value& x, const Value& hx);
  const std::string& nonlinearity() const { return nonlinearity_; }

 private:
  std::string nonlinearity_;
};

/// One step of a GRU.
class GRUCell : public CellOf<GRUCell, RecurrentCell> {
 public:
  GRUCell(int64_t input_size, int64_t hidden_size, const RecurrentCellOptions& options = {});
  GRUCell(Cell& owner, std::string_view name, int64_t input_size, int64_t hidden_size,
          const RecurrentCellOptions& options = {});
  static constexpr std::array kArguments{"x", "hx"};
  Tensor construct(const Value& x, const Value& hx);
};

/// One step of an LSTM: `hx` and what comes out are pairs (h, c).
class LSTMCell : public CellOf<LSTMCell, RecurrentCell> {
 public:
  LSTMCell(int64_t input_size, int64_t hidden_size, const RecurrentCellOptions& options = {});
  LSTMCell(Cell& owner, std::string_view name, int64_t input_size, int64_t hidden_size,
           const RecurrentCellOptions& options = {});
  static constexpr std::array kArguments{"x", "hx"};
  std::tuple<Tensor, Tensor> construct(const Value& x, const Value& hx);
};

}  // namespace nucella::nn
