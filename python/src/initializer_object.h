// Initializers between Python and C++.
#pragma once
#include "convert.h"
#include "nucella/nn/layer_args.h"

namespace nucella::python {

/// The C++ initializer of an Initializer object, which it keeps alive; null for other objects.
InitializerPtr initializer_of(nb::handle object);
/// An initial value as layers take it: None, a name, a number, an Initializer or a Tensor. TypeError, naming
/// `who` and `argument`, for anything else.
nn::WeightInit to_weight_init(nb::handle object, std::string_view who, std::string_view argument);

}  // namespace nucella::python
