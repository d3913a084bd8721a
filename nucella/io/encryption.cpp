#include "nucella/io/encryption.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "nucella/io/os_error.h"
#include "nucella/io/unicode.h"
#include "nucella/tensor/mapping.h"

namespace nucella::io {
namespace {

constexpr uint64_t kPiece = uint64_t{64} << 20;  // plain bytes of a piece
constexpr size_t kStep = 1 << 20;                // bytes that go through the cipher at a time
constexpr size_t kVector = 16, kTag = 16;

struct Mode {
  std::string_view name;
  uint32_t magic;
  bool is_gcm;
  const EVP_CIPHER* (*cipher)(size_t key_bytes);  // null for a key of another length
};

const EVP_CIPHER* aes_gcm(size_t key_bytes) {
  return key_bytes == 16   ? EVP_aes_128_gcm()
         : key_bytes == 24 ? EVP_aes_192_gcm()
         : key_bytes == 32 ? EVP_aes_256_gcm()
                           : nullptr;
}
const EVP_CIPHER* aes_cbc(size_t key_bytes) {
  return key_bytes == 16   ? EVP_aes_128_cbc()
         : key_bytes == 24 ? EVP_aes_192_cbc()
         : key_bytes == 32 ? EVP_aes_256_cbc()
                           : nullptr;
}
const EVP_CIPHER* sm4_cbc(size_t key_bytes) { return key_bytes == 16 ? EVP_sm4_cbc() : nullptr; }

constexpr std::array<Mode, 3> kModes = {{{"AES-GCM", 0x7F3A5ED8, true, aes_gcm},
                                         {"AES-CBC", 0x7F3A5ED9, false, aes_cbc},
                                         {"SM4-CBC", 0x7F3A5EDA, false, sm4_cbc}}};

const Mode& mode_of(std::string_view who, const Encryption& encryption) {
  for (const Mode& mode : kModes)
    if (mode.name == encryption.mode) return mode;
  raise<ValueError>(who, ": the mode of encryption must be 'AES-GCM', 'AES-CBC' or 'SM4-CBC', got ",
                    in_quotes(encryption.mode));
}

unsigned char* raw(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* raw(const std::byte* bytes) { return reinterpret_cast<const unsigned char*>(bytes); }
const unsigned char* raw(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void expect(int ok, std::string_view what) { check<RuntimeError>(ok == 1, "OpenSSL: cannot ", what); }

using Context = std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)>;
Context make_context() { return {EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free}; }

std::string as_number(uint64_t value) {
  const auto number = static_cast<uint32_t>(value);
  return std::string(reinterpret_cast<const char*>(&number), sizeof number);
}

}  // namespace

void check_encryption(std::string_view who, const Encryption& encryption) {
  check<ValueError>(mode_of(who, encryption).cipher(encryption.key.size()) != nullptr, who, ": a key for ",
                    encryption.mode, " must have ",
                    encryption.mode == "SM4-CBC" ? "16 bytes" : "16, 24 or 32 bytes", ", got ",
                    encryption.key.size());
}

// --- writing -----------------------------------------------------------------------------------------------

struct EncryptingWriter::Cipher {
  const Mode& mode;
  const EVP_CIPHER* cipher;
  std::string key;
  Context context = make_context();
  std::vector<std::byte> buffer = std::vector<std::byte>(kStep + kVector);
};

EncryptingWriter::EncryptingWriter(std::string_view who, const Encryption& encryption, AtomicFile& file)
    : file_(file) {
  check_encryption(who, encryption);
  const Mode& mode = mode_of(who, encryption);
  cipher_.reset(new Cipher{mode, mode.cipher(encryption.key.size()), encryption.key});
}
EncryptingWriter::~EncryptingWriter() = default;

void EncryptingWriter::begin_piece() {
  std::array<unsigned char, kVector> vector;
  expect(RAND_bytes(vector.data(), vector.size()), "make random bytes");
  expect(
      EVP_EncryptInit_ex(cipher_->context.get(), cipher_->cipher, nullptr, raw(cipher_->key), vector.data()),
      "begin to encrypt");
  start_ = file_.position();
  // Tag and lengths are not known yet; end_piece() fills them in.
  file_.write(as_number(cipher_->mode.magic) + std::string(cipher_->mode.is_gcm ? kTag : 0, '\0') +
              as_number(0) + as_number(kVector));
  file_.write(Bytes(reinterpret_cast<const std::byte*>(vector.data()), vector.size()));
  file_.write(as_number(0));
  plain_ = 0;
  open_ = true;
}

void EncryptingWriter::write(Bytes bytes) {
  while (!bytes.empty()) {
    if (!open_) begin_piece();
    const size_t take = std::min({bytes.size(), kStep, static_cast<size_t>(kPiece - plain_)});
    int written = 0;
    expect(EVP_EncryptUpdate(cipher_->context.get(), raw(cipher_->buffer.data()), &written, raw(bytes.data()),
                             static_cast<int>(take)),
           "encrypt");
    check_mapping_at(bytes.data());
    file_.write(Bytes(cipher_->buffer.data(), static_cast<size_t>(written)));
    bytes = bytes.subspan(take);
    plain_ += take;
    if (plain_ == kPiece) end_piece();
  }
}

void EncryptingWriter::end_piece() {
  int written = 0;
  expect(EVP_EncryptFinal_ex(cipher_->context.get(), raw(cipher_->buffer.data()), &written),
         "finish encrypting");
  file_.write(Bytes(cipher_->buffer.data(), static_cast<size_t>(written)));
  std::string head;
  if (cipher_->mode.is_gcm) {
    head.resize(kTag);
    expect(EVP_CIPHER_CTX_ctrl(cipher_->context.get(), EVP_CTRL_GCM_GET_TAG, kTag, head.data()),
           "make a tag");
  }
  const uint64_t block = start_ + sizeof(uint32_t) + head.size() + sizeof(uint32_t);
  const uint64_t cipher_bytes = file_.position() - block - 2 * sizeof(uint32_t) - kVector;
  head += as_number(2 * sizeof(uint32_t) + kVector + cipher_bytes);
  file_.overwrite(start_ + sizeof(uint32_t), as_bytes(head));
  file_.overwrite(block + sizeof(uint32_t) + kVector, as_bytes(as_number(cipher_bytes)));
  open_ = false;
}

void EncryptingWriter::finish() {
  if (open_) end_piece();
}

// --- reading -----------------------------------------------------------------------------------------------

std::string_view encryption_mode(Bytes file) {
  if (file.size() < sizeof(uint32_t)) return {};
  for (const Mode& mode : kModes)
    if (load<uint32_t>(file, 0) == mode.magic) return mode.name;
  return {};
}

namespace {

/// Plain bytes as a file that has no name and lies in memory.
class MemoryFile {
 public:
  MemoryFile(std::string_view who, const std::string& path)
      : who_(who), path_(path), descriptor_(::memfd_create("nucella", MFD_CLOEXEC)) {
    if (descriptor_ < 0) raise_os_error(errno, who, "decrypt", path);
  }
  ~MemoryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  void write(Bytes bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::write(descriptor_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) raise_os_error(errno, who_, "decrypt", path_);
      bytes = bytes.subspan(static_cast<size_t>(n));
    }
  }
  std::shared_ptr<const OpenFile> open() {
    return std::make_shared<const OpenFile>(who_, path_, std::exchange(descriptor_, -1));
  }

