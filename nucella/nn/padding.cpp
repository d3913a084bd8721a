#include "nucella/nn/padding.h"

#include <algorithm>

#include "nucella/ops/ops.h"

namespace nucella::nn {

BorderPad::BorderPad(std::string_view who, int axes, const Extents& padding, std::string mode, double value)
    : who_(who),
      padding_(padding.is_single() ? std::vector<int64_t>(static_cast<size_t>(2 * axes), padding.values()[0])
                                   : padding.values()),
      for_all_sides_(padding.is_single()),
      mode_(std::move(mode)),
      value_(value) {
  if (mode_ != "constant") padding.check_least(0, who, "padding");
  check<ValueError>(padding_.size() % 2 == 0 && static_cast<int>(padding_.size()) <= 2 * axes, "For '", who,
                    "', 'padding' must be an int or hold two ints for each of at most ", axes, " axes, got ",
                    padding.repr());
}

Tensor BorderPad::pad(const Tensor& x) {
  std::vector<int64_t> sides = padding_;
  const auto most = static_cast<size_t>(2 * x.ndim());
  if (for_all_sides_ && sides.size() > most) sides.resize(most);
  check<ValueError>(sides.size() <= most, "For '", who_, "', 'padding' of ", sides.size() / 2,
                    " axes does not fit the input of shape ", x.shape());
  return ops::pad(x, sides, value_, mode_);
}

Pad::Pad(std::vector<std::array<int64_t, 2>> paddings, const std::string& mode)
    : paddings_(std::move(paddings)),
      mode_(check_choice(mode, {"CONSTANT", "REFLECT", "SYMMETRIC"}, "Pad", "mode")) {
  check<ValueError>(paddings_.size() <= 8, "For 'Pad', 'paddings' must be for at most 8 axes, got ",
                    paddings_.size());
  for (const auto& [before, after] : paddings_)
    check<ValueError>(before >= 0 && after >= 0, "For 'Pad', 'paddings' must not be negative, got (", before,
                      ", ", after, ")");
  std::ranges::transform(mode_, mode_.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
}

Pad::Pad(Cell& owner, std::string_view name, std::vector<std::array<int64_t, 2>> paddings,
         const std::string& mode)
    : Pad(std::move(paddings), mode) {
  join(owner, name);
}

Tensor Pad::construct(const Tensor& x) {
  check<ValueError>(static_cast<size_t>(x.ndim()) == paddings_.size(), "For 'Pad', 'paddings' are for ",
                    paddings_.size(), " axes, got an input of shape ", x.shape());
  Shape sides;
  for (auto axis = paddings_.rbegin(); axis != paddings_.rend(); ++axis) {
    sides.push_back((*axis)[0]);
    sides.push_back((*axis)[1]);
  }
  return ops::pad(x, sides, 0, mode_);
}

}  // namespace nucella::nn
