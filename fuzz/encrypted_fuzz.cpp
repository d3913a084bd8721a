// Fuzz target: whatever the bytes, decrypting them as a .ckpt gives entries or a ValueError, in each mode.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "nucella/io/ckpt.h"
#include "nucella/io/encryption.h"

namespace {

// The bytes as a file that has no name.
std::unique_ptr<nucella::io::OpenFile> as_file(const uint8_t* data, size_t size) {
  const int descriptor = memfd_create("fuzz", MFD_CLOEXEC);
  if (descriptor < 0 || write(descriptor, data, size) != static_cast<ssize_t>(size)) std::abort();
  return std::make_unique<nucella::io::OpenFile>("fuzz", "fuzz", descriptor);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file = as_file(data, size);
  const std::string key = "0123456789abcdef", longer_key = key + "01234567";
  for (const nucella::io::Encryption& encryption :
       {nucella::io::Encryption{key, "AES-GCM"}, {longer_key, "AES-CBC"}, {key, "SM4-CBC"}}) {
    try {
      const auto plain = nucella::io::decrypted(*file, encryption);
      std::string bytes(plain->bytes(), '\0');
      plain->read(0, std::as_writable_bytes(std::span(bytes)));
      nucella::io::read_ckpt(std::as_bytes(std::span(bytes)), "fuzz", {.crc_check = true});
    } catch (const nucella::ValueError&) {
    }
  }
  return 0;
}
