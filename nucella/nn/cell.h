// Cell: parameters, buffers, children, hooks, flags and a construct; the unit of every network.
#pragma once
#include <atomic>
#include <set>

#include "nucella/nn/cell_settings.h"
#include "nucella/nn/hooks.h"
#include "nucella/nn/parameter.h"
#include "nucella/nn/state_dict.h"
#include "nucella/nn/value.h"

namespace nucella {

class PrecisionPolicy;

class Cell;
namespace detail {
class ChildSlot;
}
using CellPtr = std::shared_ptr<Cell>;
/// Attributes of one's own, in the order they were added.
using Flags = ValueDict;
template <class T>
using Named = std::vector<std::pair<std::string, T>>;

/// Base of all networks and layers. Derive from CellOf<Self> and write `construct`.
///
/// Members register themselves by declaration (`Parameter w{*this, "w", ...}; Dense fc{*this, "fc", 3, 4};`),
/// others by insert_*; the order of registration is the order of every listing. A Cell stays where it is
/// built (members know it); share one through a CellPtr. Listings hand out this cell itself, and children
/// that are members, as CellPtrs that do not own: they are good for as long as the net is.
class Cell {
 public:
  /// With `auto_prefix` the parameters of children are named after the attribute that holds them.
  explicit Cell(bool auto_prefix = true, Flags flags = {});
  virtual ~Cell();
  Cell(const Cell&) = delete;
  Cell& operator=(const Cell&) = delete;

  /// Runs the cell: pre-hooks, casts, construct, hooks. AttributeError when there is no construct.
  Value call(const Values& inputs, const ValueDict& keywords = {});
  Value operator()(const Values& inputs) { return call(inputs); }
  Tensor operator()(const Tensor& x) { return call({x}).as<Tensor>(class_name()); }
  /// construct without hooks (deprecated in MindSpore as well).
  Value run_construct(const Values& inputs) { return construct_values(inputs); }
  /// What the first call does: fills declared parameters and sees to it that no two have the same name.
  void get_ready();
  /// True when a call can go straight to construct: no hooks, casts or custom bprop, everything initialised.
  bool plain_call() const { return plain_.load(std::memory_order_acquire); }
  /// The part of a call behind construct: what the forward hooks make of `output`.
  Value run_forward_hooks(const Arguments& arguments, Value output);

  // --- naming ----------------------------------------------------------------------------------------------

  /// The class's name without namespaces: "Dense".
  virtual std::string class_name() const;
  /// What stands between the parentheses of repr(), before the children.
  virtual std::string extend_repr() const { return ""; }
  /// `Dense(input_channels=3, output_channels=4, has_bias=True)`, children indented below.
  std::string repr() const;
  bool auto_prefix() const { return auto_prefix_; }
  /// The path of this cell in its net, once update_cell_prefix() has run on the net.
  const std::string& param_prefix() const { return param_prefix_; }
  void update_cell_prefix();
  /// Names every parameter `prefix` + its path. ValueError when `prefix` has other characters than letters,
  /// digits, '_' and '.'.
  void update_parameters_name(std::string_view prefix = "", bool recurse = true);
  /// ValueError when two parameters have the same name.
  void check_names() const;

  // --- registries ------------------------------------------------------------------------------------------

  /// KeyError for an empty name, one with a dot (unless allowed) or one taken by something else; an existing
  /// parameter is replaced. An unnamed parameter takes the name. An undefined one leaves an empty slot.
  void insert_param_to_cell(std::string_view name, const Parameter& param,
                            bool check_name_contain_dot = true);
  /// KeyError as above, or when a child of that name is there. Null leaves an empty slot. Does not rename the
  /// child's parameters.
  void insert_child_to_cell(std::string_view name, CellPtr child);
  /// Assigning an attribute: as insert_child_to_cell, but replaces a child of that name and, with
  /// auto_prefix, names all parameters below `name.` + their path. TypeError when the child in place is a
  /// member by value, or a ChildPtr of another type.
  void set_child(std::string_view name, CellPtr child);
  /// As set_child, without naming parameters.
  void replace_child(std::string_view name, CellPtr child);
  /// Assigning an attribute of type Parameter: replaces, keeps order.
  void set_param(std::string_view name, const Parameter& param);
  /// KeyError for '', a dot, or a name taken by no buffer. An undefined tensor leaves an empty slot.
  void register_buffer(std::string_view name, const Tensor& buffer, bool persistent = true);
  /// Registers each under its own name; unnamed ones become `Parameter$1`, ...
  void insert_parameter_tuple(std::string_view name, const ParameterTuple& tuple);
  /// Takes a parameter, buffer or child out. AttributeError when there is none of that name.
  void remove_attribute(std::string_view name);

