#include "nucella/nn/containers.h"

#include <algorithm>

#include "nucella/nn/nesting.h"

namespace nucella::nn {
namespace {

bool is_number(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

// --- CellContainer -----------------------------------------------------------------------------------------

std::vector<std::string> CellContainer::keys() const {
  std::vector<std::string> out;
  for (const auto& [key, cell] : child_slots()) out.push_back(key);
  return out;
}

std::vector<CellPtr> CellContainer::values() const {
  std::vector<CellPtr> out;
  for (const auto& [key, cell] : child_slots()) out.push_back(cell);
  return out;
}

size_t CellContainer::position(int64_t index, const char* method, bool end_too) const {
  const auto count = static_cast<int64_t>(size());
  check<IndexError>(-count <= index && index < count + end_too, described(), '.', method,
                    ": 'index' must be in [", -count, ", ", count, end_too ? "]" : ")", ", got ", index);
  return static_cast<size_t>(index < 0 ? index + count : index);
}

void CellContainer::check_cell(const CellPtr& cell, const char* method) const {
  check<TypeError>(cell != nullptr, described(), '.', method, ": expected a Cell, got None");
}

// What stands before `key.path` in the name of the first parameter: the place of the container when it was
// attached.
std::string CellContainer::own_prefix() const {
  for (size_t i = 0; i < child_count(); ++i) {
    const auto params = child_at(i)->parameters_and_names();
    if (params.empty()) continue;
    const auto& [path, param] = params.front();
    const std::string inside = str(child_name(i), '.', path);
    const std::string& name = param.name();
    return name.ends_with(inside) ? name.substr(0, name.size() - inside.size()) : "";
  }
  return "";
}

void CellContainer::place(size_t position, const std::string& key, const CellPtr& cell, bool replace,
                          const char* method) {
  check_cell(cell, method);
  check<KeyError>(replace || !find_child(key), described(), '.', method, ": there is a cell '", key,
                  "' already");
  if (auto_prefix() && !cell->get_parameters().empty())
    cell->update_parameters_name(str(own_prefix(), key, '.'));
  if (!replace && position == size()) return add_child_slot(key, cell);
  Named<CellPtr> slots = child_slots();
  const auto at = slots.begin() + static_cast<std::ptrdiff_t>(position);
  if (replace) {
    at->second = cell;
  } else {
    slots.emplace(at, key, cell);
  }
  set_child_slots(std::move(slots));
}

void CellContainer::erase_at(size_t position) {
  Named<CellPtr> slots = child_slots();
  slots.erase(slots.begin() + static_cast<std::ptrdiff_t>(position));
  set_child_slots(std::move(slots));
}

void CellContainer::renumber() {
  const std::string prefix = own_prefix();
  Named<CellPtr> slots = child_slots();
  for (size_t i = 0; i < slots.size(); ++i) {
    auto& [key, cell] = slots[i];
    if (!is_number(key) || key == std::to_string(i)) continue;
    key = std::to_string(i);
    if (auto_prefix()) cell->update_parameters_name(str(prefix, key, '.'));
  }
  set_child_slots(std::move(slots));
}

Named<CellPtr> CellContainer::slice_of(int64_t first, int64_t last) const {
  const auto count = static_cast<int64_t>(size());
  const auto end_of = [&](int64_t i) { return std::clamp(i < 0 ? i + count : i, int64_t{0}, count); };
  const Named<CellPtr> slots = child_slots();
  if (end_of(first) >= end_of(last)) return {};
  return {slots.begin() + end_of(first), slots.begin() + end_of(last)};
}

// --- SequentialCell ----------------------------------------------------------------------------------------

SequentialCell::SequentialCell(const std::vector<CellPtr>& cells) {
  for (const CellPtr& cell : cells) append(cell);
}

SequentialCell::SequentialCell(const Named<CellPtr>& cells) {
  for (const auto& [key, cell] : cells) {
    check_cell(cell, "SequentialCell");
    insert_child_to_cell(key, cell);
    if (auto_prefix()) cell->update_parameters_name(key + '.');
  }
}

SequentialCell::SequentialCell(Cell& owner, std::string_view name, const std::vector<CellPtr>& cells)
    : SequentialCell(cells) {
  join(owner, name);
}

Value SequentialCell::construct_values(const Values& inputs) {
  check<TypeError>(inputs.size() == 1, described(), ".construct: expected 1 argument, got ", inputs.size());
  const NestingScope scope(*this, "construct");
  Value x = inputs[0];
  for (size_t i = 0; i < child_count(); ++i) x = child_at(i)->call({x});
  return x;
}

std::shared_ptr<SequentialCell> SequentialCell::slice(int64_t first, int64_t last) const {
  auto part = std::make_shared<SequentialCell>();
  part->set_child_slots(slice_of(first, last));
  return part;
}

SequentialCell& SequentialCell::append(const CellPtr& cell) {
  place(size(), std::to_string(size()), cell, false, "append");
  return *this;
}

void SequentialCell::set(int64_t index, const CellPtr& cell) {
  const size_t at = position(index, "set");
  place(at, keys()[at], cell, true, "set");
}

void SequentialCell::erase(int64_t index) {
  const size_t at = position(index, "erase");
  erase_at(at);
  renumber();
}

// --- CellList ----------------------------------------------------------------------------------------------

CellList::CellList(const std::vector<CellPtr>& cells, bool auto_prefix) : CellContainer(auto_prefix) {
  extend(cells);
}

CellList::CellList(Cell& owner, std::string_view name, const std::vector<CellPtr>& cells, bool auto_prefix)
    : CellList(cells, auto_prefix) {
  join(owner, name);
}

Value CellList::construct_values(const Values&) {
  raise<NotImplementedError>(described(), ": a CellList cannot be called; call the cells in it");
}

std::shared_ptr<CellList> CellList::slice(int64_t first, int64_t last) const {
  auto part = std::make_shared<CellList>(std::vector<CellPtr>{}, auto_prefix());
  Named<CellPtr> slots = slice_of(first, last);
  for (size_t i = 0; i < slots.size(); ++i) slots[i].first = std::to_string(i);
  part->set_child_slots(std::move(slots));
  return part;
}

CellList& CellList::append(const CellPtr& cell) {
  place(size(), std::to_string(size()), cell, false, "append");
  return *this;
}

CellList& CellList::extend(const std::vector<CellPtr>& cells) {
  for (const CellPtr& cell : cells) {
    check_cell(cell, "extend");
    check<TypeError>(!dynamic_cast<CellDict*>(cell.get()), described(),
                     ".extend: a CellList cannot hold a CellDict");
  }
  for (const CellPtr& cell : cells) append(cell);
  return *this;
}

void CellList::insert(int64_t index, const CellPtr& cell) {
  const size_t at = position(index, "insert", true);
  check_cell(cell, "insert");
  if (at == size()) return void(append(cell));
  // The number is free of every place, so that the cells behind it are renamed before it takes its own.
  place(at, std::to_string(size()), cell, false, "insert");
  renumber();
}

void CellList::set(int64_t index, const CellPtr& cell) {
  const size_t at = position(index, "set");
  place(at, keys()[at], cell, true, "set");
}

void CellList::erase(int64_t index) {
  erase_at(position(index, "erase"));
  renumber();
}

// --- CellDict ----------------------------------------------------------------------------------------------

CellDict::CellDict(const Named<CellPtr>& cells, bool auto_prefix) : CellContainer(auto_prefix) {
  update(cells);
}

CellDict::CellDict(Cell& owner, std::string_view name, const Named<CellPtr>& cells, bool auto_prefix)
    : CellDict(cells, auto_prefix) {
  join(owner, name);
}

Value CellDict::construct_values(const Values&) {
  raise<NotImplementedError>(described(), ": a CellDict cannot be called; call the cells in it");
}

bool CellDict::contains(std::string_view key) const { return find_child(key) != nullptr; }

CellPtr CellDict::operator[](std::string_view key) const {
  const CellPtr cell = find_child(key);
  check<KeyError>(cell != nullptr, described(), ": there is no cell '", key, "'");
  return cell;
}

void CellDict::set(std::string_view key, const CellPtr& cell) { update({{std::string(key), cell}}); }

void CellDict::update(const Named<CellPtr>& cells) {
  for (const auto& [key, cell] : cells) {
    check_cell(cell, "set");
    check<TypeError>(!dynamic_cast<CellContainer*>(cell.get()), described(), ".set: the cell '", key,
                     "' must not be a CellDict, CellList or SequentialCell, got ", cell->class_name());
    check<KeyError>(!key.empty() && key.find('.') == key.npos, described(), ".set: the key '", key,
                    "' must not be empty or contain \".\"");
  }
  for (const auto& [key, cell] : cells) {
    const std::vector<std::string> known = keys();
    const auto at = static_cast<size_t>(std::ranges::find(known, key) - known.begin());
    place(at, key, cell, at < known.size(), "set");
  }
}

CellPtr CellDict::pop(std::string_view key) {
  CellPtr cell = (*this)[key];
  remove_attribute(key);
  return cell;
}

void CellDict::clear() { set_child_slots({}); }

}  // namespace nucella::nn
