// scaled_dot_product_attention and its gradient tile by tile (Dao et al., 2022): scores live only in the
// cache.
#include "nucella/kernels/cpu/attention_inputs.h"
#include "nucella/kernels/cpu/tile_product.h"

namespace nucella {
namespace cpu {

Tensor empty_like_heads(const Tensor& like, const Shape& shape, DType dtype) {
  std::array<int, 3> order{0, 1, 2};
  std::ranges::stable_sort(order, [&](int a, int b) { return like.strides()[a] > like.strides()[b]; });
  Shape strides{0, 0, 0, 1};
  int64_t step = std::max<int64_t>(shape[3], 1);
  for (int i = 2; i >= 0; --i) {
    strides[order[static_cast<size_t>(i)]] = step;
    step *= std::max<int64_t>(shape[order[static_cast<size_t>(i)]], 1);
  }
  return Tensor::empty_strided(shape, strides, dtype);
}

namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();
constexpr int64_t kQueries = 60, kKeys = 64;  // a tile; the first is a multiple of the product's rows

// Float32 with a dense last axis: the tensor itself or a copy.
Tensor dense_rows(const Tensor& t) {
  if (t.dtype() == float32 && t.ndim() > 0 && (t.strides()[t.ndim() - 1] == 1 || t.shape().back() <= 1))
    return t;
  return read_as(t, float32);
}

// to (width, n): the transposed rows [first, first + n) of `from`.
void transpose_rows(HeadView<const float> from, int64_t first, int64_t n, int64_t width, float* to) {
  for (int64_t j = 0; j < n; ++j) {
    const float* row = from.at(first + j);
    for (int64_t x = 0; x < width; ++x) to[x * kKeys + j] = row[x];
  }
}

TileLeft rows_from(HeadView<const float> m, int64_t first) { return {m.at(first), m.row, 1}; }

// One head of one sample.
struct Head {
  int64_t sample, head;
};

struct Inputs32 {
  Tensor q, k, v;
  AttentionExtents e;
  AttentionMask<float> mask;
  AttentionDropout dropout;
  const TileFunctions& f = tile_functions();

  Inputs32(const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& given, Attrs attrs)
      : q(dense_rows(query)),
        k(dense_rows(key)),
        v(dense_rows(value)),
        e(query, key, value, attrs),
        mask(given, e),
        dropout(attrs, e) {}
};

// The online softmax over the keys for a tile of queries.
class ForwardTile {
 public:
  ForwardTile(const Inputs32& in)
      : in_(in),
        scores_(kQueries * kKeys),
        keys_(static_cast<size_t>(in.e.width * kKeys)),
        sums_(static_cast<size_t>(kQueries * in.e.value_width)),
        added_(kKeys) {}

  void run(Head head, int64_t first, HeadView<float> out, float* lse) {
    const AttentionExtents& e = in_.e;
    const int64_t m = std::min(kQueries, e.rows - first);
    const auto q = head_of<const float>(in_.q, head.sample, head.head),
               k = head_of<const float>(in_.k, head.sample, head.head),
               v = head_of<const float>(in_.v, head.sample, head.head);
    top_.fill(kNever);
    total_.fill(0);
    std::fill(sums_.begin(), sums_.end(), 0.0f);
    for (int64_t key = 0; key < e.visible(first + m - 1); key += kKeys) {
      const int64_t n = std::min(kKeys, e.keys - key);
      transpose_rows(k, key, n, e.width, keys_.data());
      in_.f.multiply(rows_from(q, first), keys_.data(), kKeys, scores_.data(), kKeys, m, n, e.width, false);
      for (int64_t i = 0; i < m; ++i) to_shares(head, first + i, i, key, n);
      in_.f.multiply({scores_.data(), kKeys, 1}, v.at(key), v.row, sums_.data(), e.value_width, m,
                     e.value_width, n, true);
    }
    for (int64_t i = 0; i < m; ++i) finish(i, out.at(first + i), lse[first + i]);
  }

 private:
  // The scores of query `row` become exp(score - top); what was summed before is brought to the new top.
  void to_shares(Head head, int64_t row, int64_t i, int64_t key, int64_t n) {
    const auto at = static_cast<size_t>(i);
    float* s = scores_.data() + i * kKeys;
    const int64_t seen = std::clamp<int64_t>(in_.e.visible(row) - key, 0, n);
    const float* added = in_.mask.row(head.sample, head.head, row, key, seen, added_.data());
    const float high = in_.f.scale_row(s, static_cast<float>(in_.e.scale), added, seen);
    std::fill(s + seen, s + n, 0.0f);
    const float top = high > top_[at] || std::isnan(high) ? high : top_[at];
    if (top == kNever) return std::fill(s, s + seen, 0.0f);
    const float fade = std::exp(top_[at] - top);
    total_[at] = total_[at] * fade + in_.f.exp_row(s, top, seen);
    if (fade != 1) in_.f.multiply_row(sums_.data() + i * in_.e.value_width, fade, in_.e.value_width);
    top_[at] = top;
    if (in_.dropout.active()) in_.dropout.apply(s, head.sample, head.head, row, key, seen);
  }

