// Tables of vectors for recommenders, and CTCLoss, under MindSpore's names and constructor arguments.
#include "arguments.h"
#include "cell_object.h"
#include "initializer_object.h"
#include "layer_parts.h"
#include "nucella/nn/ctc_loss.h"
#include "nucella/nn/embedding_lookup.h"

namespace nucella::python {
namespace {

nn::EmbeddingLookupOptions lookup_options(const char* who, nb::handle param_init, nb::handle target,
                                          nb::handle slice_mode, nb::handle max_norm, nb::handle sparse,
                                          nb::handle dtype) {
  const ArgumentReader read(who);
  nn::EmbeddingLookupOptions options{.param_init = to_weight_init(param_init, who, "param_init"),
                                     .target = read.text(target, "target"),
                                     .slice_mode = read.text(slice_mode, "slice_mode"),
                                     .sparse = read.boolean(sparse, "sparse"),
                                     .dtype = read.dtype(dtype, "dtype")};
  if (!max_norm.is_none()) options.max_norm = read.real(max_norm, "max_norm");
  return options;
}

void bind_lookup(nb::module_& m) {
  cell_class<nn::EmbeddingLookup>(m, "EmbeddingLookup", R"(A table of vectors, looked up by number.

Args:
    vocab_size (int): How many vectors.
    embedding_size (int): The extent of each.
    param_init (Tensor, str, Initializer, number): Of the table. Default: 'normal'.
    target (str): 'CPU', where numbers outside of the table give zeros, or 'DEVICE', where they are errors.
        Default: 'CPU'.
    slice_mode (str): How several processes would cut the table; there is one. Default: 'batch_slice'.
    manual_shapes (tuple): Of 'field_slice'; not used by one process. Default: None.
    max_norm (float): Longer vectors are scaled down to this length. Default: None.
    sparse (bool): Must be True with target 'CPU'. Default: True.
    dtype (dtype): Of the table. Default: float32.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> print(nn.EmbeddingLookup(3, 2, param_init="ones")(Tensor([[0, 7]])))
    [[[1. 1.]
      [0. 0.]]])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::EmbeddingLookup> self, nb::handle vocab_size,
                                nb::handle embedding_size, nb::handle param_init, nb::handle target,
                                nb::handle slice_mode, nb::handle, nb::handle max_norm, nb::handle sparse,
                                nb::handle dtype) {
             constexpr ArgumentReader read("EmbeddingLookup");
             init_cell(
                 self, read.integer(vocab_size, "vocab_size"), read.integer(embedding_size, "embedding_size"),
                 lookup_options("EmbeddingLookup", param_init, target, slice_mode, max_norm, sparse, dtype));
           }),
           "vocab_size"_any, "embedding_size"_any, "param_init"_any = "normal", "target"_any = "CPU",
           "slice_mode"_any = "batch_slice", "manual_shapes"_any = nb::none(), "max_norm"_any = nb::none(),
           "sparse"_any = true, "dtype"_any = to_python(float32))
      .def_prop_ro("vocab_size", &nn::EmbeddingLookup::vocab_size)
      .def_prop_ro("embedding_size", &nn::EmbeddingLookup::embedding_size)
      .def_prop_ro("target", [](const nn::EmbeddingLookup& e) { return e.options().target; })
      .def_prop_ro("sparse", [](const nn::EmbeddingLookup& e) { return e.options().sparse; });
}

