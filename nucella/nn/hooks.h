// Hooks of a Cell: the types of the functions that register_*_hook takes.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "nucella/base/hook_list.h"
#include "nucella/nn/value.h"

namespace nucella {

class Cell;
class StateDict;
struct IncompatibleKeys;

/// The arguments of a call.
struct Arguments {
  Values inputs;
  ValueDict keywords = {};
};

/// Before construct: may return other inputs (a single value stands for one argument).
using ForwardPreHook = std::function<std::optional<Values>(Cell&, const Values& inputs)>;
/// After construct: may return another output.
using ForwardHook = std::function<std::optional<Value>(Cell&, const Values& inputs, const Value& output)>;
/// As the two above for hooks that see keyword arguments too.
using ForwardPreHookWithKwargs = std::function<std::optional<Arguments>(Cell&, const Arguments&)>;
using ForwardHookWithKwargs =
    std::function<std::optional<Value>(Cell&, const Arguments&, const Value& output)>;
/// Before the cell's backward pass: one gradient per output (undefined where none arrived); may return
/// others.
using BackwardPreHook = std::function<std::optional<Tensors>(Cell&, const Tensors& grad_output)>;
/// After the cell's backward pass: one gradient per tensor input; may return others, which leave the cell
/// instead.
using BackwardHook =
    std::function<std::optional<Tensors>(Cell&, const Tensors& grad_input, const Tensors& grad_output)>;
using StateDictPreHook = std::function<void(Cell&, const std::string& prefix, bool keep_vars)>;
using StateDictPostHook = std::function<void(Cell&, StateDict&, const std::string& prefix)>;
/// May rename or change entries of the (copied) dict before the cell reads it.
using LoadStateDictPreHook = std::function<void(
    Cell&, StateDict&, const std::string& prefix, bool strict, std::vector<std::string>& missing,
    std::vector<std::string>& unexpected, std::vector<std::string>& errors)>;
/// May edit the lists of missing and unexpected keys: clearing them avoids the error of a strict load.
using LoadStateDictPostHook = std::function<void(Cell&, IncompatibleKeys&)>;

}  // namespace nucella