  enum class Kind : uint8_t { kNone, kParam, kBuffer, kChild };
  /// What the registries hold under `name`, be it an empty slot.
  Kind find_kind(std::string_view name) const;
  /// The names of one kind in order of registration, with those of empty slots.
  std::vector<std::string> registered_names(Kind kind) const;
  /// Null when absent.
  const Parameter* find_param(std::string_view name) const;
  const Tensor* find_buffer(std::string_view name) const;
  CellPtr find_child(std::string_view name) const;

  /// Children, each object once.
  std::vector<CellPtr> cells() const;
  Named<CellPtr> name_cells() const;
  /// This cell first (under `name_prefix`), then all below, in pre-order, each once; `visited` are left out.
  Named<CellPtr> cells_and_names(std::set<const Cell*>* visited = nullptr,
                                 std::string_view name_prefix = "") const;
  /// By dotted path; '' is this cell. AttributeError names the part that is missing.
  Cell& get_sub_cell(std::string_view target);
  Tensor get_buffer(std::string_view target);
  std::vector<Tensor> buffers(bool recurse = true) const;
  Named<Tensor> named_buffers(std::string_view prefix = "", bool recurse = true,
                              bool remove_duplicate = true) const;
  std::vector<Parameter> get_parameters(bool expand = true) const;
  Named<Parameter> parameters_and_names(std::string_view name_prefix = "", bool expand = true) const;
  /// By parameter name; the last of equal names stays.
  Named<Parameter> parameters_dict(bool recurse = true) const;
  Named<Parameter> parameters_broadcast_dict(bool recurse = true) const;
  std::vector<Parameter> trainable_params(bool recurse = true) const;
  std::vector<Parameter> untrainable_params(bool recurse = true) const;
  /// Calls `fn` on every cell below, then on this one. Returns *this.
  Cell& apply(const std::function<void(Cell&)>& fn);

  /// Fills every declared parameter of the net, in order. The map from each parameter to what replaces it
  /// (itself).
  std::vector<std::pair<Parameter, Parameter>> init_parameters_data(bool auto_parallel_mode = false);

  // --- modes and flags -------------------------------------------------------------------------------------

  /// A flag that is there already gets the new value.
  Cell& add_flags(const Flags& flags);
  Cell& add_flags_recursive(const Flags& flags);
  const Flags& get_flags() const { return flags_; }
  /// Null when absent.
  const Value* find_flag(std::string_view name) const;
  bool training() const { return training_; }
  /// This cell and all below; phase becomes "train" or "predict".
  Cell& set_train(bool mode = true);
  /// This cell only.
  void set_training(bool training) { training_ = training; }
  const std::string& phase() const { return phase_; }
  void set_phase(std::string phase) { phase_ = std::move(phase); }
  bool requires_grad() const { return requires_grad_; }
  Cell& set_grad(bool requires_grad = true);
  /// Inputs and parameters are cast to `dst_type` on the fly in this cell and all below. ValueError unless it
  /// is float16, float32 or bfloat16.
  Cell& to_float(DType dst_type);
  std::optional<DType> compute_type() const { return compute_type_; }
  /// The ops of this cell and of those below follow `policy`, but for cells that to_float() was told of;
  /// null: those of the caller.
  Cell& set_precision(std::shared_ptr<const PrecisionPolicy> policy);
  /// Casts the floating tensors among `inputs` to the compute type, if there is one.
  Values auto_cast_inputs(const Values& inputs) const;
  static Values cast_inputs(const Values& inputs, DType dst_type);
  /// The parameter in the compute type; the parameter itself when there is none.
  Tensor cast_param(const Parameter& param) const;
  /// Communication fusion id of the trainable parameters. ValueError for a negative one.
  Cell& set_comm_fusion(int64_t fusion_type, bool recurse = true);
  /// Only "less_bn" is known: ValueError otherwise.
  Cell& set_boost(std::string_view boost_type);
  /// Puts the trainable parameters' data, grouped by dtype, into blocks of contiguous memory of at most
  /// `fusion_size` bytes each (0: no bound). ValueError for a negative size.
  void flatten_weights(int64_t fusion_size = 0);