  void finish(int64_t i, float* out, float& lse) {
    const auto at = static_cast<size_t>(i);
    const int64_t width = in_.e.value_width;
    std::copy_n(sums_.data() + i * width, width, out);
    if (total_[at] != 0) in_.f.multiply_row(out, 1 / total_[at], width);
    lse = top_[at] + std::log(total_[at]);
  }

  const Inputs32& in_;
  std::vector<float> scores_, keys_, sums_, added_;
  std::array<float, kQueries> top_, total_;
};

const char* unfit(const Tensor& x) { return x.dtype() == float64 ? "float64 has no vector code" : nullptr; }

const char* attention_tiles(const Call& call) {
  if (const char* why = unfit(call.in[0])) return why;
  const Inputs32 in(call.in[0], call.in[1], call.in[2], call.in[3], call.attrs);
  const AttentionExtents& e = in.e;
  const Tensor y = empty_like_heads(in.q, call.out[0].shape(), float32);
  const Tensor lse = Tensor::empty(call.out[1].shape(), float32);
  const int64_t tiles = (e.rows + kQueries - 1) / kQueries;
  parallel_for(0, e.samples * e.heads * tiles, 1, [&](int64_t first, int64_t last) {
    ForwardTile tile(in);
    for (int64_t t = first; t < last; ++t) {
      const int64_t pair = t / tiles;
      const Head head{pair / e.heads, pair % e.heads};
      tile.run(head, t % tiles * kQueries, head_of<float>(y, head.sample, head.head),
               data_or_null<float>(lse) + pair * e.rows);
    }
  });
  call.out[1] = lse;
  if (call.out[0].dtype() == float32) {
    call.out[0] = y;
  } else {
    const Tensor out = empty_like_heads(in.q, y.shape(), call.out[0].dtype());
    convert_elements(out, y);
    call.out[0] = out;
  }
  return nullptr;
}

// All tiles of one head: shares again from the scores and the sums of the forward pass, then the gradients.
class BackwardHead {
 public:
  BackwardHead(const Inputs32& in)
      : in_(in),
        shares_(kQueries * kKeys),
        slopes_(kQueries * kKeys),
        keys_(static_cast<size_t>(in.e.width * kKeys)),
        values_(static_cast<size_t>(in.e.value_width * kKeys)),
        added_(kKeys),
        shift_(static_cast<size_t>(in.e.rows)) {}

  struct Outer {
    HeadView<const float> grad, y;
    const float *lse, *grad_lse;  // the second may be null
    HeadView<float> dq, dk, dv;
  };

  void run(Head head, const Outer& o) {
    const AttentionExtents& e = in_.e;
    for (int64_t i = 0; i < e.rows; ++i) {
      double sum = 0;
      for (int64_t x = 0; x < e.value_width; ++x) sum += double{o.grad.at(i)[x]} * o.y.at(i)[x];
      shift_[static_cast<size_t>(i)] = static_cast<float>(sum - (o.grad_lse ? o.grad_lse[i] : 0));
      std::fill_n(o.dq.at(i), e.width, 0.0f);
    }
    const auto k = head_of<const float>(in_.k, head.sample, head.head),
               v = head_of<const float>(in_.v, head.sample, head.head);
    for (int64_t key = 0; key < e.keys; key += kKeys) {
      const int64_t n = std::min(kKeys, e.keys - key);
      transpose_rows(k, key, n, e.width, keys_.data());
      transpose_rows(v, key, n, e.value_width, values_.data());
      for (int64_t j = key; j < key + n; ++j) {
        std::fill_n(o.dk.at(j), e.width, 0.0f);
        std::fill_n(o.dv.at(j), e.value_width, 0.0f);
      }
      const int64_t start = e.is_causal ? key / kQueries * kQueries : 0;
      for (int64_t row = start; row < e.rows; row += kQueries) tile(head, o, row, key, n);
    }
  }

