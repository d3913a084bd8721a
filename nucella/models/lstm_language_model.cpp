#include "nucella/models/lstm_language_model.h"

#include "nucella/models/model_text.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::models {

LstmConfig LstmConfig::from(ModelText& text) {
  LstmConfig c;
  c.vocab_size = text.integer("vocab_size", c.vocab_size);
  c.width = text.integer("width", c.width);
  c.layers = text.integer("layers", c.layers);
  c.dropout = text.number("dropout", c.dropout);
  return c;
}

namespace {

nn::RecurrentOptions lstm_options(const LstmConfig& c) {
  return {.num_layers = c.layers, .batch_first = true, .dropout = c.layers > 1 ? c.dropout : 0};
}

}  // namespace

LstmLanguageModel::LstmLanguageModel(const LstmConfig& config)
    : config_(config),
      embedding(*this, "embedding", config.vocab_size, config.width),
      lstm(*this, "lstm", config.width, config.width, lstm_options(config)),
      dropout(*this, "dropout", nn::DropoutOptions{.p = config.dropout}),
      head(*this, "head", config.width, config.vocab_size) {}

Tensor LstmLanguageModel::construct(const Tensor& ids) {
  return head(dropout(std::get<0>(lstm(dropout(embedding(ids))))));
}

std::string LstmLanguageModel::description() const {
  return str("lstm vocab_size=", config_.vocab_size, " width=", config_.width, " layers=", config_.layers,
             " dropout=", config_.dropout);
}

namespace {

class LstmReading final : public Reading {
 public:
  explicit LstmReading(LstmLanguageModel& model) : model_(model) {}

  Tensor read(const std::vector<int32_t>& tokens) override {
    check<ValueError>(!tokens.empty(), "LstmLanguageModel: there must be tokens to read");
    const QuietScope scope(model_);
    const int64_t n = std::ssize(tokens);
    const Tensor x = model_.embedding(tensor_of(tokens, {1, n}));
    const auto [output, last] = model_.lstm(x, state_, Tensor());
    state_ = last;
    return ops::reshape(model_.head(ops::strided_slice(output, {0, n - 1}, {1, n})), {-1});
  }
  int64_t room() const override { return INT64_MAX; }

 private:
  LstmLanguageModel& model_;
  Value state_;
};

}  // namespace

std::unique_ptr<Reading> LstmLanguageModel::start_reading() { return std::make_unique<LstmReading>(*this); }

}  // namespace nucella::models