  // --- compiling and recomputing ---------------------------------------------------------------------------
  // In GRAPH_MODE cells run op by op as well, so far, to the results that a graph will give.

  /// Declares the inputs of calls: all by position, or some by the names of construct's arguments, as Tensors
  /// (whose shapes may be unknown in part) or plain values. A call in GRAPH_MODE compares its inputs with
  /// them (see check_declared_input); PYNATIVE_MODE ignores them. ValueError for both kinds at once or an
  /// unknown name; TypeError, by position and in GRAPH_MODE only, for a number that construct does not take,
  /// and for names when construct does not tell them or takes *args, **kwargs or keyword-only arguments.
  void set_inputs(const Values& inputs, const ValueDict& named = {});
  /// None before set_inputs; then the tuple, or the dict of the named ones.
  Value get_inputs() const;
  /// Kept for the graph compiler. The first one stays: later ones are ignored with a warning.
  Cell& set_jit_config(const JitConfig& config);
  /// Null before set_jit_config.
  const JitConfig* jit_config() const;
  /// Gets ready for a call with these inputs: checks them, in any mode, against construct and set_inputs,
  /// makes names unique and fills declared parameters. Does not run construct.
  void compile(const Values& inputs, const ValueDict& keywords = {});
  Value compile_and_run(const Values& inputs, const ValueDict& keywords = {});
  /// From now on calls of which gradients are recorded keep no activations: construct runs a second time in
  /// the backward pass, with the same random numbers, and what it changes in place is changed twice, but for
  /// the running statistics of layers that normalise. A cell with a bprop of its own keeps none anyway.
  /// Passes parallel_optimizer_comm_recompute on to all parameters.
  void recompute(const RecomputeOptions& options = {});
  /// Null before recompute.
  const RecomputeOptions* recompute_options() const;
  /// Marks activations to be moved to the host between the passes ("Auto", or how many ops before their use
  /// they come back). Without a device this is where they are. ValueError for another word or a number < 1.
  void offload(std::string_view backward_prefetch = "Auto");
  void offload(int64_t backward_prefetch);
  /// "Auto", the number, or None before offload.
  Value offloaded() const;
  /// Whether a graph compiler shall call `bprop` in the language it is written in. Default false.
  bool bprop_debug() const;
  void set_bprop_debug(bool value);
  /// What MindSpore's decorator `lazy_inline` marks: a cell that a graph compiler compiles once for all its
  /// like. `policy`: "" or "front", ValueError otherwise.
  void set_lazy_inline(std::string_view policy = "");
  bool is_lazy_inline() const;

  // --- several processes -----------------------------------------------------------------------------------
  // There is one process so far. These settings are checked and kept; a call runs the whole cell in it.

  /// Where to run. ValueError for a role other than "MS_WORKER" or a negative rank.
  void place(std::string_view role, int64_t rank_id);
  /// Null before place.
  const Placement* placement() const;
  /// Sets how inputs are cut (a tuple with a tuple of numbers of parts per input); returns the cell, to be
  /// called in its place. TypeError for strategies that are no tuples of tuples of ints and a plan that is no
  /// dict of tuples; ValueError for another device or level, and for cuts that do not fit a parameter.
  /// Parameters in the plan that are unknown or have a strategy already are left out with a warning.
  Cell& shard(const Value& in_strategy, const ShardOptions& options = {});
  /// None before shard.
  Value in_strategy() const;
  Value out_strategy() const;
  void set_data_parallel();
  bool data_parallel() const;
  /// AttributeError until it is set.
  int64_t pipeline_stage() const;
  /// Also adds the stage to the trainable parameters. ValueError for a negative one.
  void set_pipeline_stage(int64_t stage);
  /// The trainable parameters of this process's stage, 0. RuntimeError when one belongs to no stage.
  std::vector<Parameter> infer_param_pipeline_stage() const;
  const ValueDict& parameter_layout_dict() const;
  void set_parameter_layout_dict(ValueDict layouts);
  /// RuntimeError: there is no parameter server.
  void set_param_ps(bool recurse = true, bool init_in_server = false);

