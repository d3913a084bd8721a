#include "nucella/io/file_tensor.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>

#include "nucella/base/convert.h"
#include "nucella/base/parallel.h"

namespace nucella::io {
namespace {

constexpr uint64_t kReadAtOnce = 4 << 20;       // bytes: large enough that a system call costs nothing
constexpr uint64_t kConvertAtOnce = 256 << 10;  // bytes: read and converted within the second cache

class FileSource final : public TensorSource {
 public:
  FileSource(std::shared_ptr<FileTensors> file, const Shape& shape, DType dtype, std::vector<Extent> pieces)
      : TensorSource(shape, dtype), file(std::move(file)), pieces(std::move(pieces)) {}

  Tensor read() const override;

  // Whether the content can be used as it lies in the file.
  bool lies_ready() const {
    return file->mapping() && pieces.size() == 1 && pieces[0].bytes > 0 &&
           pieces[0].offset % static_cast<uint64_t>(itemsize(dtype)) == 0;
  }

  const std::shared_ptr<FileTensors> file;
  const std::vector<Extent> pieces;
};

Tensor view_of(std::shared_ptr<const MappedFile> mapping, Extent content, const Shape& shape, DType dtype) {
  std::byte* data = mapping->data() + content.offset;
  auto owner = std::const_pointer_cast<MappedFile>(std::move(mapping));
  Tensor view = Tensor::view(Storage::borrow(data, content.bytes, std::move(owner)), shape,
                             contiguous_strides(shape), 0, dtype);
  normalize_bools(view);
  return view;
}

// Bytes of a file that belong at `target`, converted on the way.
struct Job {
  const OpenFile* file;
  uint64_t offset;
  uint64_t bytes;
  DType from;
  DType to;
  std::byte* target;
};

uint64_t converted_bytes(uint64_t bytes, DType from, DType to) {
  return from == to ? bytes
                    : bytes / static_cast<uint64_t>(itemsize(from)) * static_cast<uint64_t>(itemsize(to));
}

// Cuts a stretch into pieces of about the same work.
void add_jobs(std::vector<Job>& jobs, Job whole) {
  const uint64_t limit = whole.from == whole.to ? kReadAtOnce : kConvertAtOnce;
  while (whole.bytes > 0) {
    Job job = whole;
    job.bytes = std::min(whole.bytes, limit);
    jobs.push_back(job);
    whole.offset += job.bytes;
    whole.bytes -= job.bytes;
    whole.target += converted_bytes(job.bytes, whole.from, whole.to);
  }
}

void run_job(const Job& job, std::vector<std::byte>& buffer) {
  if (job.from == job.to) return job.file->read(job.offset, {job.target, job.bytes});
  buffer.resize(job.bytes);
  job.file->read(job.offset, buffer);
  convert_row(job.from, buffer.data(), job.to, job.target,
              static_cast<int64_t>(job.bytes) / itemsize(job.from));
}

// Each thread takes the next job when it has done one: reads take as long as the disk and the other programs
// let them.
void run_jobs(const std::vector<Job>& jobs) {
  std::atomic<size_t> next = 0;
  const auto work = [&](int64_t, int64_t) {
    std::vector<std::byte> buffer;
    for (size_t i = next++; i < jobs.size(); i = next++) run_job(jobs[i], buffer);
  };
  parallel_for(0, std::min<int64_t>(num_threads(), static_cast<int64_t>(jobs.size())), 1, work);
}

/// Collects what has to be read, so that all of it is read at once.
class Loader {
 public:
  explicit Loader(size_t count) : out_(count) {}

  /// The next tensor.
  void add(const WantedTensor& wanted) {
    const auto source = std::dynamic_pointer_cast<const FileSource>(source_of(wanted.tensor));
    if (!source || ends_within_an_element(*source, wanted)) {
      out_[added_] = copied(wanted);
    } else if (source->lies_ready() && wanted.dtype == source->dtype) {
      out_[added_] = view_of(mapping_of(*source->file), source->pieces[0], wanted.shape, wanted.dtype);
    } else {
      files_.insert(source->file->file().get());
      plans_.push_back({added_, source, &wanted});
    }
    ++added_;
  }

