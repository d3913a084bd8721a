#include "nucella/nn/cell.h"

#include <cxxabi.h>

#include <cstdlib>
#include <mutex>
#include <typeindex>
#include <unordered_map>

#include "nucella/nn/cell_registry.h"
#include "nucella/nn/nesting.h"
#include "nucella/ops/ops.h"

namespace nucella {

Cell::Cell(bool auto_prefix, Flags flags)
    : auto_prefix_(auto_prefix), registry_(std::make_shared<Registry>()) {
  if (!flags.empty()) add_flags(flags);
}

Cell::~Cell() {
  for (auto& e : registry_->params)
    if (e.member) e.member->tie_.set(nullptr);
  for (auto& e : registry_->buffers)
    if (e.member) e.member->tie_.set(nullptr);
  for (auto& e : registry_->children) {
    if (e.member) e.member->tie_.set(nullptr);
    if (e.by_value) e.value->member_of_ = nullptr;
  }
  if (!member_of_) return;
  auto& siblings = member_of_->registry_->children;
  const auto mine =
      std::ranges::find_if(siblings, [&](const auto& e) { return e.by_value && e.value.get() == this; });
  if (mine != siblings.end()) siblings.erase(&*mine);
}

// --- naming ------------------------------------------------------------------------------------------------

namespace {

// "ns::Outer<int>::Net<3>" -> "Net"; what stands in brackets may itself hold colons.
std::string last_part(std::string_view type) {
  int depth = 0;
  size_t first = 0, end = type.size();
  for (size_t i = 0; i < type.size(); ++i) {
    if (type[i] == '<' || type[i] == '(') {
      if (depth++ == 0 && type[i] == '<') end = i;
    } else if (type[i] == '>' || type[i] == ')') {
      --depth;
    } else if (depth == 0 && type[i] == ':') {
      first = i + 1;
      end = type.size();
    }
  }
  return std::string(type.substr(first, end - first));
}

std::string demangled_class(const char* mangled) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> demangled(
      abi::__cxa_demangle(mangled, nullptr, nullptr, &status), std::free);
  std::string_view type = status == 0 ? demangled.get() : mangled;
  constexpr std::string_view kChild = "nucella::Child<";
  if (type.starts_with(kChild)) {
    type.remove_prefix(kChild.size());
    type.remove_suffix(1);
  }
  return last_part(type);
}

std::string indented(const std::string& text) {
  std::string out;
  for (char c : text) {
    out += c;
    if (c == '\n') out += "  ";
  }
  return out;
}

}  // namespace

std::string Cell::class_name() const {
  // Every call of a cell through its base asks for the name, and demangling takes longer than a small op.
  static std::mutex mutex;
  static std::unordered_map<std::type_index, std::string> known;
  const std::lock_guard lock(mutex);
  const auto [at, fresh] = known.try_emplace(typeid(*this));
  if (fresh) at->second = demangled_class(typeid(*this).name());
  return at->second;
}

std::string Cell::described() const {
  return param_prefix_.empty() ? class_name() : str(class_name(), " '", param_prefix_, "'");
}

std::string Cell::repr() const {
  const NestingScope scope(*this, "repr");
  const std::string extra = extend_repr();
  if (registry_->children.empty() && extra.find('\n') == extra.npos)
    return str(class_name(), '(', extra, ')');
  std::string lines = extra.empty() ? "" : "\n" + extra;
  for (const auto& e : registry_->children)
    lines += str("\n(", e.name, "): ", e.value ? e.value->repr() : "None");
  return str(class_name(), '(', indented(lines), "\n)");
}

void Cell::update_cell_prefix() {
  for (const auto& [path, cell] : cells_and_names()) cell->param_prefix_ = path;
}

void Cell::rename_below(std::string_view prefix, bool recurse) {
  for (auto& [path, param] : parameters_and_names("", recurse)) param.set_name(str(prefix, path));
}

