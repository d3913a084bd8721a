// LstmLanguageModel: layers of LSTM between a table of tokens and a head that continues texts.
#pragma once
#include "nucella/models/language_model.h"
#include "nucella/nn/dense.h"
#include "nucella/nn/dropout.h"
#include "nucella/nn/embedding.h"
#include "nucella/nn/recurrent.h"

namespace nucella::models {

class ModelText;

struct LstmConfig {
  int64_t vocab_size = 256;
  int64_t width = 256;  ///< of the vectors of tokens and of the hidden state
  int64_t layers = 2;
  double dropout = 0;

  /// What a description says.
  static LstmConfig from(ModelText& text);
};

class LstmLanguageModel : public CellOf<LstmLanguageModel, LanguageModel> {
 public:
  /// ValueError unless all sizes are positive.
  explicit LstmLanguageModel(const LstmConfig& config = {});
  static constexpr std::array kArguments{"ids"};
  Tensor construct(const Tensor& ids);

  int64_t vocab_size() const override { return config_.vocab_size; }
  int64_t context() const override { return INT64_MAX; }
  std::unique_ptr<Reading> start_reading() override;
  std::string description() const override;
  const LstmConfig& config() const { return config_; }

 private:
  LstmConfig config_;

 public:
  nn::Embedding embedding;
  nn::LSTM lstm;
  nn::Dropout dropout;
  nn::Dense head;
};

}  // namespace nucella::models
