#include "nucella/nn/value_grad.h"

#include <algorithm>
#include <numeric>

#include "nucella/base/context.h"
#include "nucella/grad/grad.h"
#include "nucella/grad/no_grad.h"
#include "nucella/grad/tape.h"
#include "nucella/nn/parameter.h"
#include "nucella/nn/value_tensors.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

bool frozen(const Tensor& t) {
  const Parameter parameter = Parameter::of(t);
  return parameter.defined() && !parameter.requires_grad();
}

// Watches the trainable parameters that ops read, as they come.
class UsedParameters final : public Interceptor {
 public:
  explicit UsedParameters(Tape& tape) : tape_(tape) {}
  void on_call(const Call& call) override {
    for (const Tensor* t : call.in) note(*t);
    pass_down(call);
  }
  bool depends(const Tensor& t) const override {
    const Parameter parameter = Parameter::of(t);
    return grad_enabled() && parameter.defined() && parameter.requires_grad();
  }
  void note(const Tensor& t) {
    if (!t.defined() || std::ranges::any_of(found_, [&](const Tensor& f) { return same(f, t); })) return;
    const Parameter parameter = Parameter::of(t);
    if (!parameter.defined() || !parameter.requires_grad()) return;
    tape_.watch(t);
    found_.push_back(t);
  }
  const Tensors& found() const { return found_; }

 private:
  Tape& tape_;
  Tensors found_;
};

// The gradient of `argument`, built as it is, from those of its tensors.
Value built_as(const Value& argument, Tensors::const_iterator& grads) {
  if (const Tensor* t = std::get_if<Tensor>(&argument.variant()))
    return t->defined() ? Value(*grads++) : Value();
  if (const Values* items = argument.sequence()) {
    Values out;
    for (const Value& item : *items) out.push_back(built_as(item, grads));
    return argument.is<ValueList>() ? Value(ValueList{std::move(out)}) : Value(std::move(out));
  }
  if (const ValueDict* dict = std::get_if<ValueDict>(&argument.variant())) {
    ValueDict out;
    for (const auto& [key, item] : *dict) out.emplace_back(key, built_as(item, grads));
    return out;
  }
  if (argument.is<int64_t>() || argument.is<bool>()) return int64_t{0};
  return argument.is<double>() ? Value(0.0) : Value();
}

void check_positions(const std::vector<int>& positions, size_t arguments) {
  check<RuntimeError>(!positions.empty(), "grad: 'grad_position' must not be empty");
  for (size_t i = 0; i < positions.size(); ++i) {
    const int p = positions[i];
    check<ValueError>(p >= 0, "grad: 'grad_position' must not be negative, got ", p);
    check<ValueError>(std::count(positions.begin(), positions.end(), p) == 1, "grad: 'grad_position' holds ",
                      p, " more than once");
    if (static_cast<size_t>(p) < arguments) continue;
    const std::string text =
        str("grad: 'grad_position' ", p, " is beyond the ", arguments, " arguments of the function");
    check<IndexError>(execution_mode() == Mode::kPynative, text);
    check<RuntimeError>(arguments == 0, text);
  }
}

}  // namespace

struct RecordedRun::State {
  struct Input {
    int position;
    Value argument;
    Tensors tensors;
  };

  State(GradTargets targets, bool has_aux) : targets(std::move(targets)), has_aux(has_aux) {}

  GradTargets targets;
  bool has_aux;
  Tape tape;
  UsedParameters used{tape};
  std::vector<Input> inputs;
  Value value;

  void choose_inputs(std::span<const Value> arguments);
  Tensors wanted() const;
  Tensors outputs() const;
  Value input_part(Tensors::const_iterator& grads) const;
  Value weight_part(Tensors::const_iterator& grads) const;
};

void RecordedRun::State::choose_inputs(std::span<const Value> arguments) {
  using Inputs = GradTargets::Inputs;
  std::vector<int> positions = targets.positions;
  if (targets.inputs == Inputs::kPositions) check_positions(positions, arguments.size());
  if (targets.inputs == Inputs::kFirst) positions = {0};
  if (targets.inputs == Inputs::kAll) {
    positions.resize(arguments.size());
    std::iota(positions.begin(), positions.end(), 0);
  }
  for (const int p : positions) {
    if (static_cast<size_t>(p) >= arguments.size()) continue;
    Tensors tensors = defined_tensors(arguments[p]);
    if (!tensors.empty()) inputs.push_back({p, arguments[p], std::move(tensors)});
  }
}

Tensors RecordedRun::State::wanted() const {
  Tensors out;
  for (const Input& input : inputs) out.insert(out.end(), input.tensors.begin(), input.tensors.end());
  const Tensors& weights =
      targets.weights == GradTargets::Weights::kUsed ? used.found() : targets.weight_list;
  out.insert(out.end(), weights.begin(), weights.end());
  return out;
}

Tensors RecordedRun::State::outputs() const {
  return defined_tensors(has_aux ? value.as<Values>()[0] : value);
}

Value RecordedRun::State::input_part(Tensors::const_iterator& grads) const {
  Values out;
  for (const Input& input : inputs) {
    Value grad = built_as(input.argument, grads);
    out.push_back(targets.return_ids ? Value(Values{input.position, std::move(grad)}) : std::move(grad));
  }
  const bool bare = targets.inputs != GradTargets::Inputs::kAll && out.size() == 1;
  return bare ? std::move(out[0]) : Value(std::move(out));
}