 private:
  void tile(Head head, const Outer& o, int64_t row, int64_t key, int64_t n) {
    const AttentionExtents& e = in_.e;
    const int64_t m = std::min(kQueries, e.rows - row);
    const auto q = head_of<const float>(in_.q, head.sample, head.head),
               k = head_of<const float>(in_.k, head.sample, head.head);
    float *p = shares_.data(), *ds = slopes_.data();
    in_.f.multiply(rows_from(q, row), keys_.data(), kKeys, p, kKeys, m, n, e.width, false);
    in_.f.multiply(rows_from(o.grad, row), values_.data(), kKeys, ds, kKeys, m, n, e.value_width, false);
    for (int64_t i = 0; i < m; ++i)
      shares_and_slopes(head, o, row + i, key, n, p + i * kKeys, ds + i * kKeys);
    in_.f.multiply({p, 1, kKeys}, o.grad.at(row), o.grad.row, o.dv.at(key), o.dv.row, n, e.value_width, m,
                   true);
    in_.f.multiply({ds, 1, kKeys}, q.at(row), q.row, o.dk.at(key), o.dk.row, n, e.width, m, true);
    in_.f.multiply({ds, kKeys, 1}, k.at(key), k.row, o.dq.at(row), o.dq.row, m, e.width, n, true);
  }

  // Of one query: p becomes the shares (with dropout), ds the gradients of the scaled scores.
  void shares_and_slopes(Head head, const Outer& o, int64_t row, int64_t key, int64_t n, float* p,
                         float* ds) {
    const int64_t seen = o.lse[row] == kNever ? 0 : std::clamp<int64_t>(in_.e.visible(row) - key, 0, n);
    std::fill(p + seen, p + n, 0.0f);
    std::fill(ds + seen, ds + n, 0.0f);
    const float* added = in_.mask.row(head.sample, head.head, row, key, seen, added_.data());
    const auto scale = static_cast<float>(in_.e.scale);
    in_.f.scale_row(p, scale, added, seen);
    in_.f.exp_row(p, o.lse[row], seen);
    const bool drop = in_.dropout.active();
    if (drop) in_.dropout.apply(ds, head.sample, head.head, row, key, seen);
    in_.f.score_gradient(ds, p, shift_[static_cast<size_t>(row)], scale, seen);
    if (drop) in_.dropout.apply(p, head.sample, head.head, row, key, seen);
  }

  const Inputs32& in_;
  std::vector<float> shares_, slopes_, keys_, values_, added_, shift_;
};

const char* attention_grad_tiles(const Call& call) {
  if (const char* why = unfit(call.in[1])) return why;
  const Inputs32 in(call.in[1], call.in[2], call.in[3], call.in[6], call.attrs);
  const AttentionExtents& e = in.e;
  const Tensor grad = dense_rows(call.in[0]), grad_lse = read_as(call.in[7], float32),
               y = dense_rows(call.in[4]), lse = read_as(call.in[5], float32);
  const std::array<Tensor, 3> made{empty_like_heads(in.q, in.q.shape(), float32),
                                   empty_like_heads(in.k, in.k.shape(), float32),
                                   empty_like_heads(in.v, in.v.shape(), float32)};
  parallel_for(0, e.samples * e.heads, 1, [&](int64_t first, int64_t last) {
    BackwardHead work(in);
    for (int64_t pair = first; pair < last; ++pair) {
      const Head head{pair / e.heads, pair % e.heads};
      const auto of = [&](const Tensor& t) { return head_of<float>(t, head.sample, head.head); };
      const auto read = [&](const Tensor& t) { return head_of<const float>(t, head.sample, head.head); };
      const float* carried = data_or_null<const float>(grad_lse);
      work.run(head, {read(grad), read(y), data_or_null<const float>(lse) + pair * e.rows,
                      carried ? carried + pair * e.rows : nullptr, of(made[0]), of(made[1]), of(made[2])});
    }
  });
  for (size_t i = 0; i < made.size(); ++i) {
    if (call.out[i].dtype() == float32) {
      call.out[i] = made[i];
      continue;
    }
    const Tensor out = empty_like_heads(made[i], made[i].shape(), call.out[i].dtype());
    convert_elements(out, made[i]);
    call.out[i] = out;
  }
  return nullptr;
}

constexpr Kernel kForward[] = {{"tiles", attention_tiles}, {"ref", attention_ref}};
constexpr Kernel kBackward[] = {{"tiles", attention_grad_tiles}, {"ref", attention_grad_ref}};

}  // namespace
}  // namespace cpu

extern constinit const KernelList scaled_dot_product_attention_cpu{.kernels = cpu::kForward,
                                                                   .allocates = true};
extern constinit const KernelList scaled_dot_product_attention_grad_cpu{.kernels = cpu::kBackward,
                                                                        .allocates = true};

}  // namespace nucella
