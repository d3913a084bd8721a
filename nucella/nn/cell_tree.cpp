// Walking a tree of cells: children, parameters and buffers by path.
#include <unordered_set>

#include "nucella/nn/cell_registry.h"
#include "nucella/nn/nesting.h"

namespace nucella {
namespace {

std::string joined(std::string_view prefix, std::string_view name) {
  return prefix.empty() ? std::string(name) : str(prefix, '.', name);
}

CellPtr not_owned(const Cell* cell) { return CellPtr(CellPtr(), const_cast<Cell*>(cell)); }

}  // namespace

void Cell::walk(const CellPtr& cell, const std::string& path, std::set<const Cell*>& visited,
                Named<CellPtr>& out) {
  if (!visited.insert(cell.get()).second) return;
  const NestingScope scope(*cell, "cells_and_names");
  out.emplace_back(path, cell);
  for (const auto& e : cell->registry_->children)
    if (e.value) walk(e.value, joined(path, e.name), visited, out);
}

Named<CellPtr> Cell::cells_and_names(std::set<const Cell*>* visited, std::string_view name_prefix) const {
  std::set<const Cell*> own;
  Named<CellPtr> out;
  walk(not_owned(this), std::string(name_prefix), visited ? *visited : own, out);
  return out;
}

size_t Cell::child_count() const { return registry_->children.size(); }
CellPtr Cell::child_at(size_t position) const { return registry_->children[position].value; }
const std::string& Cell::child_name(size_t position) const { return registry_->children[position].name; }

Named<CellPtr> Cell::child_slots() const {
  Named<CellPtr> out;
  for (const auto& e : registry_->children) out.emplace_back(e.name, e.value);
  return out;
}

void Cell::set_child_slots(Named<CellPtr> slots) {
  std::vector<Registry::ChildEntry> children;
  for (auto& [name, cell] : slots) children.push_back({std::move(name), std::move(cell)});
  registry_->children.assign(std::move(children));
  registry_changed();
}

void Cell::add_child_slot(std::string_view name, CellPtr cell) {
  registry_->children.find_or_add(name).value = std::move(cell);
  registry_changed();
}

Named<CellPtr> Cell::name_cells() const {
  std::unordered_set<const Cell*> listed;
  Named<CellPtr> out;
  for (const auto& e : registry_->children)
    if (e.value && listed.insert(e.value.get()).second) out.emplace_back(e.name, e.value);
  return out;
}

std::vector<CellPtr> Cell::cells() const {
  std::vector<CellPtr> out;
  for (auto& [name, cell] : name_cells()) out.push_back(cell);
  return out;
}

Cell& Cell::get_sub_cell(std::string_view target) {
  Cell* cell = this;
  for (std::string_view rest = target; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find('.'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    const CellPtr child = cell->find_child(part);
    check<AttributeError>(child != nullptr, described(), ".get_sub_cell: '", target,
                          "': ", cell->class_name(), " has no child cell '", part, "'");
    cell = child.get();
  }
  return *cell;
}

Tensor Cell::get_buffer(std::string_view target) {
  const size_t dot = target.rfind('.');
  Cell& cell = dot == target.npos ? *this : get_sub_cell(target.substr(0, dot));
  const std::string_view name = dot == target.npos ? target : target.substr(dot + 1);
  const Tensor* buffer = cell.find_buffer(name);
  check<AttributeError>(buffer != nullptr, described(), ".get_buffer: '", target, "': ", cell.class_name(),
                        " has no attribute '", name, "'");
  return *buffer;
}

Named<Tensor> Cell::named_buffers(std::string_view prefix, bool recurse, bool remove_duplicate) const {
  std::set<const void*> seen;
  Named<Tensor> out;
  const Named<CellPtr> cells = recurse ? cells_and_names() : Named<CellPtr>{{"", not_owned(this)}};
  for (const auto& [path, cell] : cells)
    for (const auto& e : cell->registry_->buffers)
      if (e.value.defined() && (seen.insert(e.value.id()).second || !remove_duplicate))
        out.emplace_back(joined(joined(prefix, path), e.name), e.value);
  return out;
}

std::vector<Tensor> Cell::buffers(bool recurse) const {
  std::vector<Tensor> out;
  for (auto& [name, buffer] : named_buffers("", recurse)) out.push_back(buffer);
  return out;
}

Named<Parameter> Cell::parameters_and_names(std::string_view name_prefix, bool expand) const {
  std::set<const void*> seen;
  Named<Parameter> out;
  const Named<CellPtr> cells = expand ? cells_and_names(nullptr, name_prefix)
                                      : Named<CellPtr>{{std::string(name_prefix), not_owned(this)}};
  for (const auto& [path, cell] : cells)
    for (const auto& e : cell->registry_->params)
      if (e.value.defined() && seen.insert(e.value.id()).second)
        out.emplace_back(joined(path, e.name), e.value);
  return out;
}

std::vector<Parameter> Cell::get_parameters(bool expand) const {
  std::vector<Parameter> out;
  for (auto& [path, param] : parameters_and_names("", expand)) out.push_back(param);
  return out;
}

Named<Parameter> Cell::parameters_dict(bool recurse) const {
  std::unordered_map<std::string, size_t> positions;
  Named<Parameter> out;
  for (const Parameter& param : get_parameters(recurse)) {
    const auto [at, fresh] = positions.try_emplace(param.name(), out.size());
    if (fresh) {
      out.emplace_back(param.name(), param);
    } else {
      out[at->second].second = param;
    }
  }
  return out;
}

Named<Parameter> Cell::parameters_broadcast_dict(bool recurse) const {
  Named<Parameter> out = parameters_dict(recurse);
  std::erase_if(out, [](const auto& named) { return named.second.layerwise_parallel(); });
  return out;
}

std::vector<Parameter> Cell::trainable_params(bool recurse) const {
  std::vector<Parameter> out = get_parameters(recurse);
  std::erase_if(out, [](const Parameter& p) { return !p.requires_grad(); });
  return out;
}

std::vector<Parameter> Cell::untrainable_params(bool recurse) const {
  std::vector<Parameter> out = get_parameters(recurse);
  std::erase_if(out, [](const Parameter& p) { return p.requires_grad(); });
  return out;
}

Cell& Cell::apply(const std::function<void(Cell&)>& fn) {
  check<TypeError>(static_cast<bool>(fn), described(), ".apply: 'fn' must be a function, got None");
  const NestingScope scope(*this, "apply");
  for (const CellPtr& child : cells()) child->apply(fn);
  fn(*this);
  return *this;
}

std::vector<std::pair<Parameter, Parameter>> Cell::init_parameters_data(bool) {
  std::vector<std::pair<Parameter, Parameter>> out;
  for (Parameter& param : get_parameters()) {
    param.init_data();
    out.emplace_back(param, param);
  }
  return out;
}

}  // namespace nucella