  // --- hooks -----------------------------------------------------------------------------------------------

  HookHandle register_forward_pre_hook(ForwardPreHook hook, bool prepend = false);
  HookHandle register_forward_hook(ForwardHook hook, bool prepend = false);
  HookHandle register_forward_pre_hook_with_kwargs(ForwardPreHookWithKwargs hook, bool prepend = false);
  HookHandle register_forward_hook_with_kwargs(ForwardHookWithKwargs hook, bool prepend = false);
  HookHandle register_backward_pre_hook(BackwardPreHook hook);
  HookHandle register_backward_hook(BackwardHook hook);
  HookHandle register_state_dict_pre_hook(StateDictPreHook hook);
  HookHandle register_state_dict_post_hook(StateDictPostHook hook);
  HookHandle register_load_state_dict_pre_hook(LoadStateDictPreHook hook);
  HookHandle register_load_state_dict_post_hook(LoadStateDictPostHook hook);

  // --- state -----------------------------------------------------------------------------------------------

  /// Live parameters, persistent buffers and extra state by attribute path; copies of the data with
  /// `keep_vars`.
  StateDict state_dict(std::string_view prefix = "", bool keep_vars = false);
  /// Adds the state to `destination`.
  void state_dict(StateDict& destination, const std::string& prefix, bool keep_vars);
  /// Copies values into the parameters and buffers, cast to their dtype; nothing is changed when it throws.
  /// RuntimeError lists every wrong shape and kind, and, if `strict`, every missing and unexpected key.
  IncompatibleKeys load_state_dict(const StateDict& state, bool strict = true);
  virtual bool has_extra_state() const { return false; }
  /// RuntimeError unless overridden.
  virtual Value get_extra_state() const;
  virtual void set_extra_state(const Value& state);

 protected:
  /// Makes this cell, a member by value of `owner`, its child; the entry goes when the member does.
  void join(Cell& owner, std::string_view name) { owner.tie(name, *this); }
  /// The children as they are registered, with empty slots and repetitions; for containers.
  size_t child_count() const;
  CellPtr child_at(size_t position) const;
  const std::string& child_name(size_t position) const;
  Named<CellPtr> child_slots() const;
  void set_child_slots(Named<CellPtr> slots);
  void add_child_slot(std::string_view name, CellPtr cell);
  /// Unpacks the inputs, runs construct, packs the result; CellOf writes it.
  virtual Value construct_values(const Values& inputs);
  /// As construct_values when there are keyword arguments. TypeError unless overridden.
  virtual Value construct_with_keywords(const Values& inputs, const ValueDict& keywords);
  /// `inputs` with `keywords` in the places that construct_signature() tells, None between them. TypeError
  /// for an unknown one, one that comes twice and a required one that is missing.
  Values place_keywords(const Values& inputs, const ValueDict& keywords) const;
  /// The arguments of construct; nothing when they are not known.
  virtual std::optional<ConstructSignature> construct_signature() const { return std::nullopt; }
  /// A custom backward pass (see CellOf); by default there is none.
  virtual bool has_bprop() const { return false; }
  /// One gradient for each input, as Tensors, a tuple, or, for one input, the Tensor itself. `dout` is built
  /// as `out`.
  virtual Value bprop_values(const Values& inputs, const Value& out, const Value& dout);
  /// `weight` as construct shall use it: cast when the cell runs in another type.
  Tensor in_compute_type(const Parameter& weight) const {
    return compute_type_ ? cast_param(weight) : Tensor(weight);
  }
  /// For error texts: the class and, once update_cell_prefix() has run, the path.
  std::string described() const;

