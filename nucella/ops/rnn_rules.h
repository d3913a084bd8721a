// What the rules of rnn_sequence and of its gradient share.
#pragma once
#include "nucella/ops/norm_rules.h"

namespace nucella::rules {

/// Throws unless gates (T, N, G), h (N, H), c (N, H, or undefined without "lstm"), weight (G, H), bias (G,)
/// and lengths (N,) fit each other and `mode`; G is H for "tanh" and "relu", 3 H for "gru", 4 H for "lstm".
void check_rnn(const Call& call, const Tensor& gates, const Tensor& h, const Tensor& c, const Tensor& weight,
               const Tensor& bias, const Tensor& lengths, const std::string& mode);

/// The gradients of the inputs of rnn_sequence, step by step in ops that have gradients themselves.
Tensors plain_rnn_gradients(const Call& call, const Tensors& grads);

}  // namespace nucella::rules
