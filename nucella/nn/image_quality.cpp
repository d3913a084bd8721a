#include "nucella/nn/image_quality.h"

#include <cmath>

#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

void check_images(const Tensor& a, const Tensor& b, const char* who) {
  check<ValueError>(a.ndim() == 4, "For '", who, "', the images must have 4 dimensions, got the shape ",
                    a.shape());
  check<ValueError>(a.shape() == b.shape(), "For '", who, "', both images must have one shape, got ",
                    a.shape(), " and ", b.shape());
  check<TypeError>(a.dtype() == b.dtype(), "For '", who, "', both images must have one dtype, got ",
                   a.dtype(), " and ", b.dtype());
}

double checked_span(double max_val, const char* who) {
  check<ValueError>(max_val > 0, "For '", who, "', 'max_val' must be positive, got ", max_val);
  return max_val;
}

// Integers count up to the largest of their type; as fractions of that they are floats up to 1.
Tensor as_float(const Tensor& image) {
  if (is_floating(image.dtype())) return ops::cast(image, float32);
  const double most = std::exp2(8 * itemsize(image.dtype()) - (is_signed_int(image.dtype()) ? 1 : 0)) - 1;
  return ops::cast(image, float32) / most;
}
double span_as_float(double max_val, DType dtype) {
  if (is_floating(dtype)) return max_val;
  return max_val / (std::exp2(8 * itemsize(dtype) - (is_signed_int(dtype) ? 1 : 0)) - 1);
}

// (channels, 1, size, size), each channel summing to 1.
Tensor gaussian(int64_t size, double sigma, int64_t channels) {
  std::vector<float> window;
  double sum = 0;
  const double middle = static_cast<double>(size - 1) / 2;
  const auto weight = [&](int64_t y, int64_t x) {
    const double dy = static_cast<double>(y) - middle, dx = static_cast<double>(x) - middle;
    return std::exp(-(dy * dy + dx * dx) / (2 * sigma * sigma));
  };
  for (int64_t i = 0; i < size * size; ++i) sum += weight(i / size, i % size);
  for (int64_t i = 0; i < size * size; ++i)
    window.push_back(static_cast<float>(weight(i / size, i % size) / sum));
  return ops::broadcast_to(tensor_of(window, {1, 1, size, size}), {channels, 1, size, size});
}

struct Similarity {
  Tensor whole;      ///< (N, C): luminance times contrast and structure
  Tensor structure;  ///< (N, C): contrast and structure alone
};

struct Window {
  int64_t size;
  double sigma, c1, c2;
};

template <class Options>
Window window_of(const Options& options, DType dtype) {
  const double span = span_as_float(options.max_val, dtype);
  const double a = options.k1 * span, b = options.k2 * span;
  return {options.filter_size, options.filter_sigma, a * a, b * b};
}

template <class Options>
void check_window(const Options& options, const char* who) {
  checked_span(options.max_val, who);
  check_positive(options.filter_size, who, "filter_size");
  check<ValueError>(options.filter_sigma > 0, "For '", who, "', 'filter_sigma' must be positive, got ",
                    options.filter_sigma);
  check<ValueError>(options.k1 > 0 && options.k2 > 0, "For '", who, "', 'k1' and 'k2' must be positive, got ",
                    options.k1, " and ", options.k2);
}

Similarity similarity(const Tensor& a, const Tensor& b, const Window& window, const char* who) {
  check<ValueError>(a.shape()[2] >= window.size && a.shape()[3] >= window.size, "For '", who,
                    "', the images must be at least as large as the window of ", window.size,
                    ", got the shape ", a.shape());
  const int64_t channels = a.shape()[1];
  const Tensor weights = gaussian(window.size, window.sigma, channels);
  const auto blurred = [&](const Tensor& image) {
    return ops::conv2d(image, weights, {}, {1}, "valid", {0}, {1}, channels);
  };
  const Tensor mean_a = blurred(a), mean_b = blurred(b);
  const Tensor both = mean_a * mean_b * 2.0, squares = ops::square(mean_a) + ops::square(mean_b);
  const Tensor luminance = (both + window.c1) / (squares + window.c1);
  const Tensor covariance = blurred(a * b) * 2.0 - both,
               variances = blurred(ops::square(a) + ops::square(b)) - squares;
  const Tensor structure = (covariance + window.c2) / (variances + window.c2);
  return {ops::reduce_mean(luminance * structure, {-1, -2}), ops::reduce_mean(structure, {-1, -2})};
}

}  // namespace

PSNR::PSNR(double max_val) : max_val_(checked_span(max_val, "PSNR")) {}
PSNR::PSNR(Cell& owner, std::string_view name, double max_val) : PSNR(max_val) { join(owner, name); }

Tensor PSNR::construct(const Tensor& img1, const Tensor& img2) {
  check_images(img1, img2, "PSNR");
  const double span = span_as_float(max_val_, img1.dtype());
  const Tensor error = ops::reduce_mean(ops::square(as_float(img1) - as_float(img2)), {-3, -2, -1});
  return ops::log10(span * span / error) * 10.0;
}

SSIM::SSIM(const SSIMOptions& options) : options_(options) { check_window(options, "SSIM"); }
SSIM::SSIM(Cell& owner, std::string_view name, const SSIMOptions& options) : SSIM(options) {
  join(owner, name);
}

Tensor SSIM::construct(const Tensor& img1, const Tensor& img2) {
  check_images(img1, img2, "SSIM");
  const Similarity s = similarity(as_float(img1), as_float(img2), window_of(options_, img1.dtype()), "SSIM");
  return ops::reduce_mean(s.whole, {-1});
}

MSSSIM::MSSSIM(MSSSIMOptions options) : options_(std::move(options)) {
  check_window(options_, "MSSSIM");
  check<ValueError>(!options_.power_factors.empty(), "For 'MSSSIM', 'power_factors' must not be empty");
}
MSSSIM::MSSSIM(Cell& owner, std::string_view name, MSSSIMOptions options) : MSSSIM(std::move(options)) {
  join(owner, name);
}

Tensor MSSSIM::construct(const Tensor& img1, const Tensor& img2) {
  check_images(img1, img2, "MSSSIM");
  const Window window = window_of(options_, img1.dtype());
  Tensor a = as_float(img1), b = as_float(img2), product;
  for (size_t i = 0; i < options_.power_factors.size(); ++i) {
    if (i > 0) {
      a = ops::avg_pool2d(a, {2}, {2});
      b = ops::avg_pool2d(b, {2}, {2});
    }
    const Similarity s = similarity(a, b, window, "MSSSIM");
    const bool last = i + 1 == options_.power_factors.size();
    const Tensor factor =
        ops::pow(ops::relu(last ? s.whole : s.structure), scalar(options_.power_factors[i], float32));
    product = product.defined() ? product * factor : factor;
  }
  return ops::reduce_mean(product, {-1});
}

}  // namespace nucella::nn
