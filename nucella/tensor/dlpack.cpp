#include "nucella/tensor/dlpack.h"

#include <memory>

namespace nucella::dlpack {
namespace {

DataType code_of(DType t) {
  Code code = is_floating(t) ? kFloat : is_signed_int(t) ? kInt : kUInt;
  if (t == bool_) code = kBool;
  if (t == bfloat16) code = kBFloat;
  return {code, static_cast<uint8_t>(8 * itemsize(t)), 1};
}

DType dtype_of_code(const DataType& wanted) {
  check<TypeError>(wanted.lanes == 1, "from_dlpack: expected elements of 1 lane, got ", wanted.lanes);
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto t = static_cast<DType>(i);
    const DataType have = code_of(t);
    if (have.code == wanted.code && have.bits == wanted.bits) return t;
  }
  raise<TypeError>("from_dlpack: no dtype for elements of type code ", wanted.code, " with ", wanted.bits,
                   " bits");
}

// What an export keeps alive.
struct Export {
  ManagedTensor managed;
  Tensor tensor;
  Shape shape, strides;
};

// Calls the deleter when the last tensor on the memory goes; armed only once nothing can throw any more.
struct Import {
  ManagedTensor* managed = nullptr;
  ~Import() {
    if (managed && managed->deleter) managed->deleter(managed);
  }
};

Shape read_shape(const View& view) {
  check<ValueError>(view.ndim >= 0 && view.ndim <= kMaxDims, "from_dlpack: expected 0 to ", kMaxDims,
                    " dimensions, got ", view.ndim);
  check<ValueError>(view.ndim == 0 || view.shape, "from_dlpack: 'shape' is null");
  const Shape shape(view.shape, view.shape + view.ndim);
  check<ValueError>(shape.is_static(), "from_dlpack: extents must be >= 0, got ", shape);
  return shape;
}

// Strides that are never used may hold anything: those of empty tensors and of extents of 1 are put right.
Shape read_strides(const View& view, const Shape& shape) {
  Shape strides = contiguous_strides(shape);
  if (view.strides && shape.numel() > 0)
    for (int i = 0; i < shape.ndim(); ++i)
      if (shape[i] > 1) strides[i] = view.strides[i];
  return strides;
}

// Bytes from the first element down to the lowest and up to the end of the highest one that the view reaches.
struct Reach {
  int64_t below = 0;
  int64_t above = 0;
};

Reach reach_of(const Shape& shape, const Shape& strides, int64_t itemsize) {
  Reach reach{0, itemsize};
  for (int i = 0; i < shape.ndim(); ++i) {
    int64_t step = 0;
    int64_t& side = strides[i] < 0 ? reach.below : reach.above;
    check<ValueError>(!__builtin_mul_overflow(shape[i] - 1, strides[i], &step) &&
                          !__builtin_mul_overflow(step, itemsize, &step) &&
                          !__builtin_add_overflow(side, step, &side),
                      "from_dlpack: shape ", shape, " with strides ", strides, " does not fit into 64 bits");
  }
  return reach;
}

}  // namespace

ManagedTensor* to_dlpack(const Tensor& t) {
  check<RuntimeError>(t.defined(), "to_dlpack: the tensor is undefined");
  t.prepare("to_dlpack");
  auto* out = new Export{{}, t, t.shape(), t.strides()};
  out->managed.view = {t.raw_data_unchecked(), {kCpu, 0}, t.ndim(), code_of(t.dtype()), out->shape.begin(),
                       out->strides.begin(),   0};
  out->managed.context = out;
  out->managed.deleter = [](ManagedTensor* self) { delete static_cast<Export*>(self->context); };
  return &out->managed;
}

Tensor from_dlpack(ManagedTensor* managed) {
  check<ValueError>(managed != nullptr, "from_dlpack: expected a DLManagedTensor, got null");
  const View& view = managed->view;
  check<ValueError>(view.device.type == kCpu, "from_dlpack: expected memory of the CPU (device type ", kCpu,
                    "), got device type ", view.device.type);
  const DType dtype = dtype_of_code(view.dtype);
  const Shape shape = read_shape(view);
  const Shape strides = read_strides(view, shape);
  auto owner = std::make_shared<Import>();
  if (shape.numel() == 0) {
    const Tensor out = Tensor::view(Storage::borrow(view.data, 0, owner), shape, strides, 0, dtype);
    owner->managed = managed;
    return out;
  }

  check<ValueError>(view.data != nullptr, "from_dlpack: 'data' is null, but shape ", shape, " has elements");
  const int64_t size = itemsize(dtype);
  const Reach reach = reach_of(shape, strides, size);
  const auto base = reinterpret_cast<uintptr_t>(view.data);
  uintptr_t first = 0, low = 0, end = 0;
  check<ValueError>(
      !__builtin_add_overflow(base, view.byte_offset, &first) &&
          !__builtin_add_overflow(first, static_cast<uintptr_t>(reach.above), &end) &&
          !__builtin_sub_overflow(first, uintptr_t{0} - static_cast<uintptr_t>(reach.below), &low),
      "from_dlpack: 'byte_offset' ", view.byte_offset, " with shape ", shape, " and strides ", strides,
      " leaves the address space");
  check<ValueError>(first % static_cast<uintptr_t>(size) == 0,
                    "from_dlpack: the data are not aligned to their ", size, " bytes per element");
  const Tensor out = Tensor::view(Storage::borrow(reinterpret_cast<void*>(low), end - low, owner), shape,
                                  strides, -reach.below / size, dtype);
  owner->managed = managed;
  return out;
}

}  // namespace nucella::dlpack
