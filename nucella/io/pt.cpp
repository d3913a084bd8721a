#include "nucella/io/pt.h"

#include <zlib.h>

#include <map>
#include <set>

#include "nucella/io/file_tensor.h"
#include "nucella/io/pt_entries.h"
#include "nucella/io/zip.h"

namespace nucella::io {
namespace {

constexpr std::string_view kReader = "read_pt", kPickle = "/data.pkl";
// How files of PyTorch before 1.6 begin: a pickle of protocol 2 that holds a number of 10 bytes.
constexpr std::string_view kOldMagic = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";

// The archive and what its pickle says.
class Archive {
 public:
  Archive(Bytes file, std::string_view name) : where_{kReader, name} {
    check<ValueError>(
        !as_text(file).starts_with(kOldMagic), where_,
        ": the file has the format of PyTorch before 1.6; load it there and torch.save() it again");
    for (ZipMember& member : read_zip_directory(file, where_)) add(std::move(member));
    check<ValueError>(!pickle_name_.empty(), where_, ": the archive has no member '<name>", kPickle,
                      "', as every file of torch.save() has");
    prefix_ = pickle_name_.substr(0, pickle_name_.size() - kPickle.size());
    check<ValueError>(!members_.contains(prefix_ + "/constants.pkl"), where_,
                      ": the file is a program of torch.jit; save its state_dict() with torch.save()");
    check_byte_order();
    const ZipMember& member = members_.at(pickle_name_);
    const Where where = at_member(member);
    entries_ = flatten_pt(Pickle(plain(member), where, is_pt_global), member.bytes, where);
  }

  const std::vector<PtEntry>& entries() const { return entries_; }

  /// The member that holds the tensor's storage.
  const ZipMember& storage_of(const PtEntry& entry, const PtTensor& tensor) const {
    const Where where{kReader, where_.file, entry.name, entry.offset};
    const auto found = members_.find(str(prefix_, "/data/", tensor.storage));
    check<ValueError>(found != members_.end(), where, ": the archive has no member '", prefix_, "/data/",
                      tensor.storage, "' with the elements of the tensor");
    check<ValueError>(plain(found->second).size() >= tensor.storage_bytes, where, ": the storage needs ",
                      tensor.storage_bytes, " bytes, the member ", found->first, " has ",
                      found->second.bytes);
    return found->second;
  }

  /// Of the tensor's first element in the file.
  uint64_t offset_of(const PtEntry& entry, const PtTensor& tensor) const {
    return storage_of(entry, tensor).offset + static_cast<uint64_t>(tensor.first * itemsize(tensor.dtype));
  }

  void check_crc(const ZipMember& member) const {
    const Bytes bytes = member.stored;
    const auto crc =
        bytes.empty() ? 0 : crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
    check<ValueError>(crc == member.crc, at_member(member), ": the stored CRC-32 is ", member.crc,
                      ", the content has ", crc, "; the file is damaged");
  }

 private:
  void add(ZipMember member) {
    const bool is_pickle = member.name.ends_with(kPickle);
    check<ValueError>(!is_pickle || pickle_name_.empty(), at_member(member),
                      ": the archive has two members of this kind");
    if (is_pickle) pickle_name_ = member.name;
    const std::string name = member.name;
    const auto [place, is_new] = members_.try_emplace(name, std::move(member));
    check<ValueError>(is_new, at_member(place->second), ": the name occurs twice in the archive");
  }

  void check_byte_order() const {
    const auto order = members_.find(prefix_ + "/byteorder");
    if (order == members_.end()) return;
    const std::string_view text = as_text(plain(order->second));
    check<ValueError>(text == "little", at_member(order->second), ": expected the byte order 'little'");
  }

  Where at_member(const ZipMember& member) const {
    return {kReader, where_.file, member.name, member.offset};
  }
  Bytes plain(const ZipMember& member) const {
    check<ValueError>(!member.deflated, at_member(member),
                      ": the member is compressed, which torch.save() never does");
    return member.stored;
  }

