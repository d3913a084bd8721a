#include "nucella/nn/parameter.h"

#include <algorithm>
#include <unordered_map>

#include "nucella/base/waiting.h"
#include "nucella/nn/parameter_impl.h"
#include "nucella/nn/tracing.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

constexpr size_t kLongestName = 1024;
thread_local int no_init_depth = 0;

std::string checked_name(std::string_view name) {
  const size_t first = name.find_first_not_of(" \t\n\r\f\v");
  if (first == name.npos) return kDefaultParameterName;
  const std::string_view trimmed = name.substr(first, name.find_last_not_of(" \t\n\r\f\v") - first + 1);
  check<ValueError>(trimmed.size() <= kLongestName, "Parameter: 'name' must have at most ", kLongestName,
                    " characters, got ", trimmed.size());
  return std::string(trimmed);
}

Ref<TensorImpl> make_impl(DType dtype, const Shape& shape, std::string_view name,
                          const ParameterOptions& options) {
  check<ValueError>(shape.is_static(), "Parameter: the shape must be known, got ", shape);
  auto* impl = new ParameterImpl(dtype, shape);
  Ref<TensorImpl> ref = Ref<TensorImpl>::adopt(impl);
  impl->name = checked_name(name);
  impl->options = options;
  return ref;
}

// Rank of a dtype when data of one kind are put into a parameter of another (MindSpore 2.6; its list lacks
// the wider unsigned integers, which stand behind the signed ones of their size here).
int rank(DType t) {
  constexpr DType order[] = {bool_, int8,   uint8,   int16,   uint16,  int32,   uint32,
                             int64, uint64, float16, float32, float64, bfloat16};
  return static_cast<int>(std::find(std::begin(order), std::end(order), t) - std::begin(order));
}

Tensor cast_unseen(const Tensor& data, DType dtype) {
  const BypassScope unseen;
  return data.dtype() == dtype ? data : ops::cast(data, dtype);
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

}  // namespace

// --- LazyTensor --------------------------------------------------------------------------------------------

Tensor LazyTensor::init_data() const {
  const RandomKey key = init->draw_key(shape);
  Tensor out = Tensor::empty(shape, dtype);
  init->fill(out, key);
  return out;
}

LazyTensor initializer(InitializerPtr init, const Shape& shape, DType dtype) {
  check<TypeError>(init != nullptr, "initializer: 'init' must be an Initializer, got null");
  check<ValueError>(std::ranges::all_of(shape, [](int64_t d) { return d > 0; }),
                    "initializer: every extent of 'shape' must be > 0, got ", shape);
  return {std::move(init), shape, dtype};
}
LazyTensor initializer(std::string_view name, const Shape& shape, DType dtype) {
  return initializer(init::by_name(name), shape, dtype);
}
LazyTensor initializer(double value, const Shape& shape, DType dtype) {
  return initializer(std::make_shared<const init::Constant>(value), shape, dtype);
}

// --- ParameterImpl -----------------------------------------------------------------------------------------

void ParameterImpl::prepare(std::string_view who, bool overwrite) {
  const auto lock = lock_waiting(mutex_);
  if (storage) return;
  if (!declaration_.init && !declaration_.source) TensorImpl::prepare(who, overwrite);
  const BypassScope unseen;  // whoever records the call that needs the data must not see how they came about
  Tensor data;
  if (declaration_.source && !overwrite) {
    data = declaration_.source->read();
  } else {
    data = Tensor::empty(shape, dtype);
    if (!overwrite) declaration_.init->fill(data, declaration_.key);
  }
  offset = data.impl()->offset;
  storage.publish(data.impl()->storage);
  declaration_ = {};
}

void ParameterImpl::drop_data() {
  TensorImpl::drop_data();
  declaration_ = {};
  name = {};
}

ParameterImpl::Declaration ParameterImpl::declaration() const {
  const auto lock = lock_waiting(mutex_);
  return declaration_;
}

