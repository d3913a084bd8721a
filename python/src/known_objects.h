// KnownObjects: the Tensor objects that a call through C++ was given, so that it gives the very same ones
// back.
#pragma once
#include "convert.h"

namespace nucella::python {

/// While it lives, to_python() gives these objects for their tensors on this thread. Needs the GIL; whoever
/// makes one keeps `args` and `keywords` alive.
class KnownObjects {
 public:
  explicit KnownObjects(nb::handle args, nb::handle keywords = {});
  KnownObjects(const KnownObjects&) = delete;
  ~KnownObjects();

 private:
  size_t before_;
};

/// The object for `tensor` among those of the calls under way, those of the innermost one first; null when
/// there is none.
nb::object known_object(const Tensor& tensor);

}  // namespace nucella::python