  Where where_;
  std::map<std::string, ZipMember, std::less<>> members_;
  std::string pickle_name_, prefix_;
  std::vector<PtEntry> entries_;
};

bool is_row_major(const PtTensor& tensor) {
  const Shape expected = contiguous_strides(tensor.shape);
  for (int axis = 0; axis < tensor.shape.ndim(); ++axis)
    if (tensor.shape[axis] != 1 && tensor.strides[axis] != expected[axis]) return false;
  return true;
}

uint64_t content_bytes(const PtTensor& tensor) {
  return static_cast<uint64_t>(tensor.shape.numel() * itemsize(tensor.dtype));
}

// Makes tensors. With `file` those that lie row by row are read when they are first used; of the others, and
// without it, each storage is read once, whatever uses it.
class Loader {
 public:
  Loader(const Archive& archive, bool check_crc, std::shared_ptr<FileTensors> file = nullptr)
      : archive_(archive), check_crc_(check_crc), file_(std::move(file)) {}

  NamedTensor operator()(const PtEntry& entry) {
    if (const auto* text = std::get_if<std::string_view>(&entry.value))
      return {entry.name, {}, std::string(*text)};
    if (const auto* numbers = std::get_if<PtNumbers>(&entry.value))
      return {entry.name, tensor_from(as_bytes(numbers->content), numbers->shape, numbers->dtype), {}};
    const auto& tensor = std::get<PtTensor>(entry.value);
    const ZipMember& member = archive_.storage_of(entry, tensor);
    if (check_crc_ && checked_.insert(&member).second) archive_.check_crc(member);
    if (!file_ || !is_row_major(tensor)) return {entry.name, view(member, tensor), {}};
    const Extent extent = {archive_.offset_of(entry, tensor), content_bytes(tensor)};
    return {entry.name, file_->tensor(tensor.shape, tensor.dtype, {extent}), {}};
  }

 private:
  Tensor view(const ZipMember& member, const PtTensor& tensor) {
    Tensor& bytes = storages_[&member];
    if (!bytes.defined())
      bytes = tensor_from(member.stored, {static_cast<int64_t>(member.stored.size())}, uint8);
    const Ref<Storage> storage(bytes.impl()->storage);
    if (tensor.dtype == bool_) normalize_bools(Tensor::view(storage, bytes.shape(), {1}, 0, bool_));
    return Tensor::view(storage, tensor.shape, tensor.strides, tensor.first, tensor.dtype);
  }

  const Archive& archive_;
  const bool check_crc_;
  std::shared_ptr<FileTensors> file_;
  std::map<const ZipMember*, Tensor> storages_;
  std::set<const ZipMember*> checked_;
};

NamedTensors load_all(const Archive& archive, Loader load) {
  NamedTensors out;
  for (const PtEntry& entry : archive.entries()) out.push_back(load(entry));
  return out;
}

EntryInfo info_of(const Archive& archive, const PtEntry& entry) {
  if (const auto* text = std::get_if<std::string_view>(&entry.value))
    return {entry.name, "str", {}, text->size(), entry.offset};
  if (const auto* numbers = std::get_if<PtNumbers>(&entry.value))
    return {entry.name, std::string(name(numbers->dtype)), numbers->shape, numbers->content.size(),
            entry.offset};
  const auto& tensor = std::get<PtTensor>(entry.value);
  return {entry.name, std::string(name(tensor.dtype)), tensor.shape, content_bytes(tensor),
          archive.offset_of(entry, tensor)};
}

}  // namespace

NamedTensors read_pt(const std::string& path, const ReadOptions& options) {
  const auto mapping = std::make_shared<const MappedFile>(kReader, path);
  const Archive archive(mapping->bytes(), path);
  NamedTensors out =
      load_all(archive, {archive, options.crc_check, std::make_shared<FileTensors>(mapping, options.mmap)});
  check_mappings();
  return out;
}

NamedTensors read_pt(Bytes file, std::string_view name, const ReadOptions& options) {
  const Archive archive(file, name);
  return load_all(archive, {archive, options.crc_check});
}

FileInfo inspect_pt(Bytes file, std::string_view name) {
  const Archive archive(file, name);
  FileInfo info{"pt", file.size(), {}, {}};
  for (const PtEntry& entry : archive.entries()) info.entries.push_back(info_of(archive, entry));
  return info;
}

}  // namespace nucella::io
