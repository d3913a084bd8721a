// What a Cell is told about compiling, recomputing and placing it.
#include "nucella/nn/cell_settings.h"

#include "arguments.h"
#include "cell_object.h"

namespace nucella::python {
namespace {

void set_inputs(nb::handle self, nb::args inputs, nb::kwargs named) {
  require_cell(self, "set_inputs").set_inputs(to_values(inputs), to_keywords(named));
}

void set_jit_config(nb::handle self, nb::handle jit_config) {
  const JitConfig* config = nullptr;
  if (!nb::try_cast(jit_config, config) || !config)
    raise<AttributeError>("Cell.set_jit_config: 'jit_config' must be a JitConfig, got ",
                          object_type(jit_config));
  require_cell(self, "set_jit_config").set_jit_config(*config);
}

nb::object compile_and_run(nb::handle self, nb::args inputs, nb::kwargs keywords) {
  return to_python(
      require_cell(self, "compile_and_run").compile_and_run(to_values(inputs), to_keywords(keywords)));
}

void recompute(nb::handle self, nb::kwargs given) {
  RecomputeOptions options;
  for (auto [key, value] : given) {
    const auto name = nb::cast<std::string>(key);
    bool* option = name == "mp_comm_recompute"                   ? &options.mp_comm_recompute
                   : name == "parallel_optimizer_comm_recompute" ? &options.parallel_optimizer_comm_recompute
                   : name == "recompute_slice_activation"        ? &options.recompute_slice_activation
                                                                 : nullptr;
    check<ValueError>(option != nullptr, "Cell.recompute: there is no option '", name, "'");
    *option = ArgumentReader("Cell.recompute").boolean(value, name.c_str());
  }
  require_cell(self, "recompute").recompute(options);
}

void offload(nb::handle self, nb::handle backward_prefetch) {
  Cell& cell = require_cell(self, "offload");
  if (PyUnicode_Check(backward_prefetch.ptr())) {
    cell.offload(nb::cast<std::string>(backward_prefetch));
  } else {
    cell.offload(ArgumentReader("Cell.offload").integer(backward_prefetch, "backward_prefetch"));
  }
}

nb::object shard(nb::handle self, nb::handle in_strategy, nb::handle out_strategy, nb::handle parameter_plan,
                 const std::string& device, int64_t level) {
  require_cell(self, "shard")
      .shard(to_value(in_strategy), {.out_strategy = to_value(out_strategy),
                                     .parameter_plan = to_value(parameter_plan),
                                     .device = device,
                                     .level = level});
  return nb::borrow(self);
}

void set_pipeline_stage(nb::handle self, nb::handle stage) {
  require_cell(self, "setting pipeline_stage")
      .set_pipeline_stage(ArgumentReader("Cell.pipeline_stage").integer(stage, "stage"));
}

void set_parameter_layout_dict(nb::handle self, nb::handle layouts) {
  if (!PyDict_Check(layouts.ptr()))
    raise<TypeError>("Cell.parameter_layout_dict: expected a dict, got ", object_type(layouts));
  require_cell(self, "setting parameter_layout_dict").set_parameter_layout_dict(to_keywords(layouts));
}

nb::list infer_param_pipeline_stage(nb::handle self) {
  nb::list out;
  Cell& cell = require_cell(self, "infer_param_pipeline_stage");
  for (const nb::object& p : parameter_objects(self, cell.infer_param_pipeline_stage())) out.append(p);
  return out;
}

void bind_compiling(CellType& cell) {
  cell.def(
      "set_inputs", &set_inputs, "inputs"_a, "kwargs"_a,
      R"(Declares the inputs of calls in GRAPH_MODE: all by position, or some by the names of construct's arguments.

Tensors may have unknown extents (``Tensor(shape=[3, None], dtype=...)``). PYNATIVE_MODE ignores them.

Raises:
    ValueError: Both kinds at once, or an unknown name.
    TypeError: A number of inputs that construct does not take (in GRAPH_MODE), or names where it takes *args.

Examples:
    >>> net = nn.ReLU()
    >>> net.set_inputs(Tensor(shape=[3, None], dtype=nucella.float32))
    >>> net.get_inputs()[0].shape
    (3, -1))");
  cell.def(
      "get_inputs", [](nb::handle self) { return to_python(require_cell(self, "get_inputs").get_inputs()); },
      R"(What set_inputs() was given: None, the tuple, or the dict.

Examples:
    >>> nn.ReLU().get_inputs() is None
    True)");
  cell.def("set_jit_config", &set_jit_config, "jit_config"_any,
           R"(Kept for the graph compiler; the first one stays. AttributeError unless a JitConfig.

Examples:
    >>> nn.ReLU().set_jit_config(nucella.JitConfig(jit_level="O1")))");
  cell.def(
      "compile",
      [](nb::handle self, nb::args inputs, nb::kwargs keywords) {
        require_cell(self, "compile").compile(to_values(inputs), to_keywords(keywords));
      },
      "args"_a, "kwargs"_a, R"(Checks the inputs and fills declared parameters; does not run construct.

Examples:
    >>> with nn.utils.no_init_parameters():
    ...     net = nn.Dense(2, 3)
    >>> net.compile(Tensor([[1.0, 2.0]]))
    >>> net.weight.has_init
    False)");
  cell.def("compile_and_run", &compile_and_run, "args"_a, "kwargs"_a, R"(compile(), then the call.

Examples:
    >>> print(nn.ReLU().compile_and_run(Tensor([-1.0, 2.0])))
    [0. 2.])");
  cell.def("recompute", &recompute, "kwargs"_a,
           R"(From now on no activations are kept for the backward pass: construct runs a second time instead.

Args:
    mp_comm_recompute, parallel_optimizer_comm_recompute, recompute_slice_activation (bool): Kept; they matter
        between several processes.

Raises:
    ValueError: Another option.

Examples:
    >>> net = nn.SequentialCell(nn.Dense(2, 2, weight_init="ones"), nn.ReLU())
    >>> net.recompute()
    >>> print(nucella.grad(net)(Tensor([[1.0, 2.0]])))
    [[2. 2.]])");
  cell.def(
      "offload", &offload, "backward_prefetch"_any = "Auto",
      R"(Marks activations to be moved to the host. ValueError for another str than 'Auto' or a number < 1.

Examples:
    >>> nn.ReLU().offload(backward_prefetch=2))");
  cell.def("_set_lazy_inline", [](Cell& c, const std::string& policy) { c.set_lazy_inline(policy); });
  cell.def_prop_rw(
      "bprop_debug", on_cell("reading bprop_debug", &Cell::bprop_debug),
      [](nb::handle self, nb::handle value) {
        require_cell(self, "setting bprop_debug")
            .set_bprop_debug(ArgumentReader("Cell.bprop_debug").boolean(value, "value"));
      },
      nb::for_setter("value"_any), R"(Whether a graph compiler shall call `bprop` in Python.

Examples:
    >>> nn.ReLU().bprop_debug
    False)");
}

void bind_placing(CellType& cell) {
  cell.def("place", on_cell("place", &Cell::place), "role"_a, "rank_id"_a,
           R"(Where to run: kept. ValueError for a role other than 'MS_WORKER' or a negative rank.

Examples:
    >>> nn.Dense(2, 3).place("MS_WORKER", 0))");
  cell.def(
      "shard", &shard, "in_strategy"_a.none(), "out_strategy"_a.none() = nb::none(),
      "parameter_plan"_a.none() = nb::none(), "device"_a = "Ascend", "level"_a = 0,
      R"(How inputs are cut between processes: checked and kept. Returns the cell, to be called in its place.

Examples:
    >>> sharded = nn.ReLU().shard(in_strategy=((1, 2),))
    >>> print(sharded(Tensor([[-1.0, 2.0]])))
    [[0. 2.]])");
  cell.def("set_data_parallel", on_cell("set_data_parallel", &Cell::set_data_parallel),
           R"(Marks the cell for data parallelism: kept.

Examples:
    >>> nn.Dense(2, 3).set_data_parallel())");
  cell.def_prop_rw("pipeline_stage", on_cell("reading pipeline_stage", &Cell::pipeline_stage),
                   &set_pipeline_stage, nb::for_setter("stage"_any),
                   R"(The stage it belongs to; AttributeError until it is set.

Examples:
    >>> net = nn.Dense(2, 3)
    >>> net.pipeline_stage = 1
    >>> net.pipeline_stage
    1)");
  cell.def("infer_param_pipeline_stage", &infer_param_pipeline_stage,
           R"(The trainable parameters of this process's stage. RuntimeError when one belongs to no stage.

Examples:
    >>> net = nn.Dense(2, 3)
    >>> net.pipeline_stage = 0
    >>> [p.name for p in net.infer_param_pipeline_stage()]
    ['weight', 'bias'])");
  cell.def_prop_rw(
      "parameter_layout_dict",
      [](nb::handle self) {
        return to_python_keywords(
            require_cell(self, "reading parameter_layout_dict").parameter_layout_dict());
      },
      &set_parameter_layout_dict, nb::for_setter("layouts"_any),
      R"(Layouts of parameters between processes: a dict.

Examples:
    >>> nn.Dense(2, 3).parameter_layout_dict
    {})");
  cell.def("set_param_ps", on_cell("set_param_ps", &Cell::set_param_ps), "recurse"_a = true,
           "init_in_server"_a = false, R"(RuntimeError: there is no parameter server.

Examples:
    >>> nn.Dense(2, 3).set_param_ps()
    Traceback (most recent call last):
    RuntimeError: ...)");
}

}  // namespace

std::optional<ConstructSignature> signature_of_construct(nb::handle self) {
  const nb::module_ inspect = nb::module_::import_("inspect");
  const nb::object parameter_type = inspect.attr("Parameter");
  ConstructSignature signature;
  for (nb::handle parameter :
       inspect.attr("signature")(self.attr("construct")).attr("parameters").attr("values")()) {
    if (!parameter.attr("kind").equal(parameter_type.attr("POSITIONAL_OR_KEYWORD")) &&
        !parameter.attr("kind").equal(parameter_type.attr("POSITIONAL_ONLY"))) {
      signature.open = true;
      continue;
    }
    signature.names.push_back(nb::cast<std::string>(parameter.attr("name")));
    if (parameter.attr("default").is(parameter_type.attr("empty"))) ++signature.required;
  }
  return signature;
}

void bind_cell_settings(CellType& cell) {
  bind_compiling(cell);
  bind_placing(cell);
}

void bind_jit_config(nb::module_& m) {
  nb::class_<JitConfig>(m, "JitConfig", R"(Settings of the graph compiler, kept for it.

Args:
    jit_level (str): "O0", "O1", "O2" or "". Default: "".
    exc_mode (str): "auto", "sink" or "no_sink". Default: "auto".
    jit_syntax_level (str): "STRICT", "LAX", "COMPATIBLE" or "". Default: "".
    debug_level (str): "RELEASE" or "DEBUG". Default: "RELEASE".
    infer_boost (str): "on" or "off". Default: "off".
    kwargs: Others, kept as they are.

Raises:
    ValueError: A setting is none of its choices.

Examples:
    >>> nucella.JitConfig(jit_level="O1").jit_config_dict["jit_level"]
    'O1')")
      .def(
          "__init__",
          [](JitConfig* self, nb::handle jit_level, nb::handle exc_mode, nb::handle jit_syntax_level,
             nb::handle debug_level, nb::handle infer_boost, nb::kwargs others) {
            const auto text = [](nb::handle object) {
              return PyUnicode_Check(object.ptr()) ? nb::cast<std::string>(object)
                                                   : nb::cast<std::string>(nb::repr(object));
            };
            new (self) JitConfig({.jit_level = text(jit_level),
                                  .exc_mode = text(exc_mode),
                                  .jit_syntax_level = text(jit_syntax_level),
                                  .debug_level = text(debug_level),
                                  .infer_boost = text(infer_boost),
                                  .others = to_keywords(others)});
          },
          "jit_level"_any = "", "exc_mode"_any = "auto", "jit_syntax_level"_any = "",
          "debug_level"_any = "RELEASE", "infer_boost"_any = "off", "kwargs"_a)
      .def_prop_ro("jit_config_dict",
                   [](const JitConfig& config) { return to_python_keywords(config.jit_config_dict()); });
}

}  // namespace nucella::python
