#include "nucella/kernels/cpu/loops.h"
#include "nucella/kernels/cpu/words.h"

namespace nucella {
namespace {

template <class Word>
void select_row(const cpu::Row<4>& row) {
  const auto [out_step, condition_step, x_step, y_step] = row.step;
  Word* out = row.at<Word>(0);
  const bool* condition = row.at<const bool>(1);
  const Word *x = row.at<const Word>(2), *y = row.at<const Word>(3);
  for (int64_t i = 0; i < row.size; ++i)
    out[i * out_step] = condition[i * condition_step] ? x[i * x_step] : y[i * y_step];
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
