// The settings of the process and the seeds.
#include "nucella/base/context.h"

#include "bind.h"
#include "nucella/base/waiting.h"
#include "nucella/tensor/allocator.h"

namespace nucella::python {
namespace {

/// The generator behind the functions of numpy.random, whose C interface is a capsule of function pointers.
WordSource numpy_words() {
  struct BitGenerator {  // numpy/random/bitgen.h
    void* state;
    uint64_t (*next_uint64)(void*);
    uint32_t (*next_uint32)(void*);
    double (*next_double)(void*);
    uint64_t (*next_raw)(void*);
  };
  const nb::gil_scoped_acquire gil;
  const nb::object generator =
      nb::module_::import_("numpy.random.mtrand").attr("_rand").attr("_bit_generator");
  const nb::object capsule = generator.attr("capsule");
  const auto* bits = static_cast<BitGenerator*>(PyCapsule_GetPointer(capsule.ptr(), "BitGenerator"));
  if (!bits) nb::raise_python_error();
  generator.inc_ref();  // for as long as the process draws
  return {bits->next_uint32, bits->state};
}

// A thread that waits for another gives up the GIL: the other may need it to run Python code.
void* release_gil() { return Py_IsInitialized() && PyGILState_Check() ? PyEval_SaveThread() : nullptr; }
void take_gil_back(void* thread) { PyEval_RestoreThread(static_cast<PyThreadState*>(thread)); }

}  // namespace

void bind_context(nb::module_& m) {
  set_wait_hooks({&release_gil, &take_gil_back});
  m.def(
      "set_context",
      [](std::optional<int> mode, std::optional<int> threads, std::optional<bool> deterministic,
         std::optional<std::string> random_stream) {
        ContextOptions options;
        if (mode) {
          check<ValueError>(*mode == 0 || *mode == 1,
                            "set_context: 'mode' must be GRAPH_MODE (0) or PYNATIVE_MODE (1), got ", *mode);
          options.mode = static_cast<Mode>(*mode);
        }
        options.threads = threads;
        options.deterministic = deterministic;
        if (random_stream) options.random_stream = random_stream_from_name(*random_stream);
        set_context(options);
      },
      nb::kw_only(), "mode"_a = nb::none(), "threads"_a = nb::none(), "deterministic"_a = nb::none(),
      "random_stream"_a = nb::none(), "Changes the settings that are given; ValueError changes nothing.");
  m.def(
      "get_context",
      [] {
        const Context context = get_context();
        nb::dict out;
        out["mode"] = static_cast<int>(context.mode);
        out["threads"] = context.threads;
        out["deterministic"] = context.deterministic;
        out["random_stream"] = std::string(name(context.random_stream));
        return out;
      },
      "All settings as a dict.");
  set_word_source(&numpy_words);
  m.def("set_seed", &set_seed, "seed"_a,
        "Restarts every generator of the core. ValueError unless 0 <= seed <= 2**32 - 1.");
  m.def(
      "get_seed", [] { return get_seed(); }, "The seed given last, or None.");
  m.def(
      "op_seed_state",
      [] {
        const OpSeedState state = op_seed_state();
        return std::pair(state.seed, state.drawn);
      },
      "What the next seeds of random ops follow from: a seed, and how many were drawn since.");
  m.def(
      "set_op_seed_state",
      [](uint32_t seed, uint64_t drawn) {
        set_op_seed_state({seed, drawn});
      },
      "seed"_a, "drawn"_a, "Goes on where op_seed_state() was asked.");
  m.def(
      "memory_stats",
      [] {
        const MemoryStats stats = memory_stats();
        nb::dict out;
        out["used_bytes"] = stats.used_bytes;
        out["peak_bytes"] = stats.peak_bytes;
        out["cached_bytes"] = stats.cached_bytes;
        out["system_bytes"] = stats.system_bytes;
        return out;
      },
      "Bytes of tensor memory: in use, the peak of that, kept for reuse, obtained from the system.");
  m.def("reset_peak_memory", &reset_peak_memory, "The peak starts again from what is in use now.");
  m.def("empty_cache", &empty_cache, "Returns memory kept for reuse to the system.");
}

}  // namespace nucella::python