 private:
  friend class Parameter;
  friend class Buffer;
  friend struct CellReferences;  // of the Python front, which collects and copies cells
  friend class detail::ChildSlot;
  template <class C>
  friend class ChildPtr;
  struct Registry;
  struct Hooks;
  struct Settings;
  class StateLoader;
  class BackwardHooks;
  class CustomBprop;

  // Members and the entries they stand for, in both directions; see detail::MemberTie.
  void tie(std::string_view name, Parameter& member);
  void tie(std::string_view name, Buffer& member, bool persistent);
  void tie(std::string_view name, detail::ChildSlot& member, const CellPtr& child);
  void tie(std::string_view name, Cell& member);
  /// KeyError, naming `method`, unless `name` can be the name of an attribute of this kind.
  void check_name(const char* method, std::string_view name, Kind kind, bool dots_allowed = false) const;
  static void walk(const CellPtr& cell, const std::string& path, std::set<const Cell*>& visited,
                   Named<CellPtr>& out);
  void rename_below(std::string_view prefix, bool recurse);
  void registry_changed();
  Hooks& hooks();
  Settings& settings();
  void check_input_count(const char* method, size_t count) const;
  std::vector<std::string> argument_names() const;
  void check_declared_inputs(const Arguments& arguments) const;
  Arguments run_forward_pre_hooks(Arguments arguments);
  Value run_construct(const Arguments& arguments);
  Value construct_or_bprop(const Arguments& arguments);
  Value construct_with_backward_hooks(const Arguments& arguments);
  Value construct_recomputed(const Arguments& arguments);

  bool auto_prefix_ = true;
  bool training_ = false;
  bool requires_grad_ = false;
  std::atomic<bool> ready_ =
      false;  // names are unique and parameters filled; cleared when a registry changes
  std::atomic<bool> plain_ = false;  // ready_, and there is nothing to do around construct
  std::optional<DType> compute_type_;
  std::string phase_ = "train";
  std::string param_prefix_;
  Flags flags_;
  Cell* member_of_ = nullptr;  // the cell that this one is a member of by value
  std::shared_ptr<Registry> registry_;
  std::shared_ptr<Hooks> hooks_;        // made with the first hook
  std::shared_ptr<Settings> settings_;  // made with the first of them
};

namespace detail {
/// The parts of a construct's type.
template <class F>
struct construct_traits;
template <class Self, class R, class... A>
struct construct_traits<R (Self::*)(A...)> {
  using result = R;
  using arguments = std::tuple<std::decay_t<A>...>;
};
template <class Self, class R, class... A>
struct construct_traits<R (Self::*)(A...) const> : construct_traits<R (Self::*)(A...)> {};
}  // namespace detail

/// Gives a Cell its typed call: `struct Net : CellOf<Net> { Tensor construct(const Tensor& x); };` and then
/// `net(x)` takes and returns what construct does (Tensors, numbers, strings, tuples of them, Values). `Base`
/// is the Cell to extend. `static constexpr std::array kArguments{"x"};` names construct's arguments, for
/// set_inputs and for keywords; with `static constexpr size_t kRequired = 1;` those behind may be left out
/// and arrive as None. An optional `Tensors bprop(<construct's arguments>, const R& out, const R& dout)`
/// replaces the derivative: one gradient per input.
template <class Self, class Base = Cell>
class CellOf : public Base {
 public:
  using Base::Base;

  template <class... A>
  auto operator()(A&&... args) {
    Self& self = static_cast<Self&>(*this);
    if (this->plain_call()) return self.construct(std::forward<A>(args)...);
    using R = typename detail::construct_traits<decltype(&Self::construct)>::result;
    return this->call(Values{Value(args)...}).template as<R>(this->class_name());
  }

