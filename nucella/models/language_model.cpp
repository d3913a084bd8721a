#include "nucella/models/language_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nucella/base/random.h"
#include "nucella/models/gpt.h"
#include "nucella/models/lstm_language_model.h"
#include "nucella/models/model_text.h"

namespace nucella::models {

QuietScope::QuietScope(Cell& net) : net_(net), training_(net.training()) {
  if (training_) net_.set_train(false);
}
QuietScope::~QuietScope() {
  if (training_) net_.set_train(true);
}

std::shared_ptr<LanguageModel> make_language_model(const std::string& description) {
  ModelText text(description);
  std::shared_ptr<LanguageModel> model;
  if (text.kind() == "gpt") model = std::make_shared<Gpt>(GptConfig::from(text));
  if (text.kind() == "lstm") model = std::make_shared<LstmLanguageModel>(LstmConfig::from(text));
  check<ValueError>(model != nullptr, "language model: expected 'gpt' or 'lstm', got '", description, "'");
  text.check_all_used();
  return model;
}

namespace {

// Uniform numbers in [0, 1) from a Philox stream.
class Uniforms {
 public:
  explicit Uniforms(uint64_t seed) : random_(seed) {}
  double operator()() {
    const auto words = random_.block(next_++);
    return (words[0] + 0.5) * 0x1p-32;
  }

 private:
  Philox4x32 random_;
  uint64_t next_ = 0;
};

int32_t draw(const Tensor& logits, const SamplingOptions& options, Uniforms& uniforms) {
  const std::vector<double> values = logits.to_vector<double>();
  std::vector<int32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  const auto likelier = [&](int32_t a, int32_t b) {
    return values[static_cast<size_t>(a)] > values[static_cast<size_t>(b)];
  };
  if (options.temperature == 0) return *std::ranges::min_element(order, likelier);
  const auto kept = static_cast<std::ptrdiff_t>(
      options.top_k > 0 ? std::min<int64_t>(options.top_k, std::ssize(order)) : std::ssize(order));
  std::partial_sort(order.begin(), order.begin() + kept, order.end(), likelier);
  order.resize(static_cast<size_t>(kept));
  const double top = values[static_cast<size_t>(order[0])];
  std::vector<double> sums;
  double sum = 0;
  for (int32_t token : order)
    sums.push_back(sum += std::exp((values[static_cast<size_t>(token)] - top) / options.temperature));
  const auto at = std::ranges::upper_bound(sums, uniforms() * sum) - sums.begin();
  return order[std::min(static_cast<size_t>(at), order.size() - 1)];
}

}  // namespace

std::vector<int32_t> generate(LanguageModel& model, const std::vector<int32_t>& prompt, int64_t count,
                              const SamplingOptions& options, const std::function<bool(int32_t)>& on_token) {
  check<ValueError>(!prompt.empty(), "generate: 'prompt' must not be empty");
  check<ValueError>(options.temperature >= 0 && options.top_k >= 0,
                    "generate: 'temperature' and 'top_k' must not be negative, got ", options.temperature,
                    " and ", options.top_k);
  Uniforms uniforms(options.seed);
  std::vector<int32_t> text = prompt, made;
  // What a reading begins with leaves room for as much again.
  const auto recent = [&] {
    const int64_t n = std::min<int64_t>(std::ssize(text), std::max<int64_t>(1, model.context() / 2));
    return std::vector<int32_t>(text.end() - n, text.end());
  };
  std::unique_ptr<Reading> reading = model.start_reading();
  Tensor logits = reading->read(reading->room() >= std::ssize(text) ? text : recent());
  while (std::ssize(made) < count) {
    const int32_t token = draw(logits, options, uniforms);
    made.push_back(token);
    text.push_back(token);
    if ((on_token && !on_token(token)) || std::ssize(made) == count) break;
    if (reading->room() > 0) {
      logits = reading->read({token});
    } else {
      reading = model.start_reading();
      logits = reading->read(recent());
    }
  }
  return made;
}

}  // namespace nucella::models