void ParameterImpl::declare(Declaration declaration) {
  const auto lock = lock_waiting(mutex_);
  storage = {};
  strides = contiguous_strides(shape);
  offset = 0;
  declaration_ = std::move(declaration);
}

void ParameterImpl::adopt(const Tensor& data) {
  const auto lock = lock_waiting(mutex_);
  dtype = data.dtype();
  shape = data.shape();
  strides = data.strides();
  offset = data.impl()->offset;
  storage = data.impl()->storage;
  declaration_ = {};
}

void ParameterImpl::set_dtype(DType type) {
  if (source()) prepare("Parameter.set_dtype", false);
  const auto lock = lock_waiting(mutex_);
  if (type == dtype) return;
  if (storage) {
    const BypassScope unseen;
    const Tensor converted = ops::cast(
        Tensor(Ref<TensorImpl>::adopt(new TensorImpl(dtype, shape, strides, storage, offset))), type);
    strides = converted.strides();
    offset = converted.impl()->offset;
    storage = converted.impl()->storage;
  }
  dtype = type;
}

// --- making ------------------------------------------------------------------------------------------------

Parameter Parameter::adopting(const Tensor& data, std::string_view name, ParameterOptions options) {
  check<TypeError>(data.defined(), "Parameter: 'default_input' must be a Tensor, got None");
  Parameter param;
  param.impl_ = make_impl(data.dtype(), data.shape(), name, options);
  if (TensorSourcePtr source = source_of(data)) {
    param.self("Parameter").declare({{}, {}, std::move(source)});
    return param;
  }
  data.prepare("Parameter");
  param.self("Parameter").adopt(data);
  return param;
}

Parameter::Parameter(const Tensor& data, std::string_view name, ParameterOptions options)
    : Parameter(adopting(data.defined() && data.shape().is_static() ? data.clone() : data, name, options)) {}

Parameter::Parameter(double value, std::string_view name, ParameterOptions options)
    : Parameter(scalar(value, float32), name, options) {}
Parameter::Parameter(int value, std::string_view name, ParameterOptions options)
    : Parameter(scalar(value, int32), name, options) {}

Parameter::Parameter(const LazyTensor& data, std::string_view name, ParameterOptions options) {
  check<TypeError>(data.init != nullptr, "Parameter: 'default_input' has no initializer");
  impl_ = make_impl(data.dtype, data.shape, name, options);
  self("Parameter").declare({data.init, data.init->draw_key(data.shape)});
  if (!NoInitParameters::active()) init_data();
}

Parameter Parameter::twin(const Tensor& data) const {
  const ParameterImpl& mine = self("clone");
  Parameter made(data, mine.name, mine.options);
  copy_settings_to(made);
  return made;
}

Parameter Parameter::twin(const LazyTensor& data) const {
  const ParameterImpl& mine = self("clone");
  Parameter made(data, mine.name, mine.options);
  copy_settings_to(made);
  return made;
}

Parameter Parameter::clone() const {
  const ParameterImpl& mine = self("clone");
  Parameter copy;
  if (auto declaration = mine.declaration(); declaration.init) {
    copy.impl_ = make_impl(dtype(), shape(), mine.name, mine.options);
    copy.self("clone").declare(std::move(declaration));
  } else {
    copy = twin(static_cast<const Tensor&>(*this));
  }
  copy_settings_to(copy);
  return copy;
}

Parameter Parameter::clone(std::string_view init) const { return twin(initializer(init, shape(), dtype())); }
Parameter Parameter::clone(double init) const { return twin(initializer(init, shape(), dtype())); }
Parameter Parameter::clone(const Tensor& init) const {
  check<ValueError>(init.defined() && init.shape() == shape(), "Parameter.clone: 'init' must have the shape ",
                    shape(), ", got ", init.defined() ? init.shape().str() : "None");
  return twin(cast_unseen(init, dtype()));
}

