// Functions that layers are made of and that are more than one op: they draw seeds, move running statistics
// or take lists.
#include "arguments.h"
#include "bind.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

Tensor required_tensor(nb::handle object, std::string_view who, std::string_view argument) {
  const Tensor* tensor = tensor_of(object);
  if (!tensor) raise<TypeError>(who, ": '", argument, "' must be a Tensor, got ", object_type(object));
  return *tensor;
}

// One Tensor for one, a tuple for a tuple or list.
template <class F>
nb::object for_one_or_many(nb::handle x, const char* who, F function) {
  const bool one = tensor_of(x) != nullptr;
  if (!one && !PyTuple_Check(x.ptr()) && !PyList_Check(x.ptr()))
    raise<TypeError>(who, ": 'x' must be a Tensor or a tuple or list of Tensors, got ", object_type(x));
  const Tensors out = function(to_tensors(x, who, "x"));
  return one ? to_python(out[0]) : to_python(out);
}

void bind_dropout(nb::module_& m) {
  m.def(
      "dropout",
      [](nb::handle input, nb::handle p, nb::handle training, nb::handle seed) {
        constexpr ArgumentReader read("dropout");
        const bool drops = read.boolean(training, "training");
        const Tensor x = required_tensor(input, "dropout", "input");
        const Tensor out =
            nn::dropout(x, read.number(p, "p"), drops, seed.is_none() ? 0 : read.integer(seed, "seed"));
        return drops ? to_python(out) : nb::borrow(input);
      },
      "input"_any, "p"_any = 0.5, "training"_any = true, "seed"_any = nb::none(),
      R"(Clears elements with probability `p` and divides the others by 1 - p.

Args:
    input (Tensor): Floats.
    p (float): In [0, 1). Default: 0.5.
    training (bool): False: the result is `input`. Default: True.
    seed (int): Mixed into the seed that is drawn with each call. Default: None.

Raises:
    TypeError: An argument is of another type.
    RuntimeError: `p` is out of its range.

Examples:
    >>> print(ops.dropout(Tensor([1.0, 2.0]), training=False))
    [1. 2.])");
  m.def(
      "_dropout_with_mask",
      [](const Tensor& x, double keep_prob, int64_t seed0, int64_t seed1, int64_t calls) {
        const uint64_t fixed = Philox4x32(static_cast<uint64_t>(seed0) << 32 ^ static_cast<uint64_t>(seed1))
                                   .block(static_cast<uint64_t>(calls))[0];
        const auto [output, mask] = nn::dropout_with_mask(
            x, keep_prob, static_cast<int64_t>(seed0 == 0 && seed1 == 0 ? draw_op_seed() : fixed));
        return nb::make_tuple(to_python(output), to_python(mask));
      },
      "x"_a, "keep_prob"_a, "seed0"_a, "seed1"_a, "calls"_a);
}

void bind_seeds(nb::module_& m) {
  m.def(
      "_op_seed",
      [](nb::handle seed, const char* who) {
        const int64_t own = seed.is_none() ? 0 : ArgumentReader(who).integer(seed, "seed");
        return static_cast<int64_t>(draw_op_seed()) ^ own;
      },
      "seed"_a.none(), "who"_a);
}

void bind_batch_norm(nb::module_& m) {
  m.def(
      "batch_norm",
      [](nb::handle x, nb::handle running_mean, nb::handle running_var, nb::handle weight, nb::handle bias,
         bool training, double momentum, double eps) {
        return nn::batch_norm(
            required_tensor(x, "batch_norm", "input_x"), to_tensor(weight, "batch_norm", "weight"),
            to_tensor(bias, "batch_norm", "bias"), to_tensor(running_mean, "batch_norm", "running_mean"),
            to_tensor(running_var, "batch_norm", "running_var"), training, momentum, eps);
      },
      "input_x"_any, "running_mean"_any, "running_var"_any, "weight"_any, "bias"_any, "training"_a = false,
      "momentum"_a = 0.1, "eps"_a = 1e-5,
      R"(Normalises the channels (axis 1) by the running statistics, or, training, by those of the batch.

Training moves the running statistics in place: running = (1 - momentum) * running + momentum * batch, the variance
being the unbiased one.

Args:
    input_x (Tensor): (N, C, ...).
    running_mean (Tensor): (C,).
    running_var (Tensor): (C,).
    weight (Tensor): (C,), or None.
    bias (Tensor): (C,), or None.
    training (bool): Default: False.
    momentum (float): Default: 0.1.
    eps (float): Added to the variance. Default: 1e-5.

Raises:
    TypeError, ValueError: An argument is of another type or shape.

Examples:
    >>> print(ops.batch_norm(Tensor([[1.0, 2.0]]), Tensor([1.0, 1.0]), Tensor([1.0, 1.0]), None, None))
    [[0.       0.999995]])");
  m.def(
      "_batch_norm_outputs",
      [](const Tensor& x, const Tensor& scale, const Tensor& bias, const Tensor& mean, const Tensor& variance,
         bool training, double momentum, double epsilon) {
        const auto [y, used_mean, used_variance] =
            nn::batch_norm_with_statistics(x, scale, bias, mean, variance, training, momentum, epsilon);
        return to_python(Tensors{y, used_mean, used_variance, used_mean, used_variance});
      },
      "x"_a, "scale"_a, "bias"_a, "mean"_a, "variance"_a, "training"_a, "momentum"_a, "epsilon"_a);
}

