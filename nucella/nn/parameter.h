// Parameter: a named tensor that may still be declared only (shape, dtype, initializer, random key) instead of ready.
#pragma once
#include <mutex>
#include <string>

#include "nucella/nn/initializer.h"
#include "nucella/tensor/tensor.h"

namespace nucella {

class Cell;

inline constexpr const char* kDefaultParameterName = "Parameter";

/// A tensor of shape and dtype that its initializer has yet to fill: what `initializer('normal', [2, 3])` returns.
struct LazyTensor {
  InitializerPtr init;
  Shape shape;
  DType dtype = float32;
  /// The filled tensor; draws a key of its own.
  Tensor init_data() const;
};
/// As MindSpore's `initializer`: a name ("normal", "HeUniform", ...), a number or an Initializer object. ValueError for
/// an unknown name or an extent < 1.
LazyTensor initializer(std::string_view name, const Shape& shape, DType dtype = float32);
LazyTensor initializer(double value, const Shape& shape, DType dtype = float32);
LazyTensor initializer(InitializerPtr init, const Shape& shape, DType dtype = float32);

/// Flags of a Parameter, with MindSpore's names and defaults.
struct ParameterOptions {
  bool requires_grad = true;
  bool layerwise_parallel = false;
  bool parallel_optimizer = true;
};

/// A handle, as every Tensor; all handles of one parameter share one object, which keeps its identity for life:
/// loading, set_data and materialising change its state only.
class Parameter : public Tensor {
 public:
  /// The undefined parameter: an optional one that a layer goes without, or an attribute set to None.
  Parameter() = default;

  /// Takes a copy of `data`. ValueError for a name longer than 1024 characters or a shape that is not known.
  explicit Parameter(const Tensor& data, std::string_view name = "", ParameterOptions options = {});
  /// A float32 or int32 scalar.
  explicit Parameter(double value, std::string_view name = "", ParameterOptions options = {});
  explicit Parameter(int value, std::string_view name = "", ParameterOptions options = {});
  /// Draws its random key now; filled at once, or, within a NoInitParameters scope, when first needed.
  explicit Parameter(LazyTensor data, std::string_view name = "", ParameterOptions options = {});

  /// A member of a Cell: registers itself with `owner` under `name`.
  Parameter(Cell& owner, std::string_view name, LazyTensor data, ParameterOptions options = {});
  Parameter(Cell& owner, std::string_view name, const Tensor& data, ParameterOptions options = {});
  template <class Init>
    requires std::derived_from<Init, Initializer>
  Parameter(Cell& owner, std::string_view name, Init init, const Shape& shape, DType dtype = float32,
            ParameterOptions options = {})
      : Parameter(owner, name, initializer(std::make_shared<const Init>(std::move(init)), shape, dtype), options) {}

  /// The parameter behind a tensor handle; the undefined Parameter when the tensor is none.
  static Parameter of(const Tensor& t);

  const std::string& name() const;
  /// Blanks around it are dropped; an empty one resets it to "Parameter". ValueError beyond 1024 characters.
  void set_name(std::string_view name);
  /// True while it carries the default name, so that an attribute may give it its own.
  bool is_unnamed() const;

  bool requires_grad() const;
  void set_requires_grad(bool value);
  bool layerwise_parallel() const;
  void set_layerwise_parallel(bool value);
  bool parallel_optimizer() const;
  void set_parallel_optimizer(bool value);
  /// Communication fusion id; ValueError for a negative one. Default 1.
  int64_t comm_fusion() const;
  void set_comm_fusion(int64_t value);
  bool sliced() const;
  void set_sliced(bool value);

  /// True while it is declared but not filled.
  bool has_init() const;
  /// The initializer it was declared with, while has_init(); null afterwards.
  InitializerPtr init_mode() const;
  /// Fills it if it is still declared only. Returns itself.
  Parameter& init_data();

  /// Takes over a copy of `data`, cast to its own dtype. ValueError when the shape differs (unless `slice_shape`),
  /// TypeError when the dtype ranks above its own (facts: float into int, float64 into float32, ...).
  Parameter& set_data(const Tensor& data, bool slice_shape = false);
  Parameter& set_data(const LazyTensor& data, bool slice_shape = false);
  Parameter& set_data(double value, bool slice_shape = false);
  /// As set_data, but shares the storage instead of copying (checkpoints mapped from a file). Same shape and dtype only.
  Parameter& adopt_data(const Tensor& data);

  /// A parameter of its own with the same name and flags and a copy of the data; declared ones stay declared.
  Parameter clone() const;
  /// As clone(), with the data made by `init`.
  Parameter clone(const LazyTensor& init) const;

  /// `Parameter (name=x, shape=(2, 3), dtype=Float32, requires_grad=True)`.
  std::string repr() const;
};

/// While one lives, parameters of this thread made from a LazyTensor stay declared. Scopes nest.
class NoInitParameters {
 public:
  NoInitParameters();
  ~NoInitParameters();
  NoInitParameters(const NoInitParameters&) = delete;
  NoInitParameters& operator=(const NoInitParameters&) = delete;
  /// True inside a scope on this thread.
  static bool active();
};

/// A fixed sequence of Parameters; ValueError when two different ones have the same name.
class ParameterTuple : public std::vector<Parameter> {
 public:
  ParameterTuple() = default;
  explicit ParameterTuple(std::vector<Parameter> parameters);
  /// Clones named `prefix.name`. ValueError for a prefix that is no word of [A-Za-z0-9_.].
  ParameterTuple clone(std::string_view prefix) const;
  ParameterTuple clone(std::string_view prefix, std::string_view init) const;
  /// As Python prints the tuple.
  std::string repr() const;
};

}  // namespace nucella
