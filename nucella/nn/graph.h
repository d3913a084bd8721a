// Graph: the ops that one run of a net made, to be run again without the net.
#pragma once
#include "nucella/nn/cell.h"
#include "nucella/op/op.h"

namespace nucella {

/// One op of a graph, whose tensors are numbered; kAbsent stands for an optional one that was left out.
struct GraphNode {
  static constexpr int kAbsent = -1;
  Op op{};
  std::vector<int> inputs;
  std::vector<Attr> attrs;
  std::vector<int> outputs;
};

/// What a graph returns: the number of a tensor, a tuple, or a value that never changes.
class GraphResult {
 public:
  GraphResult(int tensor) : kind_(Kind::kTensor), tensor_(tensor) {}
  GraphResult(std::vector<GraphResult> items) : kind_(Kind::kTuple), items_(std::move(items)) {}
  GraphResult(Value value) : kind_(Kind::kValue), value_(std::move(value)) {}

  /// Null when it is something else.
  const int* tensor() const { return kind_ == Kind::kTensor ? &tensor_ : nullptr; }
  const std::vector<GraphResult>* items() const { return kind_ == Kind::kTuple ? &items_ : nullptr; }
  const Value* value() const { return kind_ == Kind::kValue ? &value_ : nullptr; }

 private:
  enum class Kind : uint8_t { kTensor, kTuple, kValue };
  Kind kind_;
  int tensor_ = GraphNode::kAbsent;
  std::vector<GraphResult> items_;
  Value value_;
};

struct GraphInput {
  int tensor = 0;  ///< its number
  Shape shape;
  DType dtype = float32;
};

/// Nodes in the order in which they ran, so that each finds its inputs made and effects keep their order.
struct Graph {
  int tensor_count = 0;
  std::vector<GraphInput> inputs;
  std::vector<std::pair<int, Parameter>> parameters;
  std::vector<std::pair<int, Tensor>> constants;
  std::vector<GraphNode> nodes;
  GraphResult result = Value();
};

/// Runs `net` once on `inputs` and notes its ops. Whatever depends on values (branches of the host language,
/// shapes, seeds of dropout) is noted as it went. The graph has copies of the parameters that were read, as
/// they were before; the net's own end as they began. Tensors that are neither inputs nor parameters become
/// constants. Gradients are not followed. NotImplementedError for ops that call back into the program;
/// TypeError for results other than tensors, numbers, texts,
/// None and tuples of them; and what the net throws.
Graph trace(Cell& net, const Values& inputs);

/// A net that runs a graph. Its parameters are those of the graph.
class GraphCell : public Cell {
 public:
  /// ValueError when the graph does not fit together: a tensor that nobody makes before it is read.
  explicit GraphCell(Graph graph);
  /// With values for parameters by name, as set_data() takes them; names that the graph lacks are passed
  /// over.
  GraphCell(Graph graph, const StateDict& params_init);

  std::string class_name() const override { return "GraphCell"; }
  const Graph& graph() const { return graph_; }

 protected:
  /// Takes the tensors among the inputs of the trace, each of its shape and dtype: TypeError, ValueError.
  Value construct_values(const Values& inputs) override;

 private:
  Tensors starting_tensors(const Tensors& inputs) const;

  Graph graph_;
  std::vector<bool> written_constants_;  // those that a run must not see as the last one left them
};

}  // namespace nucella
