#include "nucella/kernels/cpu/pointwise.h"
#include "nucella/kernels/cpu/words.h"

namespace nucella {
namespace {

template <class Word>
void select_row(const cpu::Row<4>& row) {
  Word* out = row.at<Word>(0);
  const bool* condition = row.at<const bool>(1);
  const Word *x = row.at<const Word>(2), *y = row.at<const Word>(3);
  const auto loop = [=, n = row.size](auto out_step, auto condition_step, auto x_step, auto y_step) {
    NUCELLA_INDEPENDENT
    for (int64_t i = 0; i < n; ++i) {
      const Word yes = x[i * x_step], no = y[i * y_step];
      out[i * out_step] = condition[i * condition_step] ? yes : no;
    }
  };
  using cpu::Fixed;
  const auto [out_step, condition_step, x_step, y_step] = row.step;
  if (out_step != 1 || condition_step != 1 || x_step < 0 || x_step > 1 || y_step < 0 || y_step > 1)
    return loop(out_step, condition_step, x_step, y_step);
  if (x_step == 1 && y_step == 1) return loop(Fixed<1>(), Fixed<1>(), Fixed<1>(), Fixed<1>());
  if (x_step == 1) return loop(Fixed<1>(), Fixed<1>(), Fixed<1>(), Fixed<0>());
  if (y_step == 1) return loop(Fixed<1>(), Fixed<1>(), Fixed<0>(), Fixed<1>());
  loop(Fixed<1>(), Fixed<1>(), Fixed<0>(), Fixed<0>());
}

const char* select_ref(const Call& call) {
  cpu::dispatch_word(call.out[0].itemsize(), [&]<class Word>() {
    cpu::for_rows<4>({&call.out[0], &call.in[0], &call.in[1], &call.in[2]}, select_row<Word>);
  });
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", select_ref}};
}  // namespace

extern constinit const KernelList select_cpu{kKernels};

}  // namespace nucella
