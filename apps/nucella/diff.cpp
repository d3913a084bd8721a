#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "apps/nucella/commands.h"
#include "apps/nucella/name_options.h"
#include "nucella/io/file.h"

namespace nucella::app {
namespace {

struct Options {
  std::string a, b;
  bool json = false;
  std::shared_ptr<io::NameRules> rules = std::make_shared<io::NameRules>();
};

// How the values of two tensors of one shape differ.
struct Distance {
  double absolute = 0;   // largest |a - b|
  double relative = 0;   // largest |a - b| / max(|a|, |b|)
  int64_t elements = 0;  // that differ
};

// What is to say of one name; `text` is empty when both sides are the same.
struct Finding {
  std::string name, text;
  std::optional<Distance> distance = {};
};

void add(Distance& distance, double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return;
  ++distance.elements;
  const double difference = std::abs(a - b);
  // What is infinite or no number on one side only is as far away as can be.
  if (!std::isfinite(difference)) {
    distance.absolute = distance.relative = INFINITY;
    return;
  }
  distance.absolute = std::max(distance.absolute, difference);
  distance.relative = std::max(distance.relative, difference / std::max(std::abs(a), std::abs(b)));
}

Distance distance_of(const Tensor& a, const Tensor& b) {
  Distance out;
  dispatch(a.dtype(), [&]<class A>() {
    dispatch(b.dtype(), [&]<class B>() {
      const A* from_a = a.data<A>();
      const B* from_b = b.data<B>();
      for (int64_t i = 0; i < a.size(); ++i)
        add(out, static_cast<double>(from_a[i]), static_cast<double>(from_b[i]));
    });
  });
  return out;
}

bool same_bytes(const Tensor& a, const Tensor& b) {
  return a.nbytes() == 0 || std::memcmp(a.raw_data(), b.raw_data(), static_cast<size_t>(a.nbytes())) == 0;
}

std::string describe(const NamedTensor& entry) {
  return entry.is_text() ? "str" : str(entry.tensor.dtype(), entry.tensor.shape());
}

std::string formatted(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

Finding compare(const NamedTensor& a, const NamedTensor& b) {
  if (a.is_text() && b.is_text()) return {a.name, a.text == b.text ? "" : "the texts differ"};
  if (a.is_text() != b.is_text() || a.tensor.shape() != b.tensor.shape())
    return {a.name, str(describe(a), " against ", describe(b))};
  const Tensor x = a.tensor.contiguous(), y = b.tensor.contiguous();
  const bool same_dtype = x.dtype() == y.dtype();
  if (same_dtype && same_bytes(x, y)) return {a.name, ""};
  const Distance distance = distance_of(x, y);
  return {a.name,
          str(same_dtype ? describe(a) : str(describe(a), " against ", describe(b)), ": ", distance.elements,
              " of ", x.size(), " elements differ, at most by ", formatted(distance.absolute),
              ", relatively ", formatted(distance.relative)),
          distance};
}

// In the order of `a`, then what only `b` has.
std::vector<Finding> differences(const NamedTensors& a, const NamedTensors& b) {
  std::map<std::string_view, const NamedTensor*> of_b;
  for (const NamedTensor& entry : b) of_b[entry.name] = &entry;
  std::vector<Finding> out;
  for (const NamedTensor& entry : a) {
    const auto found = of_b.find(entry.name);
    Finding finding =
        found == of_b.end() ? Finding{entry.name, "only in the first file"} : compare(entry, *found->second);
    if (found != of_b.end()) of_b.erase(found);
    if (!finding.text.empty()) out.push_back(std::move(finding));
  }
  for (const NamedTensor& entry : b)
    if (of_b.contains(entry.name)) out.push_back({entry.name, "only in the second file"});
  return out;
}

void print_json(const std::vector<Finding>& findings, size_t compared) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    nlohmann::ordered_json item = {{"name", finding.name}, {"difference", finding.text}};
    if (finding.distance) {
      item["elements"] = finding.distance->elements;
      // JSON knows no infinity: null.
      item["max_abs"] = finding.distance->absolute;
      item["max_rel"] = finding.distance->relative;
    }
    list.push_back(item);
  }
  const nlohmann::ordered_json document = {
      {"equal", findings.empty()}, {"compared", compared}, {"differences", list}};
  std::cout << document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

int run(const Options& options) {
  const NamedTensors a = apply_rules(*options.rules, io::load_file(options.a));
  const NamedTensors b = apply_rules(*options.rules, io::load_file(options.b));
  const std::vector<Finding> findings = differences(a, b);
  if (options.json) {
    print_json(findings, a.size());
  } else {
    for (const Finding& finding : findings)
      std::printf("%s: %s\n", finding.name.c_str(), finding.text.c_str());
    std::printf("%zu and %zu entries, %zu differences\n", a.size(), b.size(), findings.size());
  }
  return findings.empty() ? 0 : kFailed;
}

}  // namespace

Command add_diff(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App& app = *parent.add_subcommand(
      "diff", "Compares two files, of any formats, name by name; ends with 1 when they differ");
  app.add_option("a", options->a, "The first file")->required();
  app.add_option("b", options->b, "The second file")->required();
  app.add_flag("--json", options->json, "Print JSON");
  add_name_options(app, options->rules);
  return [options] { return run(*options); };
}

}  // namespace nucella::app
