#include "nucella/ops/indexing.h"

#include "nucella/ops/ops.h"
#include "nucella/tensor/slice.h"

namespace nucella {
namespace {

// An index brought to a list with one entry for every axis of x, new axes in between. Masks have become the
// integer tensors of their positions.
struct Entry {
  enum Kind { kInteger, kSlice, kNewAxis, kTensor } kind;
  int64_t at = 0;                        // of an integer, counted from the front
  int64_t begin = 0, end = 0, step = 1;  // of a slice
  bool full = false;                     // a slice that leaves its axis as it is
  Tensor tensor = {};                    // signed integers
  bool own_axis = true;                  // false: a 0-d mask, which takes a new axis instead of one of x
  bool consumes() const { return kind != kNewAxis && own_axis; }
  // NumPy counts integers among the tensors when it looks for what stands between them.
  bool advanced() const { return kind == kTensor || kind == kInteger; }
};
using Entries = std::vector<Entry>;

int consumed_axes(std::span<const Index> indices) {
  int axes = 0;
  for (const Index& i : indices) {
    if (const auto* t = std::get_if<Tensor>(&i.value())) {
      axes += t->defined() && t->dtype() == bool_ ? t->ndim() : 1;
    } else {
      axes += std::holds_alternative<int64_t>(i.value()) || std::holds_alternative<Slice>(i.value());
    }
  }
  return axes;
}

// Builds the entries; walks over the axes of `shape` as it goes.
class Resolver {
 public:
  Resolver(const Shape& shape, std::span<const Index> indices)
      : shape_(shape), missing_(shape.ndim() - consumed_axes(indices)) {
    check<IndexError>(missing_ >= 0, "Tensor index: too many indices for a tensor of ", shape.ndim(),
                      " dimensions, got ", consumed_axes(indices));
    for (const Index& i : indices) std::visit(*this, i.value());
    if (!filled_) (*this)(Ellipsis{});
  }
  Entries take() { return std::move(entries_); }

  void operator()(int64_t index) {
    const int64_t extent = shape_[axis_];
    check<IndexError>(index >= -extent && index < extent, "Tensor index: index ", index,
                      " is out of bounds for axis ", axis_, " of extent ", extent);
    entries_.push_back({.kind = Entry::kInteger, .at = index < 0 ? index + extent : index});
    ++axis_;
  }
  void operator()(const Slice& slice) {
    const int64_t step = slice.step.value_or(1);
    check<ValueError>(step != 0, "Tensor index: the step of a slice must not be 0");
    entries_.push_back({.kind = Entry::kSlice,
                        .begin = slice.start.value_or(step > 0 ? 0 : INT64_MAX),
                        .end = slice.stop.value_or(step > 0 ? INT64_MAX : INT64_MIN),
                        .step = step,
                        .full = !slice.start && !slice.stop && step == 1});
    ++axis_;
  }
  void operator()(Ellipsis) {
    check<IndexError>(!filled_, "Tensor index: an index can only have a single ellipsis");
    filled_ = true;
    for (int i = 0; i < missing_; ++i) (*this)(Slice{});
  }
  void operator()(NewAxis) { entries_.push_back({.kind = Entry::kNewAxis}); }
  void operator()(const Tensor& t) {
    check<IndexError>(t.defined(), "Tensor index: an undefined tensor cannot be an index");
    if (t.dtype() == bool_) return mask(t);
    check<IndexError>(is_signed_int(t.dtype()),
                      "Tensor index: a tensor must be of signed integers or Bool to be an index, got dtype ",
                      t.dtype());
    entries_.push_back({.kind = Entry::kTensor, .tensor = t});
    ++axis_;
  }

 private:
  void mask(const Tensor& t) {
    for (int i = 0; i < t.ndim(); ++i)
      check<ValueError>(t.shape()[i] == shape_[axis_ + i], "Tensor index: the mask of shape ", t.shape(),
                        " does not match the tensor of shape ", shape_, " at axis ", axis_ + i);
    if (t.ndim() == 0) {
      const Tensor once = zeros({t.item<bool>() ? 1 : 0}, int64);
      entries_.push_back({.kind = Entry::kTensor, .tensor = once, .own_axis = false});
      return;
    }
    const Tensor places = ops::nonzero(t);
    for (int64_t i = 0; i < t.ndim(); ++i) {
      const Tensor column = ops::strided_slice(places, {0, i}, {INT64_MAX, i + 1});
      entries_.push_back({.kind = Entry::kTensor, .tensor = ops::reshape(column, {-1})});
    }
    axis_ += t.ndim();
  }

