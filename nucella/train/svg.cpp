#include "nucella/train/svg.h"

#include <zlib.h>

#include <cstdio>

#include "nucella/base/error.h"

namespace nucella::train {
namespace {

// Two decimals are more than a screen shows.
std::string px(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  std::string result(text);
  while (result.back() == '0') result.pop_back();
  if (result.back() == '.') result.pop_back();
  return result;
}

std::string escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (static_cast<unsigned char>(c) >= ' ')
      out += c;
  }
  return out;
}

std::string stroke_attributes(const Stroke& s) {
  std::string out = str(" stroke=\"", s.color, "\" stroke-width=\"", px(s.width), "\"");
  if (s.opacity < 1) out += str(" stroke-opacity=\"", px(s.opacity), "\"");
  return out;
}

std::string big_endian(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

std::string chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big_endian(static_cast<uint32_t>(data.size())) + body + big_endian(static_cast<uint32_t>(crc));
}

}  // namespace

Svg::Svg(double width, double height)
    : out_(str("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", px(width), "\" height=\"", px(height),
               "\" viewBox=\"0 0 ", px(width), " ", px(height),
               "\" font-family=\"Inter, 'Segoe UI', 'DejaVu Sans', sans-serif\">\n")) {
  rect(0, 0, width, height, "#ffffff");
}

void Svg::rect(double x, double y, double width, double height, std::string_view fill, double radius) {
  out_ += str("<rect x=\"", px(x), "\" y=\"", px(y), "\" width=\"", px(width), "\" height=\"", px(height),
              "\" fill=\"", fill, "\"");
  if (radius > 0) out_ += str(" rx=\"", px(radius), "\"");
  out_ += "/>\n";
}

void Svg::line(double x1, double y1, double x2, double y2, const Stroke& stroke) {
  out_ += str("<line x1=\"", px(x1), "\" y1=\"", px(y1), "\" x2=\"", px(x2), "\" y2=\"", px(y2), "\"",
              stroke_attributes(stroke), "/>\n");
}

void Svg::polyline(std::span<const std::pair<double, double>> points, const Stroke& stroke) {
  out_ += "<polyline fill=\"none\" stroke-linejoin=\"round\"" + stroke_attributes(stroke) + " points=\"";
  for (const auto& [x, y] : points) out_ += str(px(x), ",", px(y), " ");
  out_ += "\"/>\n";
}

void Svg::circle(double x, double y, double radius, std::string_view fill) {
  out_ += str("<circle cx=\"", px(x), "\" cy=\"", px(y), "\" r=\"", px(radius), "\" fill=\"", fill, "\"/>\n");
}

void Svg::text(double x, double y, std::string_view text, const TextStyle& style) {
  out_ += str("<text x=\"", px(x), "\" y=\"", px(y), "\" font-size=\"", px(style.size), "\" fill=\"",
              style.fill, "\"");
  if (style.anchor != "start") out_ += str(" text-anchor=\"", style.anchor, "\"");
  if (style.bold) out_ += " font-weight=\"600\"";
  if (style.rotate != 0) out_ += str(" transform=\"rotate(", px(style.rotate), " ", px(x), " ", px(y), ")\"");
  out_ += str(">", escape(text), "</text>\n");
}

void Svg::image(double x, double y, double width, double height, std::span<const uint8_t> pixels,
                int64_t columns) {
  out_ += str("<image x=\"", px(x), "\" y=\"", px(y), "\" width=\"", px(width), "\" height=\"", px(height),
              "\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,",
              encode_base64(encode_png(pixels, columns)), "\"/>\n");
}

std::string Svg::finish() && { return std::move(out_ += "</svg>\n"); }

std::string encode_png(std::span<const uint8_t> pixels, int64_t columns) {
  const auto width = static_cast<size_t>(columns);
  check<ValueError>(columns > 0 && pixels.size() % width == 0, "encode_png: ", pixels.size(),
                    " pixels do not fill rows of ", columns);
  std::string raw;
  for (size_t at = 0; at < pixels.size(); at += width) {
    raw += '\0';  // filter "none" in front of each row
    raw.append(reinterpret_cast<const char*>(pixels.data()) + at, width);
  }
  uLongf size = compressBound(static_cast<uLong>(raw.size()));
  std::string packed(size, '\0');
  check<RuntimeError>(
      compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(raw.data()),
               static_cast<uLong>(raw.size())) == Z_OK,
      "encode_png: zlib failed");
  packed.resize(size);
  const std::string header = big_endian(static_cast<uint32_t>(width)) +
                             big_endian(static_cast<uint32_t>(pixels.size() / width)) +
                             std::string("\x08\x00\x00\x00\x00", 5);  // 8 bits, grey, no interlacing
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + chunk("IDAT", packed) + chunk("IEND", "");
}

std::string encode_base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t word = 0;
    for (size_t k = 0; k < 3; ++k)
      word = word << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : kDigits[word >> (18 - 6 * k) & 63U];
  }
  return out;
}

}  // namespace nucella::train
