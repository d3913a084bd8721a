// EventFile: scalars over time in the format that TensorBoard reads.
#pragma once
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace nucella::train {

/// A sequence of records (the framing of TFRecord): length, checksum of the length, data, checksum of the
/// data; the data is an `Event` of TensorFlow's event.proto. Every record is on disk after flush().
class EventFile {
 public:
  /// Makes `folder` when it is missing, and in it `events.out.tfevents.<seconds>.<host>.<process>.<number>`,
  /// a name that no other file has. OSError when it cannot be written.
  explicit EventFile(const std::string& folder);
  /// One point of the curve called `tag`; `wall_time` in seconds since 1970. OSError when it cannot be
  /// written.
  void add_scalar(std::string_view tag, double value, int64_t step, double wall_time);
  /// As above, now.
  void add_scalar(std::string_view tag, double value, int64_t step);
  void flush();
  const std::string& path() const { return path_; }

 private:
  void write(std::string_view event);

  std::string path_;
  std::ofstream out_;
};

/// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), the checksum of RFC 3720.
uint32_t crc32c(std::string_view bytes);
/// The form in which records carry it: rotated right by 15 bits, plus 0xA282EAD8.
uint32_t masked_crc32c(std::string_view bytes);

}  // namespace nucella::train