  const Shape& shape_;
  int missing_;  // axes that the ellipsis stands for
  int axis_ = 0;
  bool filled_ = false;
  Entries entries_;
};

// The slices of all axes; an integer is a slice of one element.
struct Window {
  Shape begin, end, step;
};

Window window_of(const Entries& entries) {
  Window w;
  for (const Entry& e : entries) {
    if (!e.consumes()) continue;
    const bool all = e.kind == Entry::kTensor;
    w.begin.push_back(e.kind == Entry::kInteger ? e.at : e.begin);
    w.end.push_back(e.kind == Entry::kInteger ? e.at + 1 : all ? INT64_MAX : e.end);
    w.step.push_back(e.step);
  }
  return w;
}

// Shape after slicing to `sliced`, dropping the axes of integers and adding the new ones.
Shape basic_shape(const Entries& entries, const Shape& sliced) {
  Shape out;
  int axis = 0;
  for (const Entry& e : entries) {
    const int64_t extent = e.consumes() ? sliced[axis++] : 1;
    if (e.kind != Entry::kInteger) out.push_back(extent);
  }
  return out;
}

bool has_tensors(const Entries& entries) {
  return std::ranges::any_of(entries, [](const Entry& e) { return e.kind == Entry::kTensor; });
}

// All but the tensors applied: a view whose axes are the entries other than integers, in order.
Tensor apply_basic(const Tensor& x, const Entries& entries) {
  const Window w = window_of(entries);
  const Tensor sliced = ops::strided_slice(x, w.begin, w.end, w.step);
  const Shape shape = basic_shape(entries, sliced.shape());
  return shape == sliced.shape() ? sliced : ops::reshape(sliced, shape);
}

// One tensor of shape (..., k) from k tensors that broadcast together.
Tensor stack_places(const Tensors& tensors) {
  Shape shape;
  for (const Tensor& t : tensors) shape = broadcast_shapes(shape, t.shape(), "Tensor index");
  Tensors columns;
  for (const Tensor& t : tensors) {
    const Tensor wide = t.dtype() == int64 ? t : ops::cast(t, int64);
    columns.push_back(ops::expand_dims(ops::broadcast_to(wide, shape), -1));
  }
  return ops::concat(columns, -1);
}

// How many axes of the result stand in front of those of the tensors.
int place_of_tensors(const Entries& entries) {
  int before = 0, first = -1, last = -1, count = 0;
  for (int i = 0; i < static_cast<int>(entries.size()); ++i) {
    if (!entries[i].advanced()) {
      before += first < 0;
      continue;
    }
    if (first < 0) first = i;
    last = i;
    ++count;
  }
  return last - first + 1 == count ? before : 0;
}

Tensor apply_tensors(const Tensor& view, const Entries& entries) {
  Tensors tensors;
  Shape front, rest;  // axes of `view`
  int axis = 0;
  for (const Entry& e : entries) {
    if (e.kind == Entry::kInteger) continue;
    if (e.kind == Entry::kTensor) {
      tensors.push_back(e.tensor);
      front.push_back(axis++);
    } else {
      rest.push_back(axis++);
    }
  }
  Shape perm = front;
  for (int64_t a : rest) perm.push_back(a);
  const Tensor places = stack_places(tensors);
  const Tensor gathered = ops::gather_nd(ops::transpose(view, perm), places);

  const int taken = places.ndim() - 1, before = place_of_tensors(entries);
  if (before == 0) return gathered;
  Shape back;
  for (int i = 0; i < before; ++i) back.push_back(taken + i);
  for (int i = 0; i < taken; ++i) back.push_back(i);
  for (int i = before; i < rest.ndim(); ++i) back.push_back(taken + i);
  return ops::transpose(gathered, back);
}

Tensor apply_entries(const Tensor& x, const Entries& entries) {
  const Tensor view = apply_basic(x, entries);
  return has_tensors(entries) ? apply_tensors(view, entries) : view;
}

Tensor fit_value(const Tensor& value, DType dtype, const Shape& shape) {
  const Tensor cast = value.dtype() == dtype ? value : ops::cast(value, dtype);
  return cast.shape() == shape ? cast : ops::broadcast_to(cast, shape);
}

void put_basic(const Tensor& x, const Entries& entries, const Tensor& value) {
  const Window w = window_of(entries);
  const Shape sliced = slice_shape(x.shape(), w.begin, w.end, w.step, "Tensor index");
  const Tensor fitted = fit_value(value, x.dtype(), basic_shape(entries, sliced));
  ops::strided_slice_update(x, ops::reshape(fitted, sliced), w.begin, w.end, w.step);
}

// Indexes the coordinates of x in place of x, so that one scatter on x itself remains to be done: a tape sees
// the write only where it happens.
void put_tensors(const Tensor& x, Entries entries, const Tensor& value) {
  int axes = x.ndim();
  while (entries.back().full) {
    entries.pop_back();
    --axes;
  }
  const Shape lead(x.shape().begin(), x.shape().begin() + axes);
  Shape target = apply_entries(ops::broadcast_to(zeros({}), lead), entries).shape();
  const int64_t count = target.numel();
  Tensors coordinates;
  for (int axis = 0; axis < axes; ++axis) {
    Shape line = Shape::filled(axes, 1);
    line[axis] = lead[axis];
    const Tensor along = ops::reshape(arange(0, static_cast<double>(lead[axis])), line);
    const Tensor picked = apply_entries(ops::broadcast_to(along, lead), entries);
    coordinates.push_back(ops::reshape(picked, {count}));
  }
  // Without axes there are only 0-d masks: they write all of x, as often as they say.
  const Tensor places = axes > 0 ? stack_places(coordinates) : zeros({count, 0}, int64);
  Shape pieces{count};
  for (int i = axes; i < x.ndim(); ++i) {
    target.push_back(x.shape()[i]);
    pieces.push_back(x.shape()[i]);
  }
  ops::scatter_nd_update(x, places, ops::reshape(fit_value(value, x.dtype(), target), pieces));
}

}  // namespace

namespace ops {

Tensor index(const Tensor& x, std::span<const Index> indices) {
  return apply_entries(x, Resolver(x.shape(), indices).take());
}

void index_put(const Tensor& x, std::span<const Index> indices, const Tensor& value) {
  const Entries entries = Resolver(x.shape(), indices).take();
  has_tensors(entries) ? put_tensors(x, entries, value) : put_basic(x, entries, value);
}

Tensors split(const Tensor& x, const std::vector<int64_t>& sections, int64_t axis) {
  const int at = normalize_axis(axis, x.ndim(), "split");
  check<ValueError>(x.ndim() > 0, "split: 'x' must have at least one dimension");
  int64_t total = 0;
  for (int64_t extent : sections)
    check<ValueError>(extent >= 0 && !__builtin_add_overflow(total, extent, &total),
                      "split: 'sections' must not be negative, got ", extent);
  check<ValueError>(total == x.shape()[at], "split: 'sections' must add up to the extent ", x.shape()[at],
                    " of axis ", at, ", got ", total);
  Shape begin = Shape::filled(at + 1, 0), end(x.shape().begin(), x.shape().begin() + at + 1);
  Tensors pieces;
  for (int64_t extent : sections) {
    end[at] = begin[at] + extent;
    pieces.push_back(strided_slice(x, begin, end));
    begin[at] = end[at];
  }
  return pieces;
}

Tensors split(const Tensor& x, int64_t size, int64_t axis) {
  check<ValueError>(size > 0, "split: 'size' must be more than 0, got ", size);
  const int at = normalize_axis(axis, x.ndim(), "split");
  check<ValueError>(x.ndim() > 0, "split: 'x' must have at least one dimension");
  std::vector<int64_t> sections;
  for (int64_t left = x.shape()[at]; left > 0; left -= size) sections.push_back(std::min(left, size));
  if (sections.empty()) sections.push_back(0);
  return split(x, sections, axis);
}

Tensors chunk(const Tensor& x, int64_t count, int64_t axis) {
  check<ValueError>(count > 0, "chunk: 'count' must be more than 0, got ", count);
  check<ValueError>(x.ndim() > 0, "chunk: 'x' must have at least one dimension");
  const int64_t extent = x.shape()[normalize_axis(axis, x.ndim(), "chunk")];
  return split(x, std::max<int64_t>(1, extent / count + (extent % count != 0)), axis);
}

}  // namespace ops
}  // namespace nucella
