#include "nucella/train/event_file.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <protozero/pbf_writer.hpp>

#include "nucella/base/error.h"

namespace nucella::train {
namespace {

// event.proto and summary.proto of TensorFlow.
constexpr protozero::pbf_tag_type kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5;
constexpr protozero::pbf_tag_type kSummaryValue = 1, kValueTag = 1, kSimpleValue = 2;
constexpr const char* kVersion = "brain.Event:2";

constexpr std::array<uint32_t, 256> make_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) ? 0x82F63B78U : 0U);
    table[i] = value;
  }
  return table;
}

template <class T>
void append_little_endian(std::string& out, T value) {
  for (size_t i = 0; i < sizeof value; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string new_path(const std::string& folder) {
  static std::atomic<int> number = 0;
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  std::filesystem::path path(folder);
  path /= "events.out.tfevents." + std::to_string(static_cast<int64_t>(now())) + "." + host.data() + "." +
          std::to_string(getpid()) + "." + std::to_string(number++);
  return path.string();
}

}  // namespace

uint32_t crc32c(std::string_view bytes) {
  static constexpr std::array<uint32_t, 256> kTable = make_table();
  uint32_t crc = ~0U;
  for (const char c : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<uint8_t>(c)) & 0xFF];
  return ~crc;
}

uint32_t masked_crc32c(std::string_view bytes) {
  const uint32_t crc = crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8U;
}

EventFile::EventFile(const std::string& folder) : path_(new_path(folder)) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  out_.open(path_, std::ios::binary);
  check<OSError>(out_.good(), "EventFile: cannot write '", path_, "'");
  std::string event;
  protozero::pbf_writer writer(event);
  writer.add_double(kWallTime, now());
  writer.add_string(kFileVersion, kVersion);
  write(event);
}

void EventFile::add_scalar(std::string_view tag, double value, int64_t step, double wall_time) {
  std::string event;
  protozero::pbf_writer writer(event);
  writer.add_double(kWallTime, wall_time);
  writer.add_int64(kStep, step);
  {
    protozero::pbf_writer summary(writer, kSummary);
    protozero::pbf_writer entry(summary, kSummaryValue);
    entry.add_string(kValueTag, tag.data(), tag.size());
    entry.add_float(kSimpleValue, static_cast<float>(value));
  }
  write(event);
}

void EventFile::add_scalar(std::string_view tag, double value, int64_t step) {
  add_scalar(tag, value, step, now());
}

void EventFile::flush() {
  out_.flush();
  check<OSError>(out_.good(), "EventFile: cannot write '", path_, "'");
}

void EventFile::write(std::string_view event) {
  std::string record;
  append_little_endian(record, static_cast<uint64_t>(event.size()));
  append_little_endian(record, masked_crc32c(record));
  record += event;
  append_little_endian(record, masked_crc32c(event));
  out_.write(record.data(), static_cast<std::streamsize>(record.size()));
  check<OSError>(out_.good(), "EventFile: cannot write '", path_, "'");
}

}  // namespace nucella::train
