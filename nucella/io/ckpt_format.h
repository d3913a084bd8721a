// Numbers and words of MindSpore's .ckpt format that its reader and its writer share.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace nucella::io::ckpt {

// Fields of the protobuf messages, see ckpt.h.
inline constexpr uint32_t kCheckpointValue = 1;
inline constexpr uint32_t kValueTag = 1, kValueTensor = 2, kValueMap = 3;
inline constexpr uint32_t kTensorDims = 1, kTensorType = 2, kTensorContent = 3, kTensorPadding = 15;
inline constexpr uint64_t kAlignment = 64;

inline constexpr std::string_view kText = "str";
inline constexpr std::string_view kRandomState = "random_op";  // of MindSpore 2.4 to 2.6: nothing to load
inline constexpr std::string_view kCrcMark = "crc_num";
inline constexpr size_t kCrcDigits = 10, kTrailer = kCrcMark.size() + kCrcDigits;

/// What follows the records of a file with a checksum.
std::string make_trailer(uint32_t crc);

}  // namespace nucella::io::ckpt
