// Borders as layers, under MindSpore's names and constructor arguments.
#include "arguments.h"
#include "cell_object.h"
#include "layer_parts.h"
#include "nucella/nn/padding.h"

namespace nucella::python {
namespace {

std::string border_doc(const char* what, int axes, const char* more, const char* example) {
  constexpr const char* kSides[] = {"left, right", "left, right, top, bottom",
                                    "left, right, top, bottom, front, back"};
  return str(what, R"(.

Args:
    padding (int, tuple): One number for all sides, or )",
             kSides[axes - 1], R"(.
)",
             more, R"(
Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
)",
             example);
}

template <class Layer>
void bind_border(nb::module_& m, const char* name, const char* what, int axes, const char* example) {
  static const char* who = name;
  cell_class<Layer>(m, name, border_doc(what, axes, "", example).c_str())
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle padding) {
             init_cell(self, ArgumentReader(who).extents(padding, "padding"));
           }),
           "padding"_any);
}

template <class Layer>
void bind_constant(nb::module_& m, const char* name, const char* what, int axes, const char* example) {
  static const char* who = name;
  constexpr const char* kValue = "    value (int, float): What the border holds.\n";
  cell_class<Layer>(m, name, border_doc(what, axes, kValue, example).c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle padding, nb::handle value) {
             const ArgumentReader read(who);
             init_cell(self, read.extents(padding, "padding"), read.number(value, "value"));
           }),
           "padding"_any, "value"_any);
}

std::vector<std::array<int64_t, 2>> pairs(nb::handle paddings) {
  constexpr ArgumentReader read("Pad");
  if (!PyTuple_Check(paddings.ptr()))
    raise<TypeError>("For 'Pad', 'paddings' must be a tuple of pairs, got ", object_type(paddings));
  std::vector<std::array<int64_t, 2>> out;
  for (nb::handle pair : nb::borrow<nb::tuple>(paddings)) {
    const bool sequence = PyTuple_Check(pair.ptr()) || PyList_Check(pair.ptr());
    if (!sequence || nb::len(pair) != 2)
      raise<ValueError>("For 'Pad', 'paddings' must hold pairs, got ", nb::cast<std::string>(nb::repr(pair)));
    out.push_back({read.integer(pair[0], "paddings"), read.integer(pair[1], "paddings")});
  }
  return out;
}

void bind_pad(nb::module_& m) {
  cell_class<nn::Pad>(m, "Pad", R"(A border around every axis.

Args:
    paddings (tuple): (before, after) for each axis in order.
    mode (str): "CONSTANT" for zeros, "REFLECT" to mirror at the outer elements, "SYMMETRIC" at their edges.
        Default: "CONSTANT".

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> print(nn.Pad(((0, 0), (1, 2)), mode="REFLECT")(Tensor([[1.0, 2.0, 3.0]])))
    [[2. 1. 2. 3. 2. 1.]])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::Pad> self, nb::handle paddings, nb::handle mode) {
             init_cell(self, pairs(paddings), ArgumentReader("Pad").text(mode, "mode"));
           }),
           "paddings"_any, "mode"_any = "CONSTANT");
}

}  // namespace

void bind_paddings(nb::module_& m) {
  bind_pad(m);
  bind_constant<nn::ConstantPad1d>(m, "ConstantPad1d", "A value around the last axis", 1,
                                   R"(    >>> print(nn.ConstantPad1d((1, 2), 9)(Tensor([1.0, 2.0])))
    [9. 1. 2. 9. 9.])");
  bind_constant<nn::ConstantPad2d>(m, "ConstantPad2d", "A value around the last two axes", 2,
                                   R"(    >>> print(nn.ConstantPad2d(1, 9)(Tensor([[1.0]])))
    [[9. 9. 9.]
     [9. 1. 9.]
     [9. 9. 9.]])");
  bind_constant<nn::ConstantPad3d>(
      m, "ConstantPad3d", "A value around the last three axes", 3,
      R"(    >>> nn.ConstantPad3d(1, 0.5)(ops.ones((1, 2, 3), nucella.float32)).shape
    (3, 4, 5))");
  bind_border<nn::ZeroPad2d>(m, "ZeroPad2d", "Zeros around the last two axes", 2,
                             R"(    >>> print(nn.ZeroPad2d((1, 0, 0, 1))(Tensor([[1.0, 2.0]])))
    [[0. 1. 2.]
     [0. 0. 0.]])");
  bind_border<nn::ReflectionPad1d>(m, "ReflectionPad1d", "The last axis mirrored at its outer elements", 1,
                                   R"(    >>> print(nn.ReflectionPad1d(1)(Tensor([[1.0, 2.0, 3.0]])))
    [[2. 1. 2. 3. 2.]])");
  bind_border<nn::ReflectionPad2d>(
      m, "ReflectionPad2d", "The last two axes mirrored at their outer elements", 2,
      R"(    >>> print(nn.ReflectionPad2d((1, 0, 0, 1))(Tensor([[[1.0, 2.0], [3.0, 4.0]]])))
    [[[2. 1. 2.]
      [4. 3. 4.]
      [2. 1. 2.]]])");
  bind_border<nn::ReflectionPad3d>(
      m, "ReflectionPad3d", "The last three axes mirrored at their outer elements", 3,
      R"(    >>> nn.ReflectionPad3d(1)(ops.ones((1, 2, 3, 4), nucella.float32)).shape
    (1, 4, 5, 6))");
  bind_border<nn::ReplicationPad1d>(m, "ReplicationPad1d", "The outer elements of the last axis repeated", 1,
                                    R"(    >>> print(nn.ReplicationPad1d((1, 2))(Tensor([[1.0, 2.0, 3.0]])))
    [[1. 1. 2. 3. 3. 3.]])");
  bind_border<nn::ReplicationPad2d>(m, "ReplicationPad2d", "The outer elements of the last two axes repeated",
                                    2, R"(    >>> print(nn.ReplicationPad2d(1)(Tensor([[[1.0, 2.0]]])))
    [[[1. 1. 2. 2.]
      [1. 1. 2. 2.]
      [1. 1. 2. 2.]]])");
  bind_border<nn::ReplicationPad3d>(
      m, "ReplicationPad3d", "The outer elements of the last three axes repeated", 3,
      R"(    >>> nn.ReplicationPad3d(1)(ops.ones((1, 2, 3, 4), nucella.float32)).shape
    (1, 4, 5, 6))");
}

}  // namespace nucella::python