  Tensors run() {
    // In parallel, because fresh memory is cleared where it is first touched.
    parallel_for(0, static_cast<int64_t>(plans_.size()), 1, [&](int64_t first, int64_t last) {
      for (auto i = static_cast<size_t>(first); i < static_cast<size_t>(last); ++i)
        out_[plans_[i].position] = Tensor::empty(plans_[i].wanted->shape, plans_[i].wanted->dtype);
    });
    std::vector<Job> jobs;
    for (const Plan& plan : plans_) add_jobs_of(plan, jobs);
    run_jobs(jobs);
    for (const Plan& plan : plans_) normalize_bools(out_[plan.position]);
    for (const OpenFile* file : files_) file->check_unchanged();
    return std::move(out_);
  }

 private:
  // A tensor to be read.
  struct Plan {
    size_t position;
    std::shared_ptr<const FileSource> source;
    const WantedTensor* wanted;
  };

  // One new mapping for each file, which the tensors of this call share.
  const std::shared_ptr<const MappedFile>& mapping_of(const FileTensors& file) {
    auto& mapping = mappings_[&file];
    if (!mapping) mapping = std::make_shared<const MappedFile>(file.file());
    files_.insert(file.file().get());
    return mapping;
  }

  // Then all is read first and converted afterwards.
  static bool ends_within_an_element(const FileSource& source, const WantedTensor& wanted) {
    return wanted.dtype != source.dtype && !std::ranges::all_of(source.pieces, [&](const Extent& piece) {
             return piece.bytes % static_cast<uint64_t>(itemsize(source.dtype)) == 0;
           });
  }

  void add_jobs_of(const Plan& plan, std::vector<Job>& jobs) const {
    const FileSource& source = *plan.source;
    const DType dtype = plan.wanted->dtype;
    std::byte* target = out_[plan.position].raw_data();
    for (const Extent& piece : source.pieces) {
      add_jobs(jobs, {source.file->file().get(), piece.offset, piece.bytes, source.dtype, dtype, target});
      target += converted_bytes(piece.bytes, source.dtype, dtype);
    }
  }

  static Tensor copied(const WantedTensor& wanted) {
    wanted.tensor.prepare("load_tensors");
    const Tensor dense = wanted.tensor.contiguous();
    Tensor out = Tensor::empty(wanted.shape, wanted.dtype);
    convert(dense, out);
    check_mapping_at(dense.raw_data());
    return out;
  }

  static void convert(const Tensor& from, const Tensor& to) {
    const std::byte* source = from.raw_data();
    std::byte* target = to.raw_data();
    if (from.dtype() == to.dtype()) {
      if (from.nbytes() > 0) std::memcpy(target, source, static_cast<size_t>(from.nbytes()));
      return;
    }
    constexpr int64_t kGrain = 1 << 15;
    parallel_for(0, from.size(), kGrain, [&](int64_t first, int64_t last) {
      convert_row(from.dtype(), source + first * from.itemsize(), to.dtype(), target + first * to.itemsize(),
                  last - first);
    });
  }

  std::map<const FileTensors*, std::shared_ptr<const MappedFile>> mappings_;
  std::set<const OpenFile*> files_;
  std::vector<Plan> plans_;
  Tensors out_;
  size_t added_ = 0;
};

Tensor FileSource::read() const {
  if (lies_ready()) {
    file->file()->check_unchanged();
    return view_of(file->mapping(), pieces[0], shape, dtype);
  }
  Tensor out = Tensor::empty(shape, dtype);
  std::byte* target = out.raw_data();
  std::vector<Job> jobs;
  for (const Extent& piece : pieces) {
    add_jobs(jobs, {file->file().get(), piece.offset, piece.bytes, dtype, dtype, target});
    target += piece.bytes;
  }
  run_jobs(jobs);
  file->file()->check_unchanged();
  normalize_bools(out);
  return out;
}

}  // namespace

Tensor FileTensors::tensor(const Shape& shape, DType dtype, std::vector<Extent> pieces) {
  return deferred(std::make_shared<const FileSource>(shared_from_this(), shape, dtype, std::move(pieces)));
}

Tensors load_tensors(std::span<const WantedTensor> wanted) {
  Loader loader(wanted.size());
  for (const WantedTensor& w : wanted) loader.add(w);
  return loader.run();
}

}  // namespace nucella::io