Value RecordedRun::State::weight_part(Tensors::const_iterator& grads) const {
  const Tensors& weights =
      targets.weights == GradTargets::Weights::kUsed ? used.found() : targets.weight_list;
  Values out;
  for (const Tensor& weight : weights) {
    Value grad = *grads++;
    if (!targets.return_ids) {
      out.push_back(std::move(grad));
      continue;
    }
    const Parameter parameter = Parameter::of(weight);
    check<TypeError>(parameter.defined(),
                     "grad: with 'return_ids' the weights must be Parameters, got a Tensor");
    out.push_back(Values{parameter.name(), std::move(grad)});
  }
  return targets.weights == GradTargets::Weights::kOne ? std::move(out.at(0)) : Value(std::move(out));
}

RecordedRun::RecordedRun(const std::function<Value()>& run, std::span<const Value> arguments,
                         GradTargets targets, bool has_aux)
    : state_(std::make_unique<State>(std::move(targets), has_aux)) {
  State& s = *state_;
  check_grad_enabled();
  s.choose_inputs(arguments);
  for (const Tensor& t : s.wanted())
    if (!frozen(t)) s.tape.watch(t);
  {
    const TapeScope scope(s.tape);
    if (s.targets.weights == GradTargets::Weights::kUsed) {
      const InterceptorScope above(s.used);
      s.value = run();
      for (const Tensor& t : s.value.tensors()) s.used.note(t);
    } else {
      s.value = run();
    }
  }
  const Values* outputs = std::get_if<Values>(&s.value.variant());
  check<ValueError>(!has_aux || (outputs && outputs->size() > 1),
                    "grad: with 'has_aux' the function must return a tuple of more than one output");
}

RecordedRun::~RecordedRun() = default;
RecordedRun::RecordedRun(RecordedRun&&) noexcept = default;

const Value& RecordedRun::value() const { return state_->value; }

Value RecordedRun::gradients(const Value& sens, bool keep) {
  State& s = *state_;
  const Tensors outputs = s.outputs();
  Tensors seeds;
  if (!sens.is_none()) {
    seeds = sens.tensors();
    check<RuntimeError>(seeds.size() == outputs.size(), "grad: 'sens' must hold a Tensor for each of the ",
                        outputs.size(), " output tensors, got ", kind_of(sens), " with ", seeds.size());
    check_sens(outputs, seeds);
  }
  const Tensors wanted = s.wanted();
  Tensors grads = s.tape.backward(outputs, seeds, wanted, keep);
  for (size_t i = 0; i < grads.size(); ++i)
    if (!grads[i].defined() || frozen(wanted[i])) grads[i] = zeros(wanted[i].shape(), wanted[i].dtype());

  Tensors::const_iterator next = grads.cbegin();
  const bool by_inputs = s.targets.inputs != GradTargets::Inputs::kNone;
  Value inputs = s.input_part(next);
  if (s.targets.weights == GradTargets::Weights::kNone) return inputs;
  Value weights = s.weight_part(next);
  return by_inputs ? Value(Values{std::move(inputs), std::move(weights)}) : weights;
}

ValueGradResult value_and_grad(const ValueFn& fn, const Values& inputs, const ValueDict& keywords,
                               const ValueGradOptions& options) {
  Values positional = inputs;
  ValueDict named = keywords;
  Value sens;
  if (options.sens_param) {
    const auto found = std::ranges::find(named, "sens", &ValueDict::value_type::first);
    if (found != named.end()) {
      sens = std::move(found->second);
      named.erase(found);
    } else {
      check<IndexError>(!positional.empty(),
                        "grad: with 'sens_param' the last argument must be the gradient of the "
                        "output, got no argument");
      sens = std::move(positional.back());
      positional.pop_back();
    }
    check<RuntimeError>(!sens.is_none(), "grad: 'sens' must be a Tensor or a tuple of Tensors, got None");
  }
  Values arguments = positional;
  for (const auto& [name, value] : named) arguments.push_back(value);
  RecordedRun run([&] { return fn(positional, named); }, arguments, options.targets, options.has_aux);
  Value grads = run.gradients(sens);
  return {run.value(), std::move(grads)};
}

namespace {

// The gradient in `pair` if it is an (id, gradient) with that id.
const Value* with_id(const Values& pair, const Value& identifier, std::string_view name) {
  if (pair.size() != 2) return nullptr;
  if (name.empty()) {
    const int64_t* position = std::get_if<int64_t>(&pair[0].variant());
    return position && *position == identifier.as<int64_t>() ? &pair[1] : nullptr;
  }
  const std::string* text = std::get_if<std::string>(&pair[0].variant());
  return text && *text == name ? &pair[1] : nullptr;
}

const Value* find_grad(const Value& gradients, const Value& identifier, std::string_view name) {
  const Values* items = gradients.sequence();
  if (!items) return nullptr;
  if (const Value* found = with_id(*items, identifier, name)) return found;
  for (const Value& item : *items)
    if (const Value* found = find_grad(item, identifier, name)) return found;
  return nullptr;
}

}  // namespace

Value get_grad(const Value& gradients, const Value& identifier) {
  const Tensor* tensor = std::get_if<Tensor>(&identifier.variant());
  const Parameter parameter = tensor ? Parameter::of(*tensor) : Parameter();
  check<TypeError>(parameter.defined() || identifier.is<int64_t>(),
                   "get_grad: 'identifier' must be an int or a Parameter, got ", kind_of(identifier));
  const Value* found = find_grad(gradients, identifier, parameter.defined() ? parameter.name() : "");
  check<RuntimeError>(found, "get_grad: there is no gradient for the ",
                      parameter.defined() ? str("Parameter '", parameter.name(), "'")
                                          : str("position ", identifier.as<int64_t>()));
  return *found;
}

}  // namespace nucella
