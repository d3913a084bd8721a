// Svg: writes a drawing of rectangles, lines, texts and embedded grey images as one SVG file.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nucella::train {

struct TextStyle {
  double size = 13;
  std::string_view anchor = "start";  ///< "start", "middle" or "end" of the text is at x
  std::string_view fill = "#1f2933";
  bool bold = false;
  double rotate = 0;  ///< degrees, clockwise, about (x, y)
};

struct Stroke {
  std::string_view color = "#1f2933";
  double width = 1;
  double opacity = 1;
};

/// Units are pixels, y grows downward.
class Svg {
 public:
  Svg(double width, double height);
  void rect(double x, double y, double width, double height, std::string_view fill, double radius = 0);
  void line(double x1, double y1, double x2, double y2, const Stroke& stroke = {});
  void polyline(std::span<const std::pair<double, double>> points, const Stroke& stroke = {});
  void circle(double x, double y, double radius, std::string_view fill);
  /// Any UTF-8 text; what XML reserves is escaped.
  void text(double x, double y, std::string_view text, const TextStyle& style = {});
  /// 8-bit grey pixels, row by row, shown without smoothing.
  void image(double x, double y, double width, double height, std::span<const uint8_t> pixels,
             int64_t columns);
  /// The whole file.
  std::string finish() &&;

 private:
  std::string out_;
};

/// An 8-bit grey PNG (ISO/IEC 15948). ValueError when the pixels do not fill rows of `columns`.
std::string encode_png(std::span<const uint8_t> pixels, int64_t columns);
/// RFC 4648, with padding.
std::string encode_base64(std::string_view bytes);

}  // namespace nucella::train
