// Resumable: training that can be saved after any step and taken up again, bit for bit.
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::train {

class Resumable {
 public:
  virtual ~Resumable() = default;

  /// What has to be kept besides the net's parameters. Names begin with "train." or are those of the
  /// optimizer's parameters.
  virtual NamedTensors state() const = 0;
  /// Takes up a state() again; `entries` may hold more. ValueError, and nothing is changed, when something is
  /// missing, of another shape, or was made with other settings that its numbers follow from.
  virtual void restore(const NamedTensors& entries) = 0;
};

/// A number as an entry.
NamedTensor number_entry(const std::string& name, int64_t value);
NamedTensor number_entry(const std::string& name, double value);

/// Entries of all training: the optimizer's parameters, and the seeds that dropout will draw.
NamedTensors entries_of_optimizer(const nn::Optimizer& optimizer);

/// Reads a state(). What it says is checked before anything is changed.
class StoredState {
 public:
  /// Both must outlive it.
  StoredState(const NamedTensors& entries, const nn::Optimizer& optimizer);

  int64_t integer(const std::string& name) const;
  double real(const std::string& name) const;
  /// ValueError unless the number of that name is `ours`.
  void must_be(const std::string& name, int64_t ours) const;
  /// Puts the optimizer's parameters and the seeds of dropout back.
  void restore_optimizer() const;

 private:
  const Tensor& find(std::string_view name, const Shape& shape) const;

  const NamedTensors& entries_;
  std::vector<std::pair<Parameter, Tensor>> values_;
};

}  // namespace nucella::train
