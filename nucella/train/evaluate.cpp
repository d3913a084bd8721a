#include "nucella/train/evaluate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nucella::train {
namespace {

// Puts the training mode back, whatever happens meanwhile.
class EvaluationMode {
 public:
  explicit EvaluationMode(Cell& net) : net_(net), training_(net.training()) { net_.set_train(false); }
  ~EvaluationMode() { net_.set_train(training_); }
  EvaluationMode(const EvaluationMode&) = delete;
  EvaluationMode& operator=(const EvaluationMode&) = delete;

 private:
  Cell& net_;
  bool training_;
};

void add_row(Evaluation& result, std::span<const float> logits, int32_t label) {
  const auto best = std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (float v : logits) sum += std::exp(double{v} - *best);
  result.predicted.push_back(static_cast<int32_t>(best - logits.begin()));
  result.confidence.push_back(static_cast<float>(1 / sum));
  result.accuracy += result.predicted.back() == label;
  result.loss += std::log(sum) + *best - logits[static_cast<size_t>(label)];
}

}  // namespace

std::vector<int32_t> argmax_rows(const Tensor& logits) {
  const Tensor rows = logits.contiguous();
  const int64_t classes = rows.shape(1);
  std::vector<int32_t> result(static_cast<size_t>(rows.shape(0)));
  const float* row = rows.data<float>();
  for (int32_t& best : result) {
    best = static_cast<int32_t>(std::max_element(row, row + classes) - row);
    row += classes;
  }
  return result;
}

std::vector<std::vector<int64_t>> Evaluation::confusion(const data::ImageSet& set) const {
  const auto classes = static_cast<size_t>(logits.shape(1));
  std::vector<std::vector<int64_t>> counts(classes, std::vector<int64_t>(classes));
  const std::vector<int64_t> labels = set.labels.to_vector<int64_t>();
  for (size_t i = 0; i < labels.size(); ++i)
    ++counts[static_cast<size_t>(labels[i])][static_cast<size_t>(predicted[i])];
  return counts;
}

Evaluation evaluate(Cell& net, const data::DataLoader& loader) {
  const EvaluationMode mode(net);
  Evaluation result;
  const int64_t count = loader.set().size(), batch_size = loader.options().batch_size;
  std::vector<int64_t> all(static_cast<size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  for (int64_t first = 0; first < count; first += batch_size) {
    const auto size = static_cast<size_t>(std::min(batch_size, count - first));
    const data::Batch batch = loader.gather(std::span(all).subspan(static_cast<size_t>(first), size));
    const Tensor logits = net(batch.images).contiguous();
    check<ValueError>(logits.ndim() == 2 && logits.shape(0) == batch.images.shape(0),
                      "evaluate: expected a result of (", batch.images.shape(0), ", classes), got ",
                      logits.shape());
    const int64_t classes = logits.shape(1);
    if (!result.logits.defined()) result.logits = Tensor::empty({count, classes});
    const std::span values(logits.data<float>(), static_cast<size_t>(logits.size()));
    std::copy(values.begin(), values.end(), result.logits.mutable_data<float>() + first * classes);
    for (size_t i = 0; i < size; ++i) {
      const int32_t label = batch.labels.data<int32_t>()[i];
      check<ValueError>(label < classes, "evaluate: image ", first + static_cast<int64_t>(i),
                        " has the label ", label, ", but the net knows ", classes, " classes");
      add_row(result, values.subspan(i * static_cast<size_t>(classes), static_cast<size_t>(classes)), label);
    }
  }
  if (count > 0) {
    result.accuracy /= static_cast<double>(count);
    result.loss /= static_cast<double>(count);
  }
  return result;
}

}  // namespace nucella::train