void bind_fields(nb::module_& m) {
  cell_class<nn::MultiFieldEmbeddingLookup, nn::EmbeddingLookup>(
      m, "MultiFieldEmbeddingLookup",
      R"(The vectors of each field of a sample, weighted and put together.

The call takes (N, L): indices (int32 or int64), their weights (float32; 0 is padding) and their fields (int32); it
gives (N, field_size, embedding_size).

Args:
    vocab_size (int): How many vectors.
    embedding_size (int): The extent of each.
    field_size (int): How many fields.
    param_init (Tensor, str, Initializer, number): Of the table. Default: 'normal'.
    target (str): As EmbeddingLookup has it. Default: 'CPU'.
    slice_mode (str): Default: 'batch_slice'.
    feature_num_list (tuple): Not used by one process. Default: None.
    max_norm (float): Longer vectors are scaled down to this length. Default: None.
    sparse (bool): Must be True with target 'CPU'. Default: True.
    operator (str): 'SUM', 'MEAN' or 'MAX'. Default: 'SUM'.
    dtype (dtype): Of the table. Default: float32.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> net = nn.MultiFieldEmbeddingLookup(10, 1, field_size=2, param_init="ones")
    >>> ids, fields = Tensor([[2, 4, 6]], nucella.int32), Tensor([[0, 1, 1]], nucella.int32)
    >>> print(net(ids, Tensor([[1.0, 1.0, 0.5]]), fields))
    [[[1. ]
      [1.5]]])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::MultiFieldEmbeddingLookup> self,
                                nb::handle vocab_size, nb::handle embedding_size, nb::handle field_size,
                                nb::handle param_init, nb::handle target, nb::handle slice_mode, nb::handle,
                                nb::handle max_norm, nb::handle sparse, nb::handle op, nb::handle dtype) {
             constexpr ArgumentReader read("MultiFieldEmbeddingLookup");
             init_cell(self, read.integer(vocab_size, "vocab_size"),
                       read.integer(embedding_size, "embedding_size"), read.integer(field_size, "field_size"),
                       nn::MultiFieldEmbeddingLookupOptions{
                           lookup_options("MultiFieldEmbeddingLookup", param_init, target, slice_mode,
                                          max_norm, sparse, dtype),
                           read.text(op, "operator")});
           }),
           "vocab_size"_any, "embedding_size"_any, "field_size"_any, "param_init"_any = "normal",
           "target"_any = "CPU", "slice_mode"_any = "batch_slice", "feature_num_list"_any = nb::none(),
           "max_norm"_any = nb::none(), "sparse"_any = true, "operator"_any = "SUM",
           "dtype"_any = to_python(float32))
      .def_prop_ro("field_size", &nn::MultiFieldEmbeddingLookup::field_size)
      .def_prop_ro("operator", &nn::MultiFieldEmbeddingLookup::merge_operator);
}

void bind_ctc(nb::module_& m) {
  cell_class<nn::CTCLoss>(m, "CTCLoss",
                          R"(Connectionist temporal classification (Graves et al., 2006).

The call takes log_probs (T, N, C), or (T, C) for one sample, targets (N, S), input_lengths (N,) and target_lengths
(N,).

Args:
    blank (int): The class that stands for no label. Default: 0.
    reduction (str): "none", "mean" (over labels, then samples) or "sum". Default: "mean".
    zero_infinity (bool): Losses of targets that do not fit are 0. Default: False.

Raises:
    TypeError: An argument is of another type or dtype.
    ValueError: A shape does not fit, or a length or label is out of its range.

Examples:
    >>> log_probs = nn.LogSoftmax()(ops.ones((4, 1, 3), nucella.float32))
    >>> one = Tensor([2], nucella.int32)
    >>> loss = nn.CTCLoss()(log_probs, Tensor([[1, 2]], nucella.int32), Tensor([4], nucella.int32), one)
    >>> print(round(float(loss), 4))
    0.8432)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::CTCLoss> self, nb::handle blank,
                                nb::handle reduction, nb::handle zero_infinity) {
             constexpr ArgumentReader read("CTCLoss");
             init_cell(self,
                       nn::CTCLossOptions{.blank = read.integer(blank, "blank"),
                                          .reduction = read.text(reduction, "reduction"),
                                          .zero_infinity = read.boolean(zero_infinity, "zero_infinity")});
           }),
           "blank"_any = 0, "reduction"_any = "mean", "zero_infinity"_any = false)
      .def_prop_ro("blank", [](const nn::CTCLoss& l) { return l.options().blank; })
      .def_prop_ro("reduction", [](const nn::CTCLoss& l) { return l.options().reduction; })
      .def_prop_ro("zero_infinity", [](const nn::CTCLoss& l) { return l.options().zero_infinity; });
}

}  // namespace

void bind_lookups(nb::module_& m) {
  bind_lookup(m);
  bind_fields(m);
  bind_ctc(m);
}

}  // namespace nucella::python
