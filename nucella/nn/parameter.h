// Parameter: a named tensor that may still be declared only (shape, dtype, initializer, random key) instead
// of ready.
#pragma once
#include <concepts>
#include <string>

#include "nucella/nn/initializer.h"
#include "nucella/nn/value.h"

namespace nucella {

class Cell;
class ParameterImpl;

inline constexpr const char* kDefaultParameterName = "Parameter";

/// A tensor of shape and dtype that its initializer has yet to fill: what `initializer('normal', [2, 3])`
/// returns.
struct LazyTensor {
  InitializerPtr init;
  Shape shape;
  DType dtype = float32;
  /// The filled tensor; draws a key of its own.
  Tensor init_data() const;
};
/// As MindSpore's `initializer`: a name ("normal", "HeUniform", ...), a number or an Initializer object.
/// ValueError for an unknown name or an extent < 1.
LazyTensor initializer(std::string_view name, const Shape& shape, DType dtype = float32);
LazyTensor initializer(double value, const Shape& shape, DType dtype = float32);
LazyTensor initializer(InitializerPtr init, const Shape& shape, DType dtype = float32);

/// Flags of a Parameter, with MindSpore's names and defaults.
struct ParameterOptions {
  bool requires_grad = true;
  bool layerwise_parallel = false;
  bool parallel_optimizer = true;
};

namespace detail {
/// What ties a member handle of a Cell to the entry of the registry that it stands for. The handle follows
/// when the entry is replaced, and assigning to the handle replaces the entry. Moving a handle takes the tie
/// along, copying does not; a handle that dies leaves its entry as it is.
class MemberTie {
 public:
  MemberTie() = default;
  explicit MemberTie(Cell* owner) : owner_(owner) {}
  Cell* owner() const { return owner_; }
  Cell* take() { return std::exchange(owner_, nullptr); }
  void set(Cell* owner) { owner_ = owner; }

 private:
  Cell* owner_ = nullptr;
};
}  // namespace detail

/// A handle, as every Tensor; all handles of one parameter share one object, which keeps its identity for
/// life: loading, set_data and materialising change its state only.
class Parameter : public Tensor {
 public:
  /// The undefined parameter: an optional one that a layer goes without, or an attribute set to None.
  Parameter() = default;

  /// Takes a copy of `data`. ValueError for a name longer than 1024 characters or a shape that is not known.
  explicit Parameter(const Tensor& data, std::string_view name = "", ParameterOptions options = {});
  /// A float32 or int32 scalar.
  explicit Parameter(double value, std::string_view name = "", ParameterOptions options = {});
  explicit Parameter(int value, std::string_view name = "", ParameterOptions options = {});
  explicit Parameter(bool, std::string_view = "", ParameterOptions = {}) = delete;
  /// Draws its random key now; filled at once, or, within a NoInitParameters scope, when first needed.
  explicit Parameter(const LazyTensor& data, std::string_view name = "", ParameterOptions options = {});

  /// As the constructor, but shares the storage of `data` instead of copying it.
  static Parameter adopting(const Tensor& data, std::string_view name = "", ParameterOptions options = {});

  /// A member of a Cell: registers itself with `owner` under `name`. KeyError for a name that
  /// insert_param_to_cell refuses or that another member has.
  Parameter(Cell& owner, std::string_view name, const LazyTensor& data, ParameterOptions options = {});
  Parameter(Cell& owner, std::string_view name, const Tensor& data, ParameterOptions options = {});
  template <std::derived_from<Initializer> Init>
  Parameter(Cell& owner, std::string_view name, Init init, const Shape& shape, DType dtype = float32,
            ParameterOptions options = {})
      : Parameter(owner, name, initializer(std::make_shared<const Init>(std::move(init)), shape, dtype),
                  options) {}

  Parameter(const Parameter& other) : Tensor(other) {}
  Parameter(Parameter&& other) noexcept;
  /// On a member of a Cell: as Cell::set_param under the member's name.
  Parameter& operator=(const Parameter& other);
  Parameter& operator=(
      Parameter&& other);  // NOLINT(performance-noexcept-move-constructor): a Cell may refuse
  ~Parameter();

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

  // Kept for graph compilers and several processes; without an effect so far. Defaults in brackets.

  /// Whether the data have been copied to a device [false].
  bool is_init() const;
  void set_is_init(bool value);
  /// A parameter fills itself in place, so no other one ever stands for it: undefined.
  Parameter inited_param() const { return {}; }
  /// Whether the optimizer may take each row of a sparse gradient to come once [false].
  bool unique() const;
  void set_unique(bool value);
  bool cache_enable() const;  ///< [false]
  void set_cache_enable(bool value);
  const std::vector<int64_t>& cache_shape() const;  ///< [empty]
  void set_cache_shape(std::vector<int64_t> value);
  int64_t key() const;  ///< of the cache [-1]
  void set_key(int64_t value);
  bool requires_aggr() const;  ///< whether gradients are summed over processes [true]
  void set_requires_aggr(bool value);
  bool parallel_optimizer_comm_recompute() const;  ///< [false]
  void set_parallel_optimizer_comm_recompute(bool value);
  const std::string& storage_format() const;  ///< [""]
  void set_storage_format(std::string value);
  const std::string& device() const;  ///< "CPU", "Remote" or [""]
  /// ValueError for another device.
  void set_device(std::string value);
  /// Stages of a pipeline that use it [none].
  const std::vector<int64_t>& pipeline_stages() const;
  /// TypeError (as MindSpore) for a negative stage.
  void add_pipeline_stage(int64_t stage);
  /// Into how many parts each axis is cut (Cell::shard) [empty].
  const std::vector<int64_t>& param_strategy() const;
  void set_param_strategy(std::vector<int64_t> cuts);
  /// RuntimeError: there is no parameter server.
  void set_param_ps(bool init_in_server = false);

