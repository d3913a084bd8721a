// The way of a call: pre-hooks, casts, construct, hooks; and how hooks and a custom bprop enter the backward
// pass.
#include <mutex>

#include "nucella/base/context.h"
#include "nucella/base/waiting.h"
#include "nucella/nn/cell_registry.h"
#include "nucella/op/op.h"

namespace nucella {

Value Cell::call(const Values& inputs, const ValueDict& keywords) {
  if (settings_ && settings_->inputs && execution_mode() == Mode::kGraph)
    check_declared_inputs({inputs, keywords});
  if (!plain_call()) get_ready();
  if (plain_call()) {
    Value output = keywords.empty() ? construct_values(inputs) : construct_with_keywords(inputs, keywords);
    if (plain_call()) return output;
    return run_forward_hooks({inputs, keywords}, std::move(output));  // construct has registered some
  }
  Arguments args{inputs, keywords};
  if (hooks_) args = run_forward_pre_hooks(std::move(args));
  if (compute_type_) args.inputs = auto_cast_inputs(args.inputs);
  if (!hooks_) return construct_or_bprop(args);
  const bool watched = !(hooks_->backward_pre.empty() && hooks_->backward.empty()) && top_interceptor();
  Value output = watched ? construct_with_backward_hooks(args) : construct_or_bprop(args);
  return run_forward_hooks(args, std::move(output));
}

Value Cell::run_construct(const Arguments& arguments) {
  return arguments.keywords.empty() ? construct_values(arguments.inputs)
                                    : construct_with_keywords(arguments.inputs, arguments.keywords);
}

// The first call of the outermost cell sees to the whole tree, so that the cells below find themselves ready.
void Cell::get_ready() {
  if (!ready_) {
    static std::recursive_mutex one_at_a_time;  // recursive: an initializer may call a net of its own
    const auto lock = lock_waiting(one_at_a_time);
    if (!ready_) {
      std::set<std::string> names;
      const bool distinct = std::ranges::all_of(
          get_parameters(), [&](const Parameter& p) { return names.insert(p.name()).second; });
      if (!distinct) rename_below("", true);
      init_parameters_data();
      for (const auto& [path, cell] : cells_and_names()) cell->ready_ = true;
    }
  }
  plain_ = !compute_type_ && !has_bprop() && !(hooks_ && hooks_->any_on_call()) &&
           !(settings_ && settings_->any_on_call());
}

Value Cell::construct_values(const Values&) {
  raise<AttributeError>("The '", class_name(), "' object has no attribute 'construct'.");
}

Value Cell::construct_with_keywords(const Values&, const ValueDict& keywords) {
  raise<TypeError>(class_name(), ".construct: unexpected keyword argument '", keywords.front().first, "'");
}

Values Cell::place_keywords(const Values& inputs, const ValueDict& keywords) const {
  const auto signature = construct_signature();
  Values placed = inputs;
  std::vector<bool> given(signature->names.size(), false);
  std::fill_n(given.begin(), std::min(inputs.size(), given.size()), true);
  for (const auto& [name, value] : keywords) {
    const auto at = static_cast<size_t>(std::ranges::find(signature->names, name) - signature->names.begin());
    check<TypeError>(at < given.size(), class_name(), ".construct: unexpected keyword argument '", name, "'");
    check<TypeError>(!given[at], class_name(), ".construct: got '", name, "' twice");
    placed.resize(std::max(placed.size(), at + 1));
    placed[at] = value;
    given[at] = true;
  }
  for (size_t i = 0; i < signature->required; ++i)
    check<TypeError>(given[i], class_name(), ".construct: the argument '", signature->names[i],
                     "' is missing");
  return placed;
}

// --- hooks -------------------------------------------------------------------------------------------------

Cell::Hooks& Cell::hooks() {
  if (!hooks_) hooks_ = std::make_shared<Hooks>();
  plain_ = false;
  return *hooks_;
}

namespace {

template <class F>
void check_hook(const F& hook, const std::string& cell, const char* method) {
  check<TypeError>(static_cast<bool>(hook), cell, '.', method, ": 'hook_fn' must be a function, got None");
}

}  // namespace

HookHandle Cell::register_forward_pre_hook(ForwardPreHook hook, bool prepend) {
  if (execution_mode() == Mode::kGraph) return {};
  check_hook(hook, described(), "register_forward_pre_hook");
  return register_forward_pre_hook_with_kwargs(
      [hook = std::move(hook)](Cell& cell, const Arguments& args) -> std::optional<Arguments> {
        auto changed = hook(cell, args.inputs);
        if (!changed) return {};
        return Arguments{std::move(*changed), args.keywords};
      },
      prepend);
}
HookHandle Cell::register_forward_hook(ForwardHook hook, bool prepend) {
  if (execution_mode() == Mode::kGraph) return {};
  check_hook(hook, described(), "register_forward_hook");
  return register_forward_hook_with_kwargs(
      [hook = std::move(hook)](Cell& cell, const Arguments& args, const Value& output) {
        return hook(cell, args.inputs, output);
      },
      prepend);
}
HookHandle Cell::register_forward_pre_hook_with_kwargs(ForwardPreHookWithKwargs hook, bool prepend) {
  if (execution_mode() == Mode::kGraph) return {};
  check_hook(hook, described(), "register_forward_pre_hook_with_kwargs");
  return hooks().forward_pre.add(std::move(hook), prepend);
}
HookHandle Cell::register_forward_hook_with_kwargs(ForwardHookWithKwargs hook, bool prepend) {
  if (execution_mode() == Mode::kGraph) return {};
  check_hook(hook, described(), "register_forward_hook_with_kwargs");
  return hooks().forward.add(std::move(hook), prepend);
}
HookHandle Cell::register_backward_pre_hook(BackwardPreHook hook) {
  if (execution_mode() == Mode::kGraph) return {};
  check_hook(hook, described(), "register_backward_pre_hook");
  return hooks().backward_pre.add(std::move(hook));
}
HookHandle Cell::register_backward_hook(BackwardHook hook) {
  if (execution_mode() == Mode::kGraph) return {};
  check_hook(hook, described(), "register_backward_hook");
  return hooks().backward.add(std::move(hook));
}
HookHandle Cell::register_state_dict_pre_hook(StateDictPreHook hook) {
  check_hook(hook, described(), "register_state_dict_pre_hook");
  return hooks().state_pre.add(std::move(hook));
}
HookHandle Cell::register_state_dict_post_hook(StateDictPostHook hook) {
  check_hook(hook, described(), "register_state_dict_post_hook");
  return hooks().state_post.add(std::move(hook));
}
HookHandle Cell::register_load_state_dict_pre_hook(LoadStateDictPreHook hook) {
  check_hook(hook, described(), "register_load_state_dict_pre_hook");
  return hooks().load_pre.add(std::move(hook));
}
HookHandle Cell::register_load_state_dict_post_hook(LoadStateDictPostHook hook) {
  check_hook(hook, described(), "register_load_state_dict_post_hook");
  return hooks().load_post.add(std::move(hook));
}

Arguments Cell::run_forward_pre_hooks(Arguments arguments) {
  hooks_->forward_pre.for_each([&](const ForwardPreHookWithKwargs& hook) {
    if (auto changed = hook(*this, arguments)) arguments = std::move(*changed);
  });
  return arguments;
}

Value Cell::run_forward_hooks(const Arguments& arguments, Value output) {
  if (!hooks_) return output;
  hooks_->forward.for_each([&](const ForwardHookWithKwargs& hook) {
    if (auto changed = hook(*this, arguments, output)) output = std::move(*changed);
  });
  return output;
}

}  // namespace nucella
