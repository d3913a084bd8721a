// ParameterImpl: the body of a Parameter; declared until somebody needs its data, then ready for good.
#pragma once
#include <memory>
#include <mutex>

#include "nucella/nn/parameter.h"
#include "nucella/tensor/source.h"

namespace nucella {

class ParameterImpl final : public TensorImpl, public HasSource {
 public:
  ParameterImpl(DType dtype, const Shape& shape)
      : TensorImpl(dtype, shape, contiguous_strides(shape), {}, 0), name(kDefaultParameterName) {}

  /// How a parameter that has no data yet will get them: from an initializer or from a source.
  struct Declaration {
    InitializerPtr init;
    RandomKey key;
    TensorSourcePtr source = {};
  };

  /// Fills the declared parameter, or, to be overwritten, only gives it memory. Threads that come at the same
  /// time wait for the one that does it.
  void prepare(std::string_view who, bool overwrite) override;
  void drop_data() override;
  bool requires_grad() const override { return options.requires_grad; }

  /// Empty once the data are there.
  Declaration declaration() const;
  TensorSourcePtr source() const override { return declaration().source; }
  void declare(Declaration declaration);
  /// Takes dtype, geometry and storage of `data` over.
  void adopt(const Tensor& data);
  /// Converts the data, or what the declaration will give, to `type`.
  void set_dtype(DType type);

  /// What few parameters have set.
  struct Rare {
    std::string storage_format;
    std::string device;
    std::vector<int64_t> cache_shape;
    std::vector<int64_t> pipeline_stages;
    std::vector<int64_t> param_strategy;
    int64_t key = -1;
    bool is_init = false;
    bool unique = false;
    bool cache_enable = false;
    bool requires_aggr = true;
    bool parallel_optimizer_comm_recompute = false;
  };
  /// To read from; the defaults when nothing is set.
  const Rare& rare() const {
    static const Rare defaults;
    return rare_ ? *rare_ : defaults;
  }
  bool has_rare() const { return rare_ != nullptr; }
  /// To write to.
  Rare& rare_to_set() {
    if (!rare_) rare_ = std::make_unique<Rare>();
    return *rare_;
  }

  std::string name;
  ParameterOptions options;
  bool sliced = false;
  int64_t comm_fusion = 1;

 private:
  mutable std::mutex mutex_;
  Declaration declaration_;
  std::unique_ptr<Rare> rare_;
};

}  // namespace nucella
