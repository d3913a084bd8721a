#include "nucella/train/state_file.h"

#include <algorithm>

#include "nucella/io/file.h"

namespace nucella::train {
namespace {

NamedTensors entries_of(const Cell& net) {
  NamedTensors entries;
  for (Parameter p : net.get_parameters()) entries.push_back({p.name(), p.init_data(), ""});
  return entries;
}

using Matches = std::vector<std::pair<Parameter, Tensor>>;

Matches match(const std::string& path, const NamedTensors& entries, const Cell& net) {
  Matches matches;
  for (const Parameter& p : net.get_parameters()) {
    const auto entry = std::ranges::find(entries, p.name(), &NamedTensor::name);
    check<ValueError>(entry != entries.end() && !entry->is_text(), "'", path, "' holds no '", p.name(), "'");
    check<ValueError>(entry->tensor.shape() == p.shape(), "'", path, "': '", p.name(),
                      "' must have the shape ", p.shape(), ", got ", entry->tensor.shape());
    matches.emplace_back(p, entry->tensor);
  }
  return matches;
}

void set(Matches& matches) {
  for (auto& [parameter, value] : matches)
    parameter.dtype() == value.dtype() ? parameter.adopt_data(value) : parameter.set_data(value);
}

}  // namespace

void save_state(const std::string& path, Cell& net, const Resumable& trainer, const NamedTensors& more) {
  NamedTensors entries = entries_of(net);
  for (NamedTensor& e : trainer.state()) entries.push_back(std::move(e));
  entries.insert(entries.end(), more.begin(), more.end());
  io::save_file(path, entries);
}

void load_state(const std::string& path, Cell& net, Resumable& trainer) {
  const NamedTensors entries = io::load_file(path);
  Matches matches = match(path, entries, net);
  trainer.restore(entries);
  set(matches);
}

}  // namespace nucella::train