void bind_layer_norm(nb::module_& m) {
  m.def(
      "layer_norm",
      [](nb::handle input, nb::handle normalized_shape, nb::handle weight, nb::handle bias, double eps) {
        return nn::layer_norm(required_tensor(input, "layer_norm", "input"),
                              to_shape(normalized_shape, "layer_norm", "normalized_shape"),
                              to_tensor(weight, "layer_norm", "weight"),
                              to_tensor(bias, "layer_norm", "bias"), eps);
      },
      "input"_any, "normalized_shape"_any, "weight"_any = nb::none(), "bias"_any = nb::none(), "eps"_a = 1e-5,
      R"((input - mean) / sqrt(variance + eps) * weight + bias over the last axes, of the extents `normalized_shape`.

Args:
    input (Tensor): Floats.
    normalized_shape (int, tuple, list): The last extents of `input`.
    weight (Tensor): Of that shape. Default: None.
    bias (Tensor): Of that shape. Default: None.
    eps (float): Added to the variance. Default: 1e-5.

Raises:
    TypeError, ValueError: An argument is of another type or shape.

Examples:
    >>> print(ops.layer_norm(Tensor([[1.0, 3.0]]), (2,)))
    [[-0.999995  0.999995]])");
}

// A number takes the dtype of what it bounds.
Tensor bound_of(nb::handle value, const Tensor& like, const char* argument) {
  if (value.is_none() || tensor_of(value)) return to_tensor(value, "clip_by_value", argument);
  if (PyBool_Check(value.ptr()) || (!PyLong_Check(value.ptr()) && !PyFloat_Check(value.ptr())))
    raise<TypeError>("clip_by_value: '", argument, "' must be a Tensor, a number or None, got ",
                     object_type(value));
  return tensor_from_object(value, like.dtype());
}

void bind_clips(nb::module_& m) {
  m.def(
      "clip_by_global_norm",
      [](nb::handle x, nb::handle clip_norm, nb::handle use_norm) {
        if (!use_norm.is_none())
          raise<ValueError>("clip_by_global_norm: 'use_norm' must be None, got ", object_type(use_norm));
        const double limit = ArgumentReader("clip_by_global_norm").number(clip_norm, "clip_norm");
        return for_one_or_many(x, "clip_by_global_norm",
                               [&](const Tensors& t) { return ops::clip_by_global_norm(t, limit); });
      },
      "x"_any, "clip_norm"_any = 1.0, "use_norm"_any = nb::none(),
      R"(Scales all tensors down alike, so that the root of the sum of all squares is at most `clip_norm`.

Args:
    x (Tensor, tuple, list): What to clip.
    clip_norm (float): Greater than 0. Default: 1.0.
    use_norm (None): Only None.

Returns:
    A Tensor for a Tensor, else a tuple.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> print(ops.clip_by_global_norm([Tensor([3.0]), Tensor([4.0])]))
    (Tensor(shape=[1], dtype=Float32, value= [ 6.00000024e-01]), Tensor(shape=[1], dtype=Float32, value= [ 8.00000012e-01])))");
  m.def(
      "clip_by_norm",
      [](nb::handle x, nb::handle max_norm, nb::handle norm_type, bool error_if_nonfinite) {
        constexpr ArgumentReader read("clip_by_norm");
        const double limit = read.number(max_norm, "max_norm"), order = read.number(norm_type, "norm_type");
        return for_one_or_many(x, "clip_by_norm", [&](const Tensors& t) {
          return ops::clip_by_norm(t, limit, order, error_if_nonfinite);
        });
      },
      "x"_any, "max_norm"_any, "norm_type"_any = 2.0, "error_if_nonfinite"_a = false,
      R"(Scales all tensors down alike, so that their norm taken together is at most `max_norm`.

Args:
    x (Tensor, tuple, list): What to clip.
    max_norm (float): The limit.
    norm_type (float): The order of the norm, infinity allowed. Default: 2.0.
    error_if_nonfinite (bool): RuntimeError for a norm that is not finite. Default: False.

Returns:
    A Tensor for a Tensor, else a tuple.

Raises:
    TypeError, ValueError: An argument is of another type, or `x` holds no Tensor.

Examples:
    >>> print(ops.clip_by_norm(Tensor([3.0, 4.0]), 1.0))
    [0.5999999  0.79999983])");
  m.def(
      "clip_by_value",
      [](nb::handle x, nb::handle low, nb::handle high) {
        check<ValueError>(!low.is_none() || !high.is_none(),
                          "clip_by_value: one of 'clip_value_min' and 'clip_value_max' must be given");
        return for_one_or_many(x, "clip_by_value", [&](const Tensors& tensors) {
          Tensors out;
          for (const Tensor& t : tensors)
            out.push_back(
                ops::clamp(t, bound_of(low, t, "clip_value_min"), bound_of(high, t, "clip_value_max")));
          return out;
        });
      },
      "x"_any, "clip_value_min"_any = nb::none(), "clip_value_max"_any = nb::none(),
      R"(Elements below `clip_value_min` become it, those above `clip_value_max` become that.

Args:
    x (Tensor, tuple, list): What to clip.
    clip_value_min (Tensor, float, int): Default: None.
    clip_value_max (Tensor, float, int): Default: None. It wins when it is the smaller one.

Returns:
    A Tensor for a Tensor, else a tuple.

Raises:
    TypeError, ValueError: An argument is of another type, or neither bound is given.

Examples:
    >>> print(ops.clip_by_value(Tensor([1.0, 5.0, 9.0]), 2.0, 6.0))
    [2. 5. 6.])");
}

}  // namespace

void bind_layer_functions(nb::module_& m) {
  bind_dropout(m);
  bind_seeds(m);
  bind_batch_norm(m);
  bind_layer_norm(m);
  bind_clips(m);
}

}  // namespace nucella::python
