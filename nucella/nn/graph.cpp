#include "nucella/nn/graph.h"

#include <algorithm>
#include <unordered_map>

#include "nucella/grad/recompute_scope.h"
#include "nucella/nn/tracing.h"

namespace nucella {
namespace {

constexpr const char* kTrace = "trace";

thread_local int traces = 0;  // that run on this thread
struct TracingScope {
  TracingScope() { ++traces; }
  ~TracingScope() { --traces; }
  TracingScope(const TracingScope&) = delete;
  TracingScope& operator=(const TracingScope&) = delete;
};

class Recorder final : public Interceptor {
 public:
  explicit Recorder(const std::vector<Parameter>& parameters) {
    for (const Parameter& p : parameters) parameters_.emplace(p.impl(), p);
  }
  ~Recorder() override {
    for (const auto& [own, before] : changed_) own.copy_from(before);
  }

  void add_input(const Tensor& t) {
    check<ValueError>(!numbers_.contains(t.impl()), kTrace, ": the same tensor is given as two inputs");
    graph_.inputs.push_back({new_number(t), t.shape(), t.dtype()});
  }

  void on_call(const Call& call) override {
    const OpEntry& entry = entry_of(call.op);
    GraphNode node{call.op, {}, {call.attrs.begin(), call.attrs.end()}, {}};
    for (const Attr& attr : node.attrs)
      check<NotImplementedError>(!std::holds_alternative<std::shared_ptr<Callback>>(attr.value()), kTrace,
                                 ": ", entry.name, " calls back into the program, which a graph cannot hold");
    for (const Tensor* t : call.in) node.inputs.push_back(t->defined() ? number_of(*t) : GraphNode::kAbsent);
    for (size_t i = 0; i < entry.def->updates.count(call.in.size()); ++i) keep(call.in[i]);
    pass_down(call);
    for (const Tensor& t : call.out)
      node.outputs.push_back(numbers_.contains(t.impl()) ? number_of(t) : new_number(t));
    graph_.nodes.push_back(std::move(node));
  }

  Graph finish(const Value& result) {
    graph_.result = result_of(result);
    return std::move(graph_);
  }

 private:
  int new_number(const Tensor& t) {
    numbers_.emplace(t.impl(), graph_.tensor_count);
    seen_.push_back(t);
    return graph_.tensor_count++;
  }

  int number_of(const Tensor& t) {
    if (const auto at = numbers_.find(t.impl()); at != numbers_.end()) return at->second;
    const int number = new_number(t);
    if (const auto own = parameters_.find(t.impl()); own != parameters_.end()) {
      const Parameter& p = own->second;
      graph_.parameters.emplace_back(number, Parameter(p, p.name(), {.requires_grad = p.requires_grad()}));
    } else {
      graph_.constants.emplace_back(number, t.clone());
    }
    return number;
  }

  // Remembers what a parameter held before the net first writes to it.
  void keep(const Tensor& t) {
    if (parameters_.contains(t.impl()) && kept_.insert(t.impl()).second) changed_.emplace_back(t, t.clone());
  }

  GraphResult result_of(const Value& value) {
    if (const Values* items = value.sequence()) {
      std::vector<GraphResult> results;
      for (const Value& item : *items) results.push_back(result_of(item));
      return results;
    }
    if (value.is<Tensor>()) return number_of(value.as<Tensor>());
    check<TypeError>(value.is_none() || value.is<bool>() || value.is<int64_t>() || value.is<double>() ||
                         value.is<std::string>(),
                     kTrace, ": a graph cannot return a value of type ", kind_of(value));
    return value;
  }

  Graph graph_;
  std::unordered_map<const TensorImpl*, int> numbers_;
  std::unordered_map<const TensorImpl*, Parameter> parameters_;
  std::set<const TensorImpl*> kept_;
  std::vector<std::pair<Tensor, Tensor>> changed_;
  Tensors seen_;  // kept alive, so that no other tensor gets the address of one
};

// The constants that a node writes to, through views or not.
std::vector<bool> written_constants(const Graph& graph) {
  std::vector<int> origin(static_cast<size_t>(graph.tensor_count));
  for (size_t i = 0; i < origin.size(); ++i) origin[i] = static_cast<int>(i);
  std::vector<bool> written(origin.size());
  for (const GraphNode& node : graph.nodes) {
    const OpDef& def = *entry_of(node.op).def;
    if (def.view && node.outputs[0] != node.inputs[0])
      origin[static_cast<size_t>(node.outputs[0])] = origin[static_cast<size_t>(node.inputs[0])];
    for (size_t i = 0; i < def.updates.count(node.inputs.size()); ++i)
      written[static_cast<size_t>(origin[static_cast<size_t>(node.inputs[i])])] = true;
  }
  std::vector<bool> out;
  for (const auto& [number, tensor] : graph.constants) out.push_back(written[static_cast<size_t>(number)]);
  return out;
}

// That every tensor is made before it is read.
class Check {
 public:
  explicit Check(const Graph& graph) : made_(static_cast<size_t>(std::max(graph.tensor_count, 0))) {
    for (const GraphInput& input : graph.inputs) make(input.tensor);
    for (const auto& [number, param] : graph.parameters) make(number);
    for (const auto& [number, constant] : graph.constants) make(number);
    for (const GraphNode& node : graph.nodes) {
      const OpDef& def = *entry_of(node.op).def;
      const bool needs_first = def.view || def.updates.count(node.inputs.size()) > 0;
      for (size_t i = 0; i < node.inputs.size(); ++i)
        if (node.inputs[i] != GraphNode::kAbsent || (needs_first && i == 0)) read(node.inputs[i]);
      for (const int output : node.outputs) make(output);
    }
    read(graph.result);
  }

