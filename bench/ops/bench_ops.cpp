// Times single ops in float32 and prints "name milliseconds bytes" a line: bench_ops [--threads N] [--only
// TEXT]. bytes: what must be read and written at least; the first two lines are the machine's own bandwidth.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "nucella/base/parallel.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace {

using namespace nucella;

constexpr int64_t kMany = 1 << 24;  // elements of the pointwise ops

struct Case {
  std::string name;
  std::function<void()> run;
  double bytes = 0;
};

// Median milliseconds; as many runs as go into a good third of a second, at least five.
double time(const std::function<void()>& run) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  const auto end = Clock::now() + std::chrono::milliseconds(400);
  run();
  while (times.size() < 5 || (Clock::now() < end && times.size() < 1000)) {
    const auto start = Clock::now();
    run();
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  std::ranges::nth_element(times, times.begin() + std::ssize(times) / 2);
  return times[times.size() / 2];
}

Tensor random(const Shape& shape) { return ops::random_uniform(shape, 0.1, 1, 7); }
Tensor positions(const Shape& shape, int64_t below) { return ops::random_int(shape, 0, below, 7); }

// What memory gives: plain loops over buffers that are there already.
std::vector<Case> stream() {
  auto a = std::make_shared<Tensor>(random({kMany})), b = std::make_shared<Tensor>(random({kMany})),
       c = std::make_shared<Tensor>(random({kMany}));
  const auto loop = [=](auto body) {
    return [=] {
      float *x = a->mutable_data<float>(), *y = b->mutable_data<float>(), *z = c->mutable_data<float>();
      parallel_for(0, kMany, 1 << 14, [=](int64_t first, int64_t last) {
        for (int64_t i = first; i < last; ++i) body(x, y, z, i);
      });
    };
  };
  return {{"stream copy", loop([](float* x, float* y, float*, int64_t i) { x[i] = y[i]; }), 8.0 * kMany},
          {"stream triad", loop([](float* x, float* y, float* z, int64_t i) { x[i] = y[i] + 3 * z[i]; }),
           12.0 * kMany}};
}

std::vector<Case> pointwise() {
  const Tensor x = random({kMany}), y = random({kMany}), mask = ops::greater(x, y);
  const Tensor half = ops::cast(x, bfloat16);
  std::vector<Case> cases;
  const auto one = [&](const char* name, Tensor (*op)(const Tensor&)) {
    cases.push_back({name, [=] { op(x); }, 8.0 * kMany});
  };
  one("abs", ops::abs);
  one("neg", ops::neg);
  one("square", ops::square);
  one("relu", ops::relu);
  one("sqrt", ops::sqrt);
  one("exp", ops::exp);
  one("log", ops::log);
  one("tanh", ops::tanh);
  one("sigmoid", ops::sigmoid);
  cases.push_back({"gelu", [=] { ops::gelu(x); }, 8.0 * kMany});
  cases.push_back({"add", [=] { ops::add(x, y); }, 12.0 * kMany});
  cases.push_back({"mul", [=] { ops::mul(x, y); }, 12.0 * kMany});
  cases.push_back({"div", [=] { ops::div(x, y); }, 12.0 * kMany});
  cases.push_back({"maximum", [=] { ops::maximum(x, y); }, 12.0 * kMany});
  cases.push_back({"greater", [=] { ops::greater(x, y); }, 9.0 * kMany});
  cases.push_back({"select", [=] { ops::select(mask, x, y); }, 13.0 * kMany});
  cases.push_back({"cast to bfloat16", [=] { ops::cast(x, bfloat16); }, 6.0 * kMany});
  cases.push_back({"add bfloat16", [=] { ops::add(half, half); }, 4.0 * kMany});
  const Tensor whole = positions({kMany}, 1000), others = positions({kMany}, 999);
  cases.push_back({"add int64", [=] { ops::add(whole, others); }, 24.0 * kMany});
  cases.push_back({"greater int64", [=] { ops::greater(whole, others); }, 17.0 * kMany});
  cases.push_back({"logical_and", [=] { ops::logical_and(mask, mask); }, 2.0 * kMany});
  return cases;
}

