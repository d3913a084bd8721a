// Activations as layers, and Activation: what a layer takes for an argument of that name.
#pragma once
#include <functional>

#include "nucella/nn/layer_args.h"

namespace nucella::nn {

/// Rectified linear unit, max(x, 0).
class ReLU : public CellOf<ReLU> {
 public:
  ReLU() = default;
  ReLU(Cell& owner, std::string_view name) { join(owner, name); }
  Tensor construct(const Tensor& x);
};

/// 1 / (1 + exp(-x)).
class Sigmoid : public CellOf<Sigmoid> {
 public:
  Sigmoid() = default;
  Sigmoid(Cell& owner, std::string_view name) { join(owner, name); }
  Tensor construct(const Tensor& x);
};

/// Hyperbolic tangent.
class Tanh : public CellOf<Tanh> {
 public:
  Tanh() = default;
  Tanh(Cell& owner, std::string_view name) { join(owner, name); }
  Tensor construct(const Tensor& x);
};

/// exp(x) / sum(exp(x)) along `axis`.
class Softmax : public CellOf<Softmax> {
 public:
  explicit Softmax(int64_t axis = -1) : axis_(axis) {}
  Softmax(Cell& owner, std::string_view name, int64_t axis = -1) : Softmax(axis) { join(owner, name); }
  Tensor construct(const Tensor& x);

 private:
  int64_t axis_;
};

/// Hands its input through.
class Identity : public CellOf<Identity> {
 public:
  Identity() = default;
  Identity(Cell& owner, std::string_view name) { join(owner, name); }
  Tensor construct(const Tensor& x) { return x; }
};

/// A new activation layer by MindSpore's name ("relu", "gelu", "leakyrelu", ...). KeyError for another one.
CellPtr get_activation(std::string_view name);

/// Nothing, the name of an activation, a Cell, or a function.
class Activation {
 public:
  Activation() = default;
  Activation(const char* name) : cell_(get_activation(name)) {}
  Activation(const std::string& name) : cell_(get_activation(name)) {}
  Activation(CellPtr cell) : cell_(std::move(cell)) {}
  template <std::derived_from<Cell> C>
  Activation(std::shared_ptr<C> cell) : cell_(std::move(cell)) {}
  /// `text`: how a layer that has it prints it.
  Activation(std::function<Tensor(const Tensor&)> function, std::string text)
      : function_(std::move(function)), text_(std::move(text)) {}
  const CellPtr& cell() const { return cell_; }
  const std::function<Tensor(const Tensor&)>& function() const { return function_; }
  const std::string& text() const { return text_; }

 private:
  CellPtr cell_;
  std::function<Tensor(const Tensor&)> function_;
  std::string text_;
};

}  // namespace nucella::nn