 private:
  void make(int number) {
    check<ValueError>(number >= 0 && static_cast<size_t>(number) < made_.size(), "GraphCell: the graph has ",
                      made_.size(), " tensors, but makes one of number ", number);
    made_[static_cast<size_t>(number)] = true;
  }
  void read(int number) const {
    check<ValueError>(
        number >= 0 && static_cast<size_t>(number) < made_.size() && made_[static_cast<size_t>(number)],
        "GraphCell: the graph reads tensor ", number, ", which is not made before");
  }
  void read(const GraphResult& result) const {
    if (const int* number = result.tensor()) return read(*number);
    if (const auto* items = result.items())
      for (const GraphResult& item : *items) read(item);
  }

  std::vector<bool> made_;
};

Value value_of(const GraphResult& result, const Tensors& tensors) {
  if (const int* number = result.tensor()) return tensors[static_cast<size_t>(*number)];
  if (const auto* value = result.value()) return *value;
  Values items;
  for (const GraphResult& item : *result.items()) items.push_back(value_of(item, tensors));
  return items;
}

void run_node(const GraphNode& node, Tensors& tensors) {
  Tensors inputs;
  for (const int number : node.inputs)
    inputs.push_back(number == GraphNode::kAbsent ? Tensor() : tensors[static_cast<size_t>(number)]);
  Tensors outputs = call_op(node.op, inputs, node.attrs);
  check<ValueError>(outputs.size() == node.outputs.size(), "GraphCell: ", entry_of(node.op).name, " has ",
                    outputs.size(), " results here, the graph names ", node.outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i)
    tensors[static_cast<size_t>(node.outputs[i])] = std::move(outputs[i]);
}

}  // namespace

bool is_tracing() { return traces > 0; }

Graph trace(Cell& net, const Values& inputs) {
  net.get_ready();
  const BypassScope unseen;
  const NoRecomputeScope once;  // what recompute() keeps to itself would not be noted
  Recorder recorder(net.get_parameters());
  const InterceptorScope recording(recorder);
  const TracingScope tracing;
  for (const Tensor& t : Value(inputs).tensors()) recorder.add_input(t);
  return recorder.finish(net.call(inputs));
}

GraphCell::GraphCell(Graph graph) : graph_(std::move(graph)) {
  const Check fits_together(graph_);
  written_constants_ = written_constants(graph_);
  for (const auto& [number, param] : graph_.parameters) insert_param_to_cell(param.name(), param, false);
}

GraphCell::GraphCell(Graph graph, const StateDict& params_init) : GraphCell(std::move(graph)) {
  for (const auto& [number, param] : graph_.parameters)
    if (const Value* value = params_init.find(param.name())) {
      Parameter own = param;
      own.set_data(value->as<Tensor>("GraphCell: 'params_init'"));
    }
}

Tensors GraphCell::starting_tensors(const Tensors& inputs) const {
  check<TypeError>(inputs.size() == graph_.inputs.size(), "GraphCell: expected ", graph_.inputs.size(),
                   " tensors, got ", inputs.size());
  Tensors tensors(static_cast<size_t>(graph_.tensor_count));
  for (size_t i = 0; i < inputs.size(); ++i) {
    const GraphInput& expected = graph_.inputs[i];
    check<ValueError>(inputs[i].shape() == expected.shape, "GraphCell: input ", i, " must have the shape ",
                      expected.shape, " of the graph, got ", inputs[i].shape());
    check<TypeError>(inputs[i].dtype() == expected.dtype, "GraphCell: input ", i, " must be ",
                     name(expected.dtype), " as in the graph, got ", name(inputs[i].dtype()));
    tensors[static_cast<size_t>(expected.tensor)] = inputs[i];
  }
  for (const auto& [number, param] : graph_.parameters) tensors[static_cast<size_t>(number)] = param;
  for (size_t i = 0; i < graph_.constants.size(); ++i) {
    const auto& [number, constant] = graph_.constants[i];
    tensors[static_cast<size_t>(number)] = written_constants_[i] ? constant.clone() : constant;
  }
  return tensors;
}

Value GraphCell::construct_values(const Values& inputs) {
  Tensors tensors = starting_tensors(Value(inputs).tensors());
  for (const GraphNode& node : graph_.nodes) run_node(node, tensors);
  return value_of(graph_.result, tensors);
}

}  // namespace nucella
