// Hooks that are Python functions: what is stored in a Cell's lists, and how to get the function back.
#pragma once
#include <optional>

#include "convert.h"

namespace nucella::python {

/// A Python function held by C++; may be dropped on any thread.
class PyFunction {
 public:
  explicit PyFunction(nb::handle function) : function_(nb::borrow(function)) {}
  PyFunction(const PyFunction& other);
  PyFunction& operator=(const PyFunction&) = delete;
  ~PyFunction();
  PyObject* object() const { return function_.ptr(); }

  /// TypeError, naming `who`, unless the object can be called.
  static nb::handle checked(nb::handle function, std::string_view who);

 protected:
  /// The GIL must be held.
  template <class... A>
  nb::object call(A&&... args) const {
    return function_(std::forward<A>(args)...);
  }

 private:
  nb::object function_;
};

struct PyForwardPreHook : PyFunction {
  PyForwardPreHook(nb::handle function, bool with_kwargs) : PyFunction(function), with_kwargs(with_kwargs) {}
  std::optional<Arguments> operator()(Cell& cell, const Arguments& args) const;
  bool with_kwargs;
};
struct PyForwardHook : PyFunction {
  PyForwardHook(nb::handle function, bool with_kwargs) : PyFunction(function), with_kwargs(with_kwargs) {}
  std::optional<Value> operator()(Cell& cell, const Arguments& args, const Value& output) const;
  bool with_kwargs;
};
struct PyBackwardPreHook : PyFunction {
  using PyFunction::PyFunction;
  std::optional<Tensors> operator()(Cell& cell, const Tensors& grad_output) const;
};
struct PyBackwardHook : PyFunction {
  using PyFunction::PyFunction;
  std::optional<Tensors> operator()(Cell& cell, const Tensors& grad_input, const Tensors& grad_output) const;
};
struct PyStateDictPreHook : PyFunction {
  using PyFunction::PyFunction;
  void operator()(Cell& cell, const std::string& prefix, bool keep_vars) const;
};
struct PyStateDictPostHook : PyFunction {
  using PyFunction::PyFunction;
  void operator()(Cell& cell, StateDict& state, const std::string& prefix) const;
};
struct PyLoadStateDictPreHook : PyFunction {
  using PyFunction::PyFunction;
  void operator()(Cell& cell, StateDict& state, const std::string& prefix, bool strict,
                  std::vector<std::string>& missing, std::vector<std::string>& unexpected,
                  std::vector<std::string>& errors) const;
};
struct PyLoadStateDictPostHook : PyFunction {
  using PyFunction::PyFunction;
  void operator()(Cell& cell, IncompatibleKeys& keys) const;
};

/// The Python function behind a hook; null for a hook of C++.
inline PyObject* function_behind(const ForwardPreHookWithKwargs& hook) {
  const auto* f = hook.target<PyForwardPreHook>();
  return f ? f->object() : nullptr;
}
inline PyObject* function_behind(const ForwardHookWithKwargs& hook) {
  const auto* f = hook.target<PyForwardHook>();
  return f ? f->object() : nullptr;
}
inline PyObject* function_behind(const BackwardPreHook& hook) {
  const auto* f = hook.target<PyBackwardPreHook>();
  return f ? f->object() : nullptr;
}
inline PyObject* function_behind(const BackwardHook& hook) {
  const auto* f = hook.target<PyBackwardHook>();
  return f ? f->object() : nullptr;
}
inline PyObject* function_behind(const StateDictPreHook& hook) {
  const auto* f = hook.target<PyStateDictPreHook>();
  return f ? f->object() : nullptr;
}
inline PyObject* function_behind(const StateDictPostHook& hook) {
  const auto* f = hook.target<PyStateDictPostHook>();
  return f ? f->object() : nullptr;
}
inline PyObject* function_behind(const LoadStateDictPreHook& hook) {
  const auto* f = hook.target<PyLoadStateDictPreHook>();
  return f ? f->object() : nullptr;
}
inline PyObject* function_behind(const LoadStateDictPostHook& hook) {
  const auto* f = hook.target<PyLoadStateDictPostHook>();
  return f ? f->object() : nullptr;
}

/// The Python form of a StateDict: an OrderedDict; `_metadata` as MindSpore leaves it.
nb::object to_python(const StateDict& state);
StateDict to_state_dict(nb::handle mapping);

}  // namespace nucella::python
