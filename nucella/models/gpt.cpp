#include "nucella/models/gpt.h"

#include <cmath>

#include "nucella/base/random.h"
#include "nucella/models/model_text.h"
#include "nucella/ops/operators.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::models {
namespace {

constexpr double kSpread = 0.02;

const GptConfig& checked(const GptConfig& c) {
  for (const int64_t size : {c.vocab_size, c.context, c.width, c.layers, c.heads})
    check<ValueError>(size > 0, "Gpt: all sizes must be positive, got ", size);
  check<ValueError>(c.width % c.heads == 0, "Gpt: 'heads' must divide 'width', got ", c.heads, " and ",
                    c.width);
  check<ValueError>(c.dropout >= 0 && c.dropout < 1, "Gpt: 'dropout' must be in [0, 1), got ", c.dropout);
  return c;
}

nn::DenseOptions dense_options(double spread) {
  return {.weight_init = init::Normal(spread), .bias_init = "zeros"};
}
// For the layers whose results are added up over all blocks.
nn::DenseOptions last_options(const GptConfig& c) {
  return dense_options(kSpread / std::sqrt(2.0 * static_cast<double>(c.layers)));
}
nn::EmbeddingOptions table_options() { return {.embedding_table = init::Normal(kSpread)}; }
nn::LayerNormOptions norm_options() { return {.epsilon = 1e-5}; }

}  // namespace

GptConfig GptConfig::from(ModelText& text) {
  GptConfig c;
  c.vocab_size = text.integer("vocab_size", c.vocab_size);
  c.context = text.integer("context", c.context);
  c.width = text.integer("width", c.width);
  c.layers = text.integer("layers", c.layers);
  c.heads = text.integer("heads", c.heads);
  c.dropout = text.number("dropout", c.dropout);
  c.tied = text.integer("tied", c.tied) != 0;
  return c;
}

GptBlock::GptBlock(const GptConfig& c)
    : width_(c.width),
      heads_(c.heads),
      drop_(c.dropout),
      ln_1(*this, "ln_1", Shape{c.width}, norm_options()),
      attn(*this, "attn", c.width, 3 * c.width, dense_options(kSpread)),
      attn_proj(*this, "attn_proj", c.width, c.width, last_options(c)),
      ln_2(*this, "ln_2", Shape{c.width}, norm_options()),
      fc(*this, "fc", c.width, 4 * c.width, dense_options(kSpread)),
      fc_proj(*this, "fc_proj", 4 * c.width, c.width, last_options(c)),
      dropout(*this, "dropout", nn::DropoutOptions{.p = c.dropout}) {}

GptBlock::Heads GptBlock::heads_of(const Tensor& x) {
  const Tensors parts = ops::split_views(attn(ln_1(x)), {width_, width_, width_});
  const auto by_head = [&](const Tensor& t) {
    const Shape parted{t.shape()[0], t.shape()[1], heads_, width_ / heads_};
    return ops::transpose(ops::reshape(t, parted), {0, 2, 1, 3});
  };
  return {by_head(parts[0]), by_head(parts[1]), by_head(parts[2])};
}

Tensor GptBlock::finish(const Tensor& x, const Tensor& mixed) {
  const Tensor y = x + dropout(attn_proj(ops::reshape(ops::transpose(mixed, {0, 2, 1, 3}), x.shape())));
  return y + dropout(fc_proj(ops::gelu(fc(ln_2(y)))));
}

Tensor GptBlock::construct(const Tensor& x) {
  const Heads a = heads_of(x);
  const double p = training() ? drop_ : 0;
  const int64_t seed = p > 0 ? static_cast<int64_t>(draw_op_seed()) : 0;
  return finish(x, ops::scaled_dot_product_attention(a.q, a.k, a.v, {}, true, 0, p, seed)[0]);
}

