// Small nets with every kind of nesting, for tests of Cell.
#pragma once
#include "nucella/nn/cell.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::test {

/// y = x * w + b
struct Linear : CellOf<Linear> {
  explicit Linear(float w = 2, float b = 1)
      : weight(*this, "weight", tensor({w})), bias(*this, "bias", tensor({b})) {}
  Tensor construct(const Tensor& x) {
    return ops::add(ops::mul(x, in_compute_type(weight)), in_compute_type(bias));
  }
  std::string extend_repr() const override { return "size=1"; }
  Parameter weight, bias;
};

struct Twice : CellOf<Twice> {
  Tensor construct(const Tensor& x) { return ops::add(x, x); }
};

struct Block : CellOf<Block> {
  Tensor construct(const Tensor& x) { return relu(fc(x)); }
  Child<Linear> fc{*this, "fc"};
  Child<Twice> relu{*this, "relu"};
};

struct Net : CellOf<Net> {
  Tensor construct(const Tensor& x) { return block(head(x)); }
  Child<Linear> head{*this, "head", 3.f, 0.f};
  Parameter scale{*this, "scale", tensor({1})};
  Child<Block> block{*this, "block"};
};

}  // namespace nucella::test
