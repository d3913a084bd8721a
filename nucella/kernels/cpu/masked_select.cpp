// The kernel of masked_select: counts what each piece of the mask takes, then all pieces write their part.
#include <numeric>

#include "nucella/kernels/cpu/loops.h"
#include "nucella/kernels/cpu/words.h"

namespace nucella {
namespace {

constexpr int64_t kPiece = 1 << 15;

Tensor dense_as(const Tensor& t, const Shape& shape) {
  return t.shape() == shape ? t.contiguous()
                            : t.as_strided(shape, broadcast_strides(t, shape), t.impl()->offset).clone();
}

// The number of true elements in each piece.
std::vector<int64_t> counts(const bool* mask, int64_t n) {
  std::vector<int64_t> out(static_cast<size_t>((n + kPiece - 1) / kPiece));
  parallel_for(0, std::ssize(out), 1, [&](int64_t a, int64_t b) {
    for (int64_t p = a; p < b; ++p)
      out[static_cast<size_t>(p)] =
          std::accumulate(mask + p * kPiece, mask + std::min(n, (p + 1) * kPiece), int64_t{0});
  });
  return out;
}

// Writes every element and moves on only past those that stay: no branch to guess wrong. Ends with the last
// of `count` elements, so that nothing is written behind them.
template <class Word>
void compact(const Word* x, const bool* mask, Word* to, int64_t count) {
  for (int64_t i = 0, at = 0; at < count; ++i) {
    to[at] = x[i];
    at += mask[i];
  }
}

template <class Word>
Tensor selected(const Tensor& x, const Tensor& mask) {
  const auto* from = reinterpret_cast<const Word*>(x.raw_data_unchecked());
  const auto* taken = reinterpret_cast<const bool*>(mask.raw_data_unchecked());
  const std::vector<int64_t> count = counts(taken, x.size());
  std::vector<int64_t> place(count.size() + 1);
  std::inclusive_scan(count.begin(), count.end(), place.begin() + 1);
  const Tensor out = Tensor::empty({place.back()}, x.dtype());
  auto* to = reinterpret_cast<Word*>(out.raw_data_unchecked());
  parallel_for(0, std::ssize(count), 1, [&](int64_t a, int64_t b) {
    for (int64_t p = a; p < b; ++p)
      compact(from + p * kPiece, taken + p * kPiece, to + place[static_cast<size_t>(p)],
              count[static_cast<size_t>(p)]);
  });
  return out;
}

// Only the data tell how many elements there are, so the kernel makes the output.
const char* masked_select_ref(const Call& call) {
  const Shape shape = broadcast_shapes(call.in[0].shape(), call.in[1].shape(), "masked_select");
  const Tensor x = dense_as(call.in[0], shape), mask = dense_as(call.in[1], shape);
  cpu::dispatch_word(x.itemsize(), [&]<class Word>() { call.out[0] = selected<Word>(x, mask); });
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", masked_select_ref}};
}  // namespace

extern constinit const KernelList masked_select_cpu{.kernels = kKernels, .allocates = true};

}  // namespace nucella