 protected:
  Value construct_values(const Values& inputs) override {
    using Arguments = typename detail::construct_traits<decltype(&Self::construct)>::arguments;
    constexpr size_t n = std::tuple_size_v<Arguments>;
    check<TypeError>(inputs.size() >= required_arguments<n>() && inputs.size() <= n, this->class_name(),
                     ".construct: expected ", n, " arguments, got ", inputs.size());
    static const Value none;
    return [&]<size_t... I>(std::index_sequence<I...>) {
      return Value(static_cast<Self&>(*this).construct(
          (I < inputs.size() ? inputs[I] : none)
              .template as<std::tuple_element_t<I, Arguments>>(this->class_name())...));
    }
    (std::make_index_sequence<n>());
  }
  Value construct_with_keywords(const Values& inputs, const ValueDict& keywords) override {
    if constexpr (requires { Self::kArguments; })
      return construct_values(this->place_keywords(inputs, keywords));
    else
      return Base::construct_with_keywords(inputs, keywords);
  }

  std::optional<ConstructSignature> construct_signature() const override {
    using Arguments = typename detail::construct_traits<decltype(&Self::construct)>::arguments;
    constexpr size_t n = std::tuple_size_v<Arguments>;
    ConstructSignature signature{std::vector<std::string>(n), required_arguments<n>()};
    if constexpr (requires { Self::kArguments; }) {
      static_assert(std::size(Self::kArguments) == n, "kArguments must name every argument of construct");
      signature.names.assign(std::begin(Self::kArguments), std::end(Self::kArguments));
    }
    return signature;
  }
  /// How many of construct's `n` arguments have no default.
  template <size_t n>
  static constexpr size_t required_arguments() {
    if constexpr (requires { Self::kRequired; })
      return Self::kRequired;
    else
      return n;
  }
  bool has_bprop() const override {
    return requires { &Self::bprop; };
  }
  Value bprop_values(const Values& inputs, const Value& out, const Value& dout) override {
    if constexpr (requires { &Self::bprop; }) {
      using Construct = detail::construct_traits<decltype(&Self::construct)>;
      using R = typename Construct::result;
      using Arguments = typename Construct::arguments;
      return [&]<size_t... I>(std::index_sequence<I...>) {
        return Value(static_cast<Self&>(*this).bprop(
            inputs[I].template as<std::tuple_element_t<I, Arguments>>(this->class_name())...,
            out.template as<R>(this->class_name()), dout.template as<R>(this->class_name())));
      }
      (std::make_index_sequence<std::tuple_size_v<Arguments>>());
    } else {
      return Base::bprop_values(inputs, out, dout);
    }
  }
};

/// Any cell type as a member of another: `Child<Block> block{*this, "block", 64};`.
template <class C>
class Child : public C {
 public:
  template <class... A>
  Child(Cell& owner, std::string_view name, A&&... args) : C(std::forward<A>(args)...) {
    this->join(owner, name);
  }
};

namespace detail {
/// A member of a Cell that holds a child by pointer and is told when the child is replaced.
class ChildSlot {
 public:
  virtual ~ChildSlot();

 private:
  friend class nucella::Cell;
  /// False when `child` is of a type that the slot cannot hold.
  virtual bool accepts(const CellPtr& child) const = 0;
  virtual void rebind(const CellPtr& child) = 0;
  MemberTie tie_;
};
}  // namespace detail

/// A child held by pointer, for nets that are handed in or shared: `ChildPtr<> backbone{*this, "backbone",
/// net};`, then `backbone(x)`. Follows when Cell::set_child replaces the child.
template <class C = Cell>
class ChildPtr final : public detail::ChildSlot {
 public:
  ChildPtr(Cell& owner, std::string_view name, std::shared_ptr<C> child) : child_(std::move(child)) {
    owner.tie(name, *this, child_);
  }
  ChildPtr(const ChildPtr&) = delete;
  ChildPtr& operator=(const ChildPtr&) = delete;

  explicit operator bool() const { return child_ != nullptr; }
  C* operator->() const { return child_.get(); }
  C& operator*() const { return *child_; }
  const std::shared_ptr<C>& get() const { return child_; }
  template <class... A>
  decltype(auto) operator()(A&&... args) const {
    return (*child_)(std::forward<A>(args)...);
  }

 private:
  bool accepts(const CellPtr& child) const override { return !child || std::dynamic_pointer_cast<C>(child); }
  void rebind(const CellPtr& child) override { child_ = std::dynamic_pointer_cast<C>(child); }
  std::shared_ptr<C> child_;
};

}  // namespace nucella