Parameter Parameter::of(const Tensor& t) {
  Parameter p;
  if (t.defined() && dynamic_cast<ParameterImpl*>(t.impl())) static_cast<Tensor&>(p) = t;
  return p;
}

ParameterImpl& Parameter::self(const char* what) const {
  check<AttributeError>(defined(), "Parameter.", what, ": the parameter is None");
  return static_cast<ParameterImpl&>(*impl_);
}

// --- attributes --------------------------------------------------------------------------------------------

const std::string& Parameter::name() const { return self("name").name; }
void Parameter::set_name(std::string_view name) { self("name").name = checked_name(name); }
bool Parameter::is_unnamed() const { return name() == kDefaultParameterName; }
bool Parameter::requires_grad() const { return self("requires_grad").options.requires_grad; }
void Parameter::set_requires_grad(bool value) { self("requires_grad").options.requires_grad = value; }
bool Parameter::layerwise_parallel() const { return self("layerwise_parallel").options.layerwise_parallel; }
void Parameter::set_layerwise_parallel(bool value) {
  self("layerwise_parallel").options.layerwise_parallel = value;
}
bool Parameter::parallel_optimizer() const { return self("parallel_optimizer").options.parallel_optimizer; }
void Parameter::set_parallel_optimizer(bool value) {
  self("parallel_optimizer").options.parallel_optimizer = value;
}
int64_t Parameter::comm_fusion() const { return self("comm_fusion").comm_fusion; }
void Parameter::set_comm_fusion(int64_t value) {
  check<ValueError>(value >= 0, "Parameter.comm_fusion: expected a number >= 0, got ", value);
  self("comm_fusion").comm_fusion = value;
}
bool Parameter::sliced() const { return self("sliced").sliced; }
void Parameter::set_sliced(bool value) { self("sliced").sliced = value; }

bool Parameter::has_init() const { return self("has_init").declaration().init != nullptr; }
InitializerPtr Parameter::init_mode() const { return self("init_mode").declaration().init; }

// --- data --------------------------------------------------------------------------------------------------

Parameter& Parameter::init_data() {
  prepare(self("init_data").name);
  return *this;
}

Parameter& Parameter::set_data(const Tensor& data, bool slice_shape) {
  ParameterImpl& mine = self("set_data");
  check<TypeError>(data.defined(), "Parameter.set_data: 'data' for '", mine.name,
                   "' must be a Tensor, got None");
  check<ValueError>(slice_shape || data.shape() == shape(), "Parameter.set_data: 'data' for '", mine.name,
                    "' must have the shape ", shape(), ", got ", data.shape());
  check<TypeError>(rank(data.dtype()) <= rank(dtype()), "Parameter.set_data: 'data' for '", mine.name,
                   "' must be of dtype ", dtype(), " or one below it, got ", data.dtype());
  if (is_tracing()) {
    check<NotImplementedError>(data.shape() == shape(),
                               "Parameter.set_data: a graph cannot hold the parameter '", mine.name,
                               "' that takes another shape");
    ops::assign(*this, ops::cast(data, dtype()));
    return *this;
  }
  const Tensor value = cast_unseen(data, dtype());
  if (value.shape() != shape()) {
    mine.adopt(same(value, data) ? value.clone() : value);
  } else if (!has_data() || value.raw_data() != raw_data_unchecked()) {
    copy_from(value);
  }
  mine.sliced = slice_shape;
  return *this;
}

Parameter& Parameter::set_data(const LazyTensor& data, bool slice_shape) {
  ParameterImpl& mine = self("set_data");
  if (!has_init()) return set_data(data.init_data(), slice_shape);
  check<ValueError>(data.shape == shape(), "Parameter.set_data: 'data' for '", mine.name,
                    "' must have the shape ", shape(), ", got ", data.shape);
  mine.declare({data.init, data.init->draw_key(data.shape)});
  mine.sliced = slice_shape;
  return *this;
}