  /// True while it is declared but not filled.
  bool has_init() const;
  /// The initializer it was declared with, while has_init(); null afterwards.
  InitializerPtr init_mode() const;
  /// Fills it if it is still declared only. Returns itself.
  Parameter& init_data();
  /// As init_data(), then sets `sliced`; does nothing on a parameter that is filled. `layout` is None or a
  /// tuple of at least six entries (TypeError, ValueError) that says which part is this process's;
  /// NotImplementedError for one, since there is only one process so far.
  Parameter& init_data(const Value& layout, bool set_sliced = false);

  /// Takes over a copy of `data`, cast to its own dtype. ValueError when the shape differs (unless
  /// `slice_shape`), TypeError when the dtype ranks above its own in bool < integers by size < float16 <
  /// float32 < float64 < bfloat16.
  Parameter& set_data(const Tensor& data, bool slice_shape = false);
  /// Fills it with the initializer of `data` at once; a declared parameter stays declared, with the new
  /// initializer.
  Parameter& set_data(const LazyTensor& data, bool slice_shape = false);
  /// TypeError for a floating-point value in an integer parameter.
  template <class T>
  requires std::is_arithmetic_v<T> Parameter& set_data(T value, bool slice_shape = false) {
    return set_scalar(static_cast<double>(value), std::is_floating_point_v<T>, slice_shape);
  }
  /// Takes over a copy of `value` with its shape and dtype, into its own memory when these are its own.
  Parameter& assign_value(const Tensor& value);
  /// Converts the data to `dtype` in place; a declared parameter stays declared. Returns `dtype`.
  DType set_dtype(DType dtype);
  /// As set_data, but shares the storage instead of copying (checkpoints mapped from a file). ValueError and
  /// TypeError unless shape and dtype are its own.
  Parameter& adopt_data(const Tensor& data);

  /// A parameter of its own with the same name and flags and a copy of the data; declared ones stay declared.
  /// is_init, unique, sliced, pipeline stages and strategy are not copied; with cache_enable the key is a new
  /// one.
  Parameter clone() const;
  Parameter copy() const { return clone(); }
  /// As clone(), with the data made by the initializer of that name, the number, or the tensor, in its own
  /// dtype.
  Parameter clone(std::string_view init) const;
  Parameter clone(double init) const;
  Parameter clone(const Tensor& init) const;

  /// `Parameter (name=x, shape=(2, 3), dtype=Float32, requires_grad=True)`.
  std::string repr() const;

 private:
  friend class Cell;
  Parameter& set_scalar(double value, bool floating, bool slice_shape);
  ParameterImpl& self(const char* what) const;
  void copy_settings_to(Parameter& copy) const;
  /// A new parameter with the flags of this one.
  Parameter twin(const Tensor& data) const;
  Parameter twin(const LazyTensor& data) const;

  detail::MemberTie tie_;
};

/// A tensor that a Cell keeps as state without training it: a member that registers itself.
class Buffer : public Tensor {
 public:
  Buffer() = default;
  /// Registers `data` itself, not a copy. ValueError when it is undefined.
  Buffer(Cell& owner, std::string_view name, const Tensor& data, bool persistent = true);
  Buffer(const Buffer& other) : Tensor(other) {}
  Buffer(Buffer&& other) noexcept;
  /// On a member of a Cell: replaces the registered buffer.
  Buffer& operator=(const Tensor& data);
  Buffer& operator=(const Buffer& other) { return *this = static_cast<const Tensor&>(other); }
  ~Buffer();

 private:
  friend class Cell;
  detail::MemberTie tie_;
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

/// A fixed sequence of Parameters; ValueError when two different ones have been given the same name.
class ParameterTuple : public std::vector<Parameter> {
 public:
  ParameterTuple() = default;
  explicit ParameterTuple(std::vector<Parameter> parameters);
  ParameterTuple(std::initializer_list<Parameter> parameters) : ParameterTuple(std::vector(parameters)) {}
  /// Clones named `prefix.name`. ValueError unless `prefix` begins with a letter, digit or underscore and has
  /// only these and dots.
  ParameterTuple clone(std::string_view prefix) const;
  /// Clones with data made by the initializer of that name or the number.
  ParameterTuple clone(std::string_view prefix, std::string_view init) const;
  ParameterTuple clone(std::string_view prefix, double init) const;
  /// What clone() asks of its prefix.
  static void check_prefix(std::string_view prefix);
  /// As Python prints the tuple.
  std::string repr() const;
};

}  // namespace nucella