 private:
  std::string_view who_;
  const std::string& path_;
  int descriptor_;
};

class Decryptor {
 public:
  Decryptor(const OpenFile& file, const Encryption& encryption)
      : file_(file),
        mode_(mode_of(file.who(), encryption)),
        key_(encryption.key),
        cipher_(mode_.cipher(encryption.key.size())),
        out_(file.who(), file.path()) {}

  std::shared_ptr<const OpenFile> run() {
    while (at_ < file_.bytes()) decrypt_piece();
    return out_.open();
  }

 private:
  Where here() const { return {file_.who(), file_.path(), {}, at_}; }

  uint32_t number() {
    std::array<std::byte, sizeof(uint32_t)> bytes;
    take(bytes);
    return load<uint32_t>(bytes, 0);
  }
  void take(std::span<std::byte> out) {
    check<ValueError>(out.size() <= file_.bytes() - at_, here(), ": the encrypted file ends too early");
    file_.read(at_, out);
    at_ += out.size();
  }

  void decrypt_piece() {
    const uint32_t magic = number();
    check<ValueError>(magic == mode_.magic, here(), ": no piece encrypted with ", mode_.name, " begins here");
    std::array<std::byte, kTag> tag{};
    if (mode_.is_gcm) take(tag);
    const uint32_t block = number();
    check<ValueError>(number() == kVector, here(), ": expected an initialisation vector of ", kVector,
                      " bytes");
    std::array<std::byte, kVector> vector;
    take(vector);
    const uint32_t bytes = number();
    check<ValueError>(block == uint64_t{bytes} + 2 * sizeof(uint32_t) + kVector, here(),
                      ": the lengths of an encrypted piece do not fit together");
    check<ValueError>(bytes <= file_.bytes() - at_, here(), ": the encrypted file ends too early");
    expect(EVP_DecryptInit_ex(context_.get(), cipher_, nullptr, raw(key_), raw(vector.data())),
           "begin to decrypt");
    decrypt_content(bytes);
    finish_piece(tag);
  }