Parameter& Parameter::set_scalar(double value, bool floating, bool slice_shape) {
  check<TypeError>(!floating || is_floating(dtype()), "Parameter.set_data: 'data' for '", name(),
                   "' of dtype ", dtype(), " must be an int, got float ", value);
  return set_data(scalar(value, dtype()), slice_shape);
}

Parameter& Parameter::adopt_data(const Tensor& data) {
  ParameterImpl& mine = self("adopt_data");
  check<ValueError>(data.shape() == shape(), "Parameter.adopt_data: 'data' for '", mine.name,
                    "' must have the shape ", shape(), ", got ", data.shape());
  check<TypeError>(data.dtype() == dtype(), "Parameter.adopt_data: 'data' for '", mine.name,
                   "' must be of dtype ", dtype(), ", got ", data.dtype());
  data.prepare("Parameter.adopt_data");
  mine.adopt(data);
  return *this;
}

std::string Parameter::repr() const {
  if (!defined()) return "None";
  return str("Parameter (name=", name(), ", shape=", shape(), ", dtype=", dtype(),
             ", requires_grad=", requires_grad() ? "True" : "False", ")");
}

// --- NoInitParameters --------------------------------------------------------------------------------------

NoInitParameters::NoInitParameters() { ++no_init_depth; }
NoInitParameters::~NoInitParameters() { --no_init_depth; }
bool NoInitParameters::active() { return no_init_depth > 0; }

// --- ParameterTuple ----------------------------------------------------------------------------------------

ParameterTuple::ParameterTuple(std::vector<Parameter> parameters)
    : std::vector<Parameter>(std::move(parameters)) {
  std::unordered_map<std::string_view, size_t> positions;
  for (size_t i = 0; i < size(); ++i) {
    check<TypeError>((*this)[i].defined(), "ParameterTuple: element ", i, " must be a Parameter, got None");
    if ((*this)[i].is_unnamed()) continue;
    const auto [first, fresh] = positions.try_emplace((*this)[i].name(), i);
    check<ValueError>(fresh || same((*this)[i], (*this)[first->second]), "ParameterTuple: element ", i,
                      " cannot be in it: its name '", (*this)[i].name(),
                      "' already exists, as that of element ", first->second);
  }
}

namespace {

template <class Clone>
ParameterTuple clone_named(const ParameterTuple& tuple, std::string_view prefix, Clone clone) {
  ParameterTuple::check_prefix(prefix);
  std::vector<Parameter> out;
  for (const Parameter& p : tuple) {
    out.push_back(clone(p));
    out.back().set_name(str(prefix, '.', p.name()));
  }
  return ParameterTuple(std::move(out));
}

}  // namespace

void ParameterTuple::check_prefix(std::string_view prefix) {
  check<ValueError>(!prefix.empty() && is_word(prefix[0]) &&
                        std::ranges::all_of(prefix, [](char c) { return is_word(c) || c == '.'; }),
                    "ParameterTuple.clone: 'prefix' must consist of letters, digits, '_' and '.', got '",
                    prefix, "'");
}

ParameterTuple ParameterTuple::clone(std::string_view prefix) const {
  return clone_named(*this, prefix, [](const Parameter& p) { return p.clone(); });
}
ParameterTuple ParameterTuple::clone(std::string_view prefix, std::string_view init) const {
  return clone_named(*this, prefix, [&](const Parameter& p) { return p.clone(init); });
}
ParameterTuple ParameterTuple::clone(std::string_view prefix, double init) const {
  return clone_named(*this, prefix, [&](const Parameter& p) { return p.clone(init); });
}

std::string ParameterTuple::repr() const {
  std::string out = "(";
  for (size_t i = 0; i < size(); ++i) out += str(i ? ", " : "", (*this)[i].repr());
  return out + (size() == 1 ? ",)" : ")");
}

}  // namespace nucella