std::vector<Case> reductions() {
  const Tensor x = random({4096, 4096}), cube = random({256, 256, 256});
  const double bytes = 4.0 * kMany;
  std::vector<Case> cases;
  const auto along = [&](const std::string& name, auto op) {
    cases.push_back({name + " all", [=] { op(x, Shape{}); }, bytes});
    cases.push_back({name + " axis 0", [=] { op(x, Shape{0}); }, bytes});
    cases.push_back({name + " axis 1", [=] { op(x, Shape{1}); }, bytes});
    cases.push_back({name + " middle", [=] { op(cube, Shape{1}); }, bytes});
  };
  along("sum", [](const Tensor& t, const Shape& axis) { ops::reduce_sum(t, axis); });
  along("mean", [](const Tensor& t, const Shape& axis) { ops::reduce_mean(t, axis); });
  along("max", [](const Tensor& t, const Shape& axis) { ops::reduce_max(t, axis); });
  along("norm", [](const Tensor& t, const Shape& axis) { ops::vector_norm(t, 2, axis); });
  along("var", [](const Tensor& t, const Shape& axis) { ops::var(t, axis, 1); });
  cases.push_back({"argmax axis 0", [=] { ops::argmax(x, 0, int64); }, bytes});
  cases.push_back({"argmax axis 1", [=] { ops::argmax(x, 1, int64); }, bytes});
  cases.push_back({"cumsum axis 0", [=] { ops::cumsum(x, 0); }, 2 * bytes});
  cases.push_back({"cumsum axis 1", [=] { ops::cumsum(x, 1); }, 2 * bytes});
  cases.push_back({"cumprod axis 0", [=] { ops::cumprod(x, 0); }, 2 * bytes});
  cases.push_back({"prod axis 0", [=] { ops::reduce_prod(x, {0}); }, bytes});
  cases.push_back({"prod axis 1", [=] { ops::reduce_prod(x, {1}); }, bytes});
  const Tensor whole = positions({4096, 4096}, 1000), half = ops::cast(x, bfloat16);
  const Tensor mask = ops::greater(x, scalar(2));
  cases.push_back({"sum int64 axis 0", [=] { ops::reduce_sum(whole, {0}); }, 2 * bytes});
  cases.push_back({"sum int64 axis 1", [=] { ops::reduce_sum(whole, {1}); }, 2 * bytes});
  cases.push_back({"sum bfloat16 axis 0", [=] { ops::reduce_sum(half, {0}); }, bytes / 2});
  cases.push_back({"sum bfloat16 axis 1", [=] { ops::reduce_sum(half, {1}); }, bytes / 2});
  cases.push_back({"any axis 0", [=] { ops::reduce_any(mask, {0}); }, bytes / 4});
  cases.push_back({"any axis 1", [=] { ops::reduce_any(mask, {1}); }, bytes / 4});
  return cases;
}

std::vector<Case> normalisations() {
  const Tensor x = random({4096, 1024}), gamma = random({1024}), beta = random({1024});
  const double bytes = 8.0 * 4096 * 1024;
  return {{"softmax axis 1", [=] { ops::softmax(x, 1); }, bytes},
          {"softmax axis 0", [=] { ops::softmax(x, 0); }, bytes},
          {"log_softmax axis 1", [=] { ops::log_softmax(x, 1); }, bytes},
          {"log_softmax axis 0", [=] { ops::log_softmax(x, 0); }, bytes},
          {"layer_norm", [=] { ops::layer_norm(x, gamma, beta, 1); }, bytes}};
}

std::vector<Case> orders() {
  const Tensor line = random({1 << 20}), rows = random({4096, 256}), wide = random({256, 16384});
  return {{"sort 2^20", [=] { ops::sort(line); }, 0},
          {"sort rows of 256", [=] { ops::sort(rows); }, 0},
          {"sort axis 0", [=] { ops::sort(rows, 0); }, 0},
          {"argsort 2^20", [=] { ops::argsort(line); }, 0},
          {"topk 10 of 2^20", [=] { ops::topk(line, 10); }, 0},
          {"topk 100 of 16384", [=] { ops::topk(wide, 100); }, 0},
          {"unique 2^20", [=] { ops::unique(line); }, 0}};
}

std::vector<Case> movements() {
  const Tensor x = random({4096, 4096}), table = random({65536, 128}), image = random({32, 64, 64, 64});
  const Tensor rows = positions({100000}, 65536), columns = positions({2048}, 4096),
               grid = positions({4096, 4096}, 4096);
  const Tensor updates = random({100000, 128}), third = random({4096, 1024});
  const double all = 8.0 * kMany, taken = 8.0 * 100000 * 128;
  return {
      {"gather rows", [=] { ops::gather(table, rows, 0); }, taken},
      {"gather columns", [=] { ops::gather(x, columns, 1); }, all / 2},
      {"gather_elements axis 0", [=] { ops::gather_elements(x, 0, grid); }, all},
      {"gather_elements axis 1", [=] { ops::gather_elements(x, 1, grid); }, all},
      {"index_add rows", [=] { ops::index_add(table, rows, updates, 0); }, taken},
      {"scatter_elements axis 1", [=] { ops::scatter_elements(x, 1, grid, x, "add"); }, all},
      {"scatter_elements axis 0", [=] { ops::scatter_elements(x, 0, grid, x, "add"); }, all},
      {"concat axis 0",
       [=] {
         ops::concat({third, third, third}, 0);
       },
       24.0 * 4096 * 1024},
      {"concat axis 1",
       [=] {
         ops::concat({third, third, third}, 1);
       },
       24.0 * 4096 * 1024},
      {"transpose copy",
       [=] {
         ops::transpose(x, {1, 0}).contiguous();
       },
       all},
      {"NCHW to NHWC",
       [=] {
         ops::transpose(image, {0, 2, 3, 1}).contiguous();
       },
       8.0 * 32 * 64 * 64 * 64},
      {"masked_select", [=, mask = ops::greater(x, scalar(0.5))] { ops::masked_select(x, mask); }, all / 2}};
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view only;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    if (option == "--threads") {
      set_num_threads(std::atoi(argv[i + 1]));
    } else if (option == "--only") {
      only = argv[i + 1];
    } else {
      std::fputs("usage: bench_ops [--threads N] [--only TEXT]\n", stderr);
      return 2;
    }
  }
  for (auto* group : {&stream, &pointwise, &normalisations, &reductions, &orders, &movements})
    for (const Case& c : group())
      if (c.name.find(only) != std::string::npos || c.name.starts_with("stream"))
        std::printf("%s\t%.4f\t%.0f\n", c.name.c_str(), time(c.run), c.bytes);
}