void Cell::update_parameters_name(std::string_view prefix, bool recurse) {
  const bool legal =
      std::ranges::all_of(prefix, [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.'; });
  check<ValueError>(legal, described(),
                    ".update_parameters_name: 'prefix' must consist of letters, digits, '_' and "
                    "'.', got '",
                    prefix, "'");
  rename_below(prefix, recurse);
}

void Cell::check_names() const {
  std::set<std::string> names;
  for (const auto& [path, param] : parameters_and_names())
    check<ValueError>(names.insert(param.name()).second, described(), ".check_names: the parameter at '",
                      path, "' has the name '", param.name(), "' of another one");
}

// --- registries --------------------------------------------------------------------------------------------

void Cell::check_name(const char* method, std::string_view name, Kind kind, bool dots_allowed) const {
  check<KeyError>(!name.empty(), described(), '.', method, ": the name must not be empty");
  check<KeyError>(dots_allowed || name.find('.') == name.npos, described(), '.', method, ": the name '", name,
                  "' must not contain \".\"");
  const char* taken_by = nullptr;
  if (kind != Kind::kParam && registry_->params.find(name)) taken_by = "parameter";
  if (kind != Kind::kBuffer && registry_->buffers.find(name)) taken_by = "buffer";
  if (kind != Kind::kChild && registry_->children.find(name)) taken_by = "child cell";
  check<KeyError>(!taken_by, described(), '.', method, ": the name '", name, "' is taken by a ",
                  taken_by ? taken_by : "");
}

void Cell::registry_changed() {
  ready_ = false;
  plain_ = false;
}

void Cell::insert_param_to_cell(std::string_view name, const Parameter& param, bool check_name_contain_dot) {
  check_name("insert_param_to_cell", name, Kind::kParam, !check_name_contain_dot);
  set_param(name, param);
}

void Cell::set_param(std::string_view name, const Parameter& param) {
  check_name("set_param", name, Kind::kParam, true);
  Parameter value = param;
  if (value.defined() && value.is_unnamed()) value.set_name(name);
  auto& entry = registry_->params.find_or_add(name);
  entry.value = value;
  if (entry.member) static_cast<Tensor&>(*entry.member) = value;
  registry_changed();
}

void Cell::insert_parameter_tuple(std::string_view name, const ParameterTuple& tuple) {
  check_name("insert_parameter_tuple", name, Kind::kParam);
  for (const Parameter& param : tuple) check_name("insert_parameter_tuple", param.name(), Kind::kParam, true);
  for (Parameter param : tuple) {
    if (param.is_unnamed()) param.set_name(str(kDefaultParameterName, '$', ++registry_->unnamed_in_tuples));
    insert_param_to_cell(param.name(), param, false);
  }
}

void Cell::insert_child_to_cell(std::string_view name, CellPtr child) {
  check_name("insert_child_to_cell", name, Kind::kChild);
  check<KeyError>(!find_child(name), described(), ".insert_child_to_cell: there is a child '", name,
                  "' already");
  registry_->children.find_or_add(name).value = std::move(child);
  registry_changed();
}

void Cell::set_child(std::string_view name, CellPtr child) {
  replace_child(name, child);
  if (child && auto_prefix_) child->rename_below(str(name, '.'), true);
}

void Cell::replace_child(std::string_view name, CellPtr child) {
  check_name("set_child", name, Kind::kChild);
  auto* entry = registry_->children.find(name);
  check<TypeError>(!entry || !entry->by_value, described(), ".set_child: '", name,
                   "' is a member by value and cannot be replaced; hold it in a ChildPtr");
  check<TypeError>(!entry || !entry->member || entry->member->accepts(child), described(),
                   ".set_child: the member '", name, "' cannot hold a ", child ? child->class_name() : "");
  if (!entry) entry = &registry_->children.find_or_add(name);
  entry->value = child;
  if (entry->member) entry->member->rebind(child);
  registry_changed();
}

void Cell::register_buffer(std::string_view name, const Tensor& buffer, bool persistent) {
  check_name("register_buffer", name, Kind::kBuffer);
  auto& entry = registry_->buffers.find_or_add(name);
  entry.value = buffer;
  entry.persistent = persistent;
  if (entry.member) static_cast<Tensor&>(*entry.member) = buffer;
}

void Cell::remove_attribute(std::string_view name) {
  Registry& r = *registry_;
  if (auto* param = r.params.find(name)) {
    if (param->member) static_cast<Tensor&>(*param->member) = Tensor(), param->member->tie_.set(nullptr);
    r.params.erase(param);
  } else if (auto* buffer = r.buffers.find(name)) {
    if (buffer->member) static_cast<Tensor&>(*buffer->member) = Tensor(), buffer->member->tie_.set(nullptr);
    r.buffers.erase(buffer);
  } else if (auto* child = r.children.find(name)) {
    if (child->member) child->member->rebind(nullptr), child->member->tie_.set(nullptr);
    if (child->by_value) child->value->member_of_ = nullptr;
    r.children.erase(child);
  } else {
    raise<AttributeError>("The '", class_name(), "' object has no attribute '", name, "'.");
  }
  registry_changed();
}

Cell::Kind Cell::find_kind(std::string_view name) const {
  if (registry_->params.find(name)) return Kind::kParam;
  if (registry_->buffers.find(name)) return Kind::kBuffer;
  return registry_->children.find(name) ? Kind::kChild : Kind::kNone;
}

std::vector<std::string> Cell::registered_names(Kind kind) const {
  std::vector<std::string> names;
  const auto list = [&](const auto& entries) {
    for (const auto& entry : entries) names.push_back(entry.name);
  };
  if (kind == Kind::kParam) list(registry_->params);
  if (kind == Kind::kBuffer) list(registry_->buffers);
  if (kind == Kind::kChild) list(registry_->children);
  return names;
}

const Parameter* Cell::find_param(std::string_view name) const {
  const auto* entry = registry_->params.find(name);
  return entry ? &entry->value : nullptr;
}
const Tensor* Cell::find_buffer(std::string_view name) const {
  const auto* entry = registry_->buffers.find(name);
  return entry ? &entry->value : nullptr;
}
CellPtr Cell::find_child(std::string_view name) const {
  const auto* entry = registry_->children.find(name);
  return entry ? entry->value : nullptr;
}

// --- members -----------------------------------------------------------------------------------------------

void Cell::tie(std::string_view name, Parameter& member) {
  const auto* entry = registry_->params.find(name);
  check<KeyError>(!entry || !entry->member, described(), ": two member parameters have the name '", name,
                  "'");
  insert_param_to_cell(name, member);
  registry_->params.find(name)->member = &member;
  member.tie_.set(this);
}

void Cell::tie(std::string_view name, Buffer& member, bool persistent) {
  const auto* entry = registry_->buffers.find(name);
  check<KeyError>(!entry || !entry->member, described(), ": two member buffers have the name '", name, "'");
  register_buffer(name, member, persistent);
  registry_->buffers.find(name)->member = &member;
  member.tie_.set(this);
}

void Cell::tie(std::string_view name, detail::ChildSlot& member, const CellPtr& child) {
  check<KeyError>(!registry_->children.find(name), described(), ": two child cells have the name '", name,
                  "'");
  set_child(name, child);
  registry_->children.back().member = &member;
  member.tie_.set(this);
}

void Cell::tie(std::string_view name, Cell& member) {
  check<KeyError>(!registry_->children.find(name), described(), ": two child cells have the name '", name,
                  "'");
  set_child(name, CellPtr(CellPtr(), &member));
  registry_->children.back().by_value = true;
  member.member_of_ = this;
}

detail::ChildSlot::~ChildSlot() {
  if (Cell* owner = tie_.owner())
    Cell::Registry::of_member(owner->registry_->children, this)->member = nullptr;
}

Parameter::Parameter(Cell& owner, std::string_view name, const LazyTensor& data, ParameterOptions options)
    : Parameter(data, "", options) {
  owner.tie(name, *this);
}
Parameter::Parameter(Cell& owner, std::string_view name, const Tensor& data, ParameterOptions options)
    : Parameter(data, "", options) {
  owner.tie(name, *this);
}

Parameter::Parameter(Parameter&& other) noexcept : Tensor(other), tie_(other.tie_.take()) {
  if (Cell* owner = tie_.owner()) Cell::Registry::of_member(owner->registry_->params, &other)->member = this;
}

Parameter& Parameter::operator=(const Parameter& other) {
  if (Cell* owner = tie_.owner()) {
    owner->set_param(std::string(Cell::Registry::of_member(owner->registry_->params, this)->name), other);
  } else {
    Tensor::operator=(other);
  }
  return *this;
}

Parameter& Parameter::operator=(Parameter&& other) {
  if (tie_.owner() || !other.tie_.owner() || this == &other)
    return *this = static_cast<const Parameter&>(other);
  Tensor::operator=(other);
  tie_.set(other.tie_.take());
  Cell::Registry::of_member(tie_.owner()->registry_->params, &other)->member = this;
  return *this;
}

Parameter::~Parameter() {
  if (Cell* owner = tie_.owner()) Cell::Registry::of_member(owner->registry_->params, this)->member = nullptr;
}

Buffer::Buffer(Cell& owner, std::string_view name, const Tensor& data, bool persistent) : Tensor(data) {
  check<ValueError>(data.defined(), "Buffer: 'data' of '", name, "' must be a Tensor, got None");
  owner.tie(name, *this, persistent);
}

Buffer::Buffer(Buffer&& other) noexcept : Tensor(other), tie_(other.tie_.take()) {
  if (Cell* owner = tie_.owner()) Cell::Registry::of_member(owner->registry_->buffers, &other)->member = this;
}

Buffer& Buffer::operator=(const Tensor& data) {
  if (Cell* owner = tie_.owner()) {
    const auto& entry = *Cell::Registry::of_member(owner->registry_->buffers, this);
    owner->register_buffer(std::string(entry.name), data, entry.persistent);
  } else {
    Tensor::operator=(data);
  }
  return *this;
}

Buffer::~Buffer() {
  if (Cell* owner = tie_.owner())
    Cell::Registry::of_member(owner->registry_->buffers, this)->member = nullptr;
}

}  // namespace nucella
