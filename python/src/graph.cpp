// Graphs of nets, their files, and the cell that runs them.
#include "arguments.h"
#include "cell_object.h"
#include "nucella/train/graph_file.h"

namespace nucella::python {
namespace {

std::optional<io::Encryption> encryption_from(const std::optional<nb::bytes>& key, const std::string& mode) {
  if (!key) return {};
  return io::Encryption{std::string(key->c_str(), key->size()), mode};
}

StateDict values_from(nb::handle params_init) {
  if (params_init.is_none()) return {};
  if (!PyDict_Check(params_init.ptr()))
    raise<TypeError>("For 'GraphCell', 'params_init' must be a dict, got ", object_type(params_init));
  StateDict out;
  for (auto [key, value] : nb::borrow<nb::dict>(params_init)) {
    const std::string name = ArgumentReader("GraphCell").text(key, "params_init key");
    out.set(name, to_tensor(value, "GraphCell", "params_init['" + name + "']"));
  }
  return out;
}

}  // namespace

void bind_graph(nb::module_& m) {
  // What load() returns; it has no other use than to be given to GraphCell.
  nb::class_<Graph>(m, "FuncGraph", "A graph that was read from a file, for GraphCell.");

  m.def("export_graph", [](nb::handle net, nb::handle inputs, const std::string& path,
                           const std::optional<nb::bytes>& enc_key, const std::string& enc_mode) {
    save_graph(trace(*to_cell(net, "export", "net"), to_values(inputs)), path,
               encryption_from(enc_key, enc_mode));
  });
  m.def("load_graph",
        [](const std::string& path, const std::optional<nb::bytes>& dec_key, const std::string& dec_mode) {
          return load_graph(path, encryption_from(dec_key, dec_mode));
        });

  cell_class<GraphCell>(m, "GraphCell", R"(Runs a graph that `load` has read from a MindIR file.

Its inputs have the shapes and dtypes that the net was exported with; its parameters are those of the net
that were used.

Args:
    graph (FuncGraph): What `load` returns.
    params_init (dict): Values for parameters by name, in place of those in the file. Default: None.

Raises:
    TypeError: `graph` is no graph, or `params_init` no dict of Tensors by name.
    ValueError: The graph does not fit together, or a value has another shape than its parameter.

Examples:
    >>> import os, tempfile
    >>> net, x = nn.Dense(3, 2), Tensor([[1.0, 2.0, 3.0]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "net.mindir")
    ...     nucella.export(net, x, file_name=path, file_format="MINDIR")
    ...     same = nn.GraphCell(nucella.load(path))
    >>> print(bool((same(x) == net(x)).all()))
    True)")
      .def("__init__",
           noting_arguments(
               +[](nb::pointer_and_handle<GraphCell> self, nb::handle graph, nb::handle params_init) {
                 if (!nb::isinstance<Graph>(graph))
                   raise<TypeError>("For 'GraphCell', 'graph' must be a FuncGraph, as load() returns, got ",
                                    object_type(graph));
                 init_cell(self, nb::cast<const Graph&>(graph), values_from(params_init));
               }),
           "graph"_any, "params_init"_any = nb::none());
}

}  // namespace nucella::python
