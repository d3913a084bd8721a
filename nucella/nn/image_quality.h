// PSNR, SSIM and MSSSIM: how alike two batches of images are.
#pragma once
#include <array>

#include "nucella/nn/layer_args.h"

namespace nucella::nn {

/// Peak signal-to-noise ratio in decibels for each pair of images: 10 log10(max_val^2 / mean square error).
class PSNR : public CellOf<PSNR> {
 public:
  /// `max_val`: the span of the values of a pixel. ValueError unless positive.
  explicit PSNR(double max_val = 1);
  PSNR(Cell& owner, std::string_view name, double max_val = 1);
  static constexpr std::array kArguments{"img1", "img2"};
  /// (N,) of two batches (N, C, H, W). ValueError unless they have one shape, TypeError unless they have one
  /// dtype.
  Tensor construct(const Tensor& img1, const Tensor& img2);

 private:
  double max_val_;
};

struct SSIMOptions {
  double max_val = 1;
  int64_t filter_size = 11;
  double filter_sigma = 1.5;
  double k1 = 0.01, k2 = 0.03;
};

/// Structural similarity of each pair of images (Wang et al., 2004), under a Gaussian window.
class SSIM : public CellOf<SSIM> {
 public:
  /// ValueError unless all sizes are positive.
  explicit SSIM(const SSIMOptions& options = {});
  SSIM(Cell& owner, std::string_view name, const SSIMOptions& options = {});
  static constexpr std::array kArguments{"img1", "img2"};
  /// (N,) of two batches (N, C, H, W). ValueError unless they have one shape and are as large as the window,
  /// TypeError unless they have one dtype.
  Tensor construct(const Tensor& img1, const Tensor& img2);

 private:
  SSIMOptions options_;
};

struct MSSSIMOptions {
  double max_val = 1;
  std::vector<double> power_factors = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};
  int64_t filter_size = 11;
  double filter_sigma = 1.5;
  double k1 = 0.01, k2 = 0.03;
};

/// Structural similarity over several scales (Wang, Simoncelli and Bovik, 2003), each half of the one before.
class MSSSIM : public CellOf<MSSSIM> {
 public:
  /// ValueError unless all sizes are positive and there is a power.
  explicit MSSSIM(MSSSIMOptions options = {});
  MSSSIM(Cell& owner, std::string_view name, MSSSIMOptions options = {});
  static constexpr std::array kArguments{"img1", "img2"};
  /// As SSIM.
  Tensor construct(const Tensor& img1, const Tensor& img2);

 private:
  MSSSIMOptions options_;
};

}  // namespace nucella::nn