Tensor GptBlock::read(const Tensor& x, GptCache& cache, int64_t position) {
  const Heads a = heads_of(x);
  const int64_t n = x.shape()[1], end = position + n;
  const auto remember = [&](const Tensor& all, const Tensor& fresh) {
    const Shape& s = all.strides();
    const int64_t width = width_ / heads_;
    all.as_strided({1, heads_, n, width}, s, all.impl()->offset + position * s[2]).copy_from(fresh);
    return all.as_strided({1, heads_, end, width}, s, all.impl()->offset);
  };
  const Tensor k = remember(cache.keys, a.k), v = remember(cache.values, a.v);
  // Of several tokens behind others, each sees those others and those up to itself.
  Tensor mask;
  if (n > 1 && position > 0) mask = ops::tril(ones({n, end}, bool_), position);
  return finish(x, ops::scaled_dot_product_attention(a.q, k, v, mask, n > 1 && position == 0)[0]);
}

Gpt::Gpt(const GptConfig& config)
    : config_(checked(config)),
      wte(*this, "wte", config.vocab_size, config.width, table_options()),
      wpe(*this, "wpe", config.context, config.width, table_options()),
      dropout(*this, "dropout", nn::DropoutOptions{.p = config.dropout}),
      ln_f(*this, "ln_f", Shape{config.width}, norm_options()) {
  for (int64_t i = 0; i < config.layers; ++i) h.append(nn::cell<GptBlock>(config));
  if (!config.tied) head = Parameter(*this, "head", init::Normal(kSpread), {config.vocab_size, config.width});
  update_parameters_name();
}

Tensor Gpt::embedded(const Tensor& ids, int64_t position) {
  check<ValueError>(ids.ndim() == 2 && position + ids.shape()[1] <= config_.context,
                    "Gpt: 'ids' must be (N, L) with L up to ", config_.context - position, ", got ",
                    ids.shape());
  const auto first = static_cast<double>(position);
  return wte(ids) + wpe(arange(first, first + static_cast<double>(ids.shape()[1])));
}

Tensor Gpt::logits(const Tensor& x) {
  return ops::dense(ln_f(x), in_compute_type(head.defined() ? head : wte.embedding_table));
}

Tensor Gpt::construct(const Tensor& ids) {
  Tensor x = dropout(embedded(ids, 0));
  for (const CellPtr& block : h.values()) x = static_cast<GptBlock&>(*block)(x);
  return logits(x);
}

std::string Gpt::description() const {
  return str("gpt vocab_size=", config_.vocab_size, " context=", config_.context, " width=", config_.width,
             " layers=", config_.layers, " heads=", config_.heads, " dropout=", config_.dropout,
             " tied=", config_.tied ? 1 : 0);
}

class GptReading final : public Reading {
 public:
  explicit GptReading(Gpt& gpt) : gpt_(gpt) {
    const GptConfig& c = gpt.config_;
    const Shape shape{1, c.heads, c.context, c.width / c.heads};
    for (int64_t i = 0; i < c.layers; ++i) caches_.push_back({Tensor::empty(shape), Tensor::empty(shape)});
  }

  Tensor read(const std::vector<int32_t>& tokens) override {
    check<ValueError>(!tokens.empty() && std::ssize(tokens) <= room(), "Gpt: can read 1 to ", room(),
                      " tokens, got ", tokens.size());
    const QuietScope scope(gpt_);
    const int64_t n = std::ssize(tokens);
    Tensor x = gpt_.embedded(tensor_of(tokens, {1, n}), position_);
    const std::vector<CellPtr> blocks = gpt_.h.values();
    for (size_t i = 0; i < blocks.size(); ++i)
      x = static_cast<GptBlock&>(*blocks[i]).read(x, caches_[i], position_);
    position_ += n;
    return ops::reshape(gpt_.logits(ops::strided_slice(x, {0, n - 1}, {1, n})), {-1});
  }
  int64_t room() const override { return gpt_.config_.context - position_; }

 private:
  Gpt& gpt_;
  std::vector<GptCache> caches_;
  int64_t position_ = 0;
};

std::unique_ptr<Reading> Gpt::start_reading() { return std::make_unique<GptReading>(*this); }

}  // namespace nucella::models
