// File tensors: tensors whose content still lies in a file, mapped or read when somebody needs it.
#pragma once
#include <memory>
#include <vector>

#include "nucella/io/mapped_file.h"
#include "nucella/tensor/source.h"

namespace nucella::io {

/// A stretch of a file.
struct Extent {
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

/// The tensors of one file. The file stays open as long as one of them waits for its content or lies in a
/// mapping.
class FileTensors : public std::enable_shared_from_this<FileTensors> {
 public:
  /// `mapping`: of the whole file, from looking at it. Without `in_place` contents are read into memory of
  /// their own also where they could be used as they lie.
  FileTensors(std::shared_ptr<const MappedFile> mapping, bool in_place)
      : file_(mapping->file()), mapping_(in_place ? std::move(mapping) : nullptr) {}

  /// A deferred tensor, row-major, whose content is that of `pieces` joined; the caller has checked that they
  /// lie in the file and have as many bytes as it needs.
  Tensor tensor(const Shape& shape, DType dtype, std::vector<Extent> pieces);

  const std::shared_ptr<const OpenFile>& file() const { return file_; }
  /// Null when contents are not to be used as they lie.
  const std::shared_ptr<const MappedFile>& mapping() const { return mapping_; }

 private:
  std::shared_ptr<const OpenFile> file_;
  std::shared_ptr<const MappedFile> mapping_;
};

/// A tensor that waits for its content, and what is wanted of it.
struct WantedTensor {
  Tensor tensor;
  DType dtype;  ///< its own, or another one that it is converted to
  Shape shape;  ///< of as many elements
};
/// Fresh row-major tensors that share memory with nobody: views of new private mappings where contents lie as
/// wanted, else read and converted by all threads. A tensor that does not wait for a file (any more) is
/// copied. OSError when a file was changed, cut short, or cannot be read.
Tensors load_tensors(std::span<const WantedTensor> wanted);

}  // namespace nucella::io
