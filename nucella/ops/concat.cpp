#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef concat_op{
    .doc = "Joins tensors of the same dtype along `axis`; their other extents must agree.",
    .primitive = "Concat",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          check<ValueError>(call.in.size() > 0, "concat: 'tensors' must hold at least one tensor");
          const Tensor& first = call.in[0];
          check<ValueError>(first.ndim() > 0, "concat: 'tensors' must have at least one dimension");
          const int axis = normalize_axis(call.attrs[0].as<int64_t>(), first.ndim(), "concat");
          Shape shape = first.shape();
          for (size_t i = 1; i < call.in.size(); ++i) {
            const Tensor& t = call.in[i];
            check<TypeError>(t.dtype() == first.dtype(), "concat: tensor ", i, " has dtype ", t.dtype(),
                             ", expected ", first.dtype(), " as the first");
            Shape rest = t.shape();
            if (rest.ndim() == shape.ndim()) rest[axis] = shape[axis];
            check<ValueError>(rest == shape, "concat: tensor ", i, " of shape ", t.shape(), " does not fit ",
                              first.shape(), " along axis ", axis);
            check<ValueError>(!__builtin_add_overflow(shape[axis], t.shape()[axis], &shape[axis]),
                              "concat: the result does not fit into 64 bits");
          }
          out[0] = {first.dtype(), shape};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const int axis = normalize_axis(call.attrs[0].as<int64_t>(), call.in[0].ndim(), "concat");
          Shape begin = Shape::filled(axis + 1, 0),
                end(g[0].shape().begin(), g[0].shape().begin() + axis + 1);
          Tensors grads;
          for (const Tensor* t : call.in) {
            end[axis] = begin[axis] + t->shape()[axis];
            grads.push_back(ops::strided_slice(g[0], begin, end));
            begin[axis] = end[axis];
          }
          return grads;
        },
    .saves = kSavesNone,
    .samples =
        "f32[2,3], f32[2,2]; 1 | f32[2,3], f32[1,3], f32[0,3]; 0 | f32[3]; -1 | f32[2,1,2], f32[2,3,2]; -2 | "
        "!ValueError f32[2,3], f32[2,2]; 0 | !ValueError f32[2], f32[2,2]; 0 | !ValueError f32[2]; 1 | "
        "!ValueError f32[], f32[]; 0 | !TypeError f32[2], i32[2]; 0",
};

}  // namespace nucella
