// Arguments of layers as MindSpore checks them: the text of an error names layer, argument and what came.
#pragma once
#include "convert.h"
#include "nucella/nn/layer_args.h"

namespace nucella::python {

/// Reads Python arguments of one layer or function.
class ArgumentReader {
 public:
  explicit constexpr ArgumentReader(const char* who) : who_(who) {}

  /// TypeError unless an int (a bool is none).
  int64_t integer(nb::handle object, const char* argument) const;
  /// TypeError unless an int or float.
  double number(nb::handle object, const char* argument) const;
  /// TypeError unless a float: an int is none.
  double real(nb::handle object, const char* argument) const;
  /// TypeError unless True or False.
  bool boolean(nb::handle object, const char* argument) const;
  /// TypeError unless a str.
  std::string text(nb::handle object, const char* argument) const;
  /// TypeError unless an int or a tuple of ints.
  nn::Extents extents(nb::handle object, const char* argument) const;
  DType dtype(nb::handle object, const char* argument) const { return to_dtype(object, who_, argument); }
  /// TypeError unless a Cell.
  CellPtr cell(nb::handle object, const char* argument) const;
  /// TypeError unless a tuple, list or other iterable of Parameters.
  std::vector<Parameter> parameters(nb::handle object, const char* argument) const;

 private:
  [[noreturn]] void wrong(nb::handle object, const char* argument, const char* expected) const;
  const char* who_;
};

/// An int for one number, else a tuple.
nb::object to_python(const nn::Extents& extents);

}  // namespace nucella::python
