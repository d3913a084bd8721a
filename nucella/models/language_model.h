// LanguageModel: what every net that continues a text offers, and sampling from it.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "nucella/nn/cell.h"
#include "nucella/op/op.h"

namespace nucella::models {

/// One text that a model reads token by token, with all that it remembers of it.
class Reading {
 public:
  virtual ~Reading() = default;
  /// Reads more tokens and gives the logits (vocabulary,) of the one behind them. ValueError when there are
  /// more than room(), none, or one outside of the vocabulary.
  virtual Tensor read(const std::vector<int32_t>& tokens) = 0;
  /// How many tokens it can still read.
  virtual int64_t room() const = 0;
};

/// While one lives, this thread records no gradients and the net runs as when not training.
class QuietScope {
 public:
  explicit QuietScope(Cell& net);
  ~QuietScope();
  QuietScope(const QuietScope&) = delete;
  QuietScope& operator=(const QuietScope&) = delete;

 private:
  BypassScope bypass_;
  Cell& net_;
  bool training_;
};

/// Tokens (N, L) to logits (N, L, vocabulary) of the tokens that follow each.
class LanguageModel : public Cell {
 public:
  virtual int64_t vocab_size() const = 0;
  /// The longest text that it takes at once.
  virtual int64_t context() const = 0;
  /// Begins a text. Records no gradients and leaves out dropout.
  virtual std::unique_ptr<Reading> start_reading() = 0;
  /// One line from which make_language_model() builds the like: "gpt vocab_size=256 width=128 ...".
  virtual std::string description() const = 0;
};

/// A net of that description, freshly initialised. ValueError for one that it does not understand.
std::shared_ptr<LanguageModel> make_language_model(const std::string& description);

struct SamplingOptions {
  double temperature = 1;  ///< below 1 likely tokens become likelier; 0 always takes the likeliest
  int64_t top_k = 0;       ///< only so many of the likeliest tokens are drawn from; 0 means all
  uint64_t seed = 0;
};

/// `count` tokens behind `prompt`, which must not be empty, each handed to `on_token` as it is drawn; false
/// from it ends the text. A text that outgrows the context goes on from its last half. ValueError for a
/// negative temperature or top_k.
std::vector<int32_t> generate(LanguageModel& model, const std::vector<int32_t>& prompt, int64_t count,
                              const SamplingOptions& options = {},
                              const std::function<bool(int32_t)>& on_token = {});

}  // namespace nucella::models