  void decrypt_content(uint32_t bytes) {
    for (uint32_t left = bytes; left > 0;) {
      const auto step = std::min<size_t>(left, kStep);
      take(std::span(in_).first(step));
      int written = 0;
      expect(EVP_DecryptUpdate(context_.get(), raw(plain_.data()), &written, raw(in_.data()),
                               static_cast<int>(step)),
             "decrypt");
      out_.write(Bytes(plain_.data(), static_cast<size_t>(written)));
      left -= static_cast<uint32_t>(step);
    }
  }

  void finish_piece(std::array<std::byte, kTag>& tag) {
    if (mode_.is_gcm)
      expect(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_GCM_SET_TAG, kTag, tag.data()), "take a tag");
    int written = 0;
    const int right = EVP_DecryptFinal_ex(context_.get(), raw(plain_.data()), &written);
    check<ValueError>(right == 1, here(), ": the key is wrong or the encrypted file is damaged");
    out_.write(Bytes(plain_.data(), static_cast<size_t>(written)));
  }

  const OpenFile& file_;
  const Mode& mode_;
  const std::string& key_;
  const EVP_CIPHER* cipher_;
  Context context_ = make_context();
  MemoryFile out_;
  uint64_t at_ = 0;
  const size_t step_ = static_cast<size_t>(std::min<uint64_t>(kStep, file_.bytes()));
  std::vector<std::byte> in_ = std::vector<std::byte>(step_);
  std::vector<std::byte> plain_ = std::vector<std::byte>(step_ + kVector);
};

}  // namespace

std::shared_ptr<const OpenFile> decrypted(const OpenFile& file, const Encryption& encryption) {
  check_encryption(file.who(), encryption);
  std::array<std::byte, sizeof(uint32_t)> begin{};
  if (file.bytes() >= begin.size()) file.read(0, begin);
  const std::string_view mode = encryption_mode(begin);
  check<ValueError>(!mode.empty(), file.who(), ": '", file.path(), "' is not encrypted, but a key was given");
  check<ValueError>(mode == encryption.mode, file.who(), ": '", file.path(), "' is encrypted with ", mode,
                    ", not with ", encryption.mode);
  return Decryptor(file, encryption).run();
}

}  // namespace nucella::io
