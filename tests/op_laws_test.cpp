// Laws that every op of the table keeps on each of its samples; see docs/add-an-op.md.
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "nucella/grad/tape.h"
#include "nucella/op/dispatch.h"
#include "nucella/op/print_stream.h"
#include "nucella/ops/ops.h"
#include "tests/support/guarded.h"
#include "tests/support/samples.h"

namespace nucella::test {
namespace {

class OpLaws : public ::testing::TestWithParam<Op> {
 protected:
  OpLaws() : entry(entry_of(GetParam())), samples(samples_of(entry)), before_(set_print_stream(&printed_)) {}
  ~OpLaws() override { set_print_stream(before_); }

  const OpEntry& entry;
  const std::vector<Sample> samples;

 private:
  std::ostringstream printed_;
  std::ostream* before_;
};

std::vector<const Tensor*> pointers(const Tensors& tensors) {
  std::vector<const Tensor*> out;
  for (const Tensor& t : tensors) out.push_back(&t);
  return out;
}

size_t output_count(const OpEntry& entry, const Tensors& in, const std::vector<Attr>& attrs) {
  const auto p = pointers(in);
  return static_cast<size_t>(
      entry.outputs == kVariadic ? entry.def->count_outputs({Op{}, Inputs(p), attrs, {}}) : entry.outputs);
}

std::vector<double> values(const Tensor& t) { return t.to_vector<double>(); }

// Largest error that a result of this dtype may have, relative to the largest value (at least 1).
double bound(DType dtype) {
  switch (dtype) {
    case DType::kFloat16:
      return 2e-3;
    case DType::kBFloat16:
      return 1.6e-2;
    case DType::kFloat32:
      return 4e-6;
    case DType::kFloat64:
      return 1e-12;
    default:
      return 0;
  }
}

void expect_same(const Tensors& got, const Tensors& want, const std::string& what) {
  ASSERT_EQ(got.size(), want.size()) << what;
  for (size_t k = 0; k < got.size(); ++k) {
    ASSERT_EQ(got[k].shape().str(), want[k].shape().str()) << what << ", output " << k;
    ASSERT_EQ(name(got[k].dtype()), name(want[k].dtype())) << what << ", output " << k;
    const std::vector<double> a = values(got[k]), b = values(want[k]);
    double scale = 1;
    for (double v : b)
      if (std::isfinite(v)) scale = std::max(scale, std::abs(v));
    for (size_t i = 0; i < a.size(); ++i) {
      if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
      ASSERT_LE(std::abs(a[i] - b[i]), bound(got[k].dtype()) * scale)
          << what << ", output " << k << ", element " << i << ": got " << a[i] << ", want " << b[i];
    }
  }
}

// The results of a call: its outputs, and the inputs that it has updated.
Tensors results(const OpEntry& entry, const Tensors& in, const Tensors& out) {
  Tensors all = out;
  for (size_t i = 0; i < entry.def->updates.count(in.size()); ++i) all.push_back(in[i]);
  return all;
}

Tensors copies(const Tensors& in) {
  Tensors out;
  for (const Tensor& t : in) out.push_back(t.defined() ? t.clone() : t);
  return out;
}

// Calls through the front door on copies of `in` with the given layout.
Tensors run(Op op, const Tensors& in, const std::vector<Attr>& attrs, Layout layout) {
  Tensors laid;
  for (const Tensor& t : in) laid.push_back(with_layout(t, layout));
  return results(entry_of(op), laid, call_op(op, laid, attrs));
}

// Runs one kernel on guarded tensors and checks that it wrote its results and nothing else.
Tensors run_guarded(Op op, const Tensors& in, const std::vector<Attr>& attrs, Layout layout,
                    const Kernel& kernel, bool& refused) {
  const OpEntry& entry = entry_of(op);
  std::vector<Guarded> guarded_in, guarded_out;
  Tensors inputs, outputs;
  for (const Tensor& t : in) {
    if (t.defined()) guarded_in.emplace_back(t, layout);
    inputs.push_back(t.defined() ? guarded_in.back().tensor() : Tensor());
  }
  const auto p = pointers(inputs);
  std::vector<Meta> metas(output_count(entry, in, attrs));
  outputs.resize(metas.size());
  entry.def->infer({op, Inputs(p), attrs, outputs}, metas);
  const size_t updated = entry.def->updates.count(in.size());
  for (size_t i = 0; i < metas.size(); ++i) {
    if (i < updated) {
      outputs[i] = inputs[i];
    } else if (entry.cpu->allocates) {
      outputs[i] = Tensor::placeholder(metas[i].shape, metas[i].dtype);
    } else {
      outputs[i] = guarded_out.emplace_back(metas[i].shape, metas[i].dtype).tensor();
    }
  }
  refused = kernel.run({op, Inputs(p), attrs, outputs}) != nullptr;
  for (const auto* list : {&guarded_in, &guarded_out})
    for (size_t i = 0; i < list->size(); ++i)
      EXPECT_TRUE((*list)[i].intact()) << kernel.name << " wrote outside of tensor " << i;
  for (size_t i = updated; i < in.size(); ++i)
    if (in[i].defined()) expect_same({inputs[i]}, {in[i]}, str(kernel.name, " changed input ", i));
  return results(entry, inputs, outputs);
}

// The sample as written, and with each other floating dtype in place of its own.
std::vector<Sample> dtype_variants(const Sample& sample) {
  std::vector<Sample> out{sample};
  if (has_floats(sample))
    for (DType t : {float16, bfloat16, float32, float64}) out.push_back(with_floats(sample, t));
  return out;
}

// False when the op does not take this dtype at all, which it must say with a TypeError.
bool takes(Op op, const Sample& sample, const Tensors& in) {
  try {
    call_op(op, copies(in), sample.attrs);
    return true;
  } catch (const TypeError&) {
    return false;
  }
}

TEST_P(OpLaws, HasSamples) {
  EXPECT_FALSE(samples.empty()) << entry.name << " has no samples";
  EXPECT_STRNE(entry.def->doc, "") << entry.name << " has no doc";
}

// What the rules and kernels of the op get to see.
Tensors promoted(const OpEntry& entry, const Tensors& in) {
  if (!entry.def->promotes) return in;
  DType common = in[0].dtype();
  for (const Tensor& t : in) common = promote(common, t.dtype(), entry.name);
  Tensors out;
  for (const Tensor& t : in) out.push_back(ops::cast(t, common));
  return out;
}

// Extents that are only known once the kernel has run are -1 in the shape rule.
bool fits(const Shape& rule, const Shape& got) {
  return rule.ndim() == got.ndim() && std::equal(rule.begin(), rule.end(), got.begin(),
                                                 [](int64_t r, int64_t g) { return r == g || r == -1; });
}

TEST_P(OpLaws, ShapeRuleTellsTheResult) {
  for (const Sample& sample : samples) {
    if (!sample.error.empty() || !entry.def->infer) continue;
    SCOPED_TRACE(sample.text);
    const Tensors in = promoted(entry, make_inputs(sample, 1));
    const auto p = pointers(in);
    Tensors none(output_count(entry, in, sample.attrs));
    std::vector<Meta> metas(none.size());
    entry.def->infer({GetParam(), Inputs(p), sample.attrs, none}, metas);
    const Tensors out = call_op(GetParam(), copies(in), sample.attrs);
    for (size_t i = 0; i < out.size(); ++i) {
      EXPECT_TRUE(fits(metas[i].shape, out[i].shape()))
          << metas[i].shape.str() << " and " << out[i].shape().str();
      EXPECT_EQ(name(out[i].dtype()), name(metas[i].dtype));
    }
  }
}

TEST_P(OpLaws, EveryKernelAgreesWithTheReference) {
  if (!entry.cpu) return;
  const auto kernels = entry.cpu->kernels;
  for (const Sample& written : samples) {
    if (!written.error.empty()) continue;
    for (const Sample& sample : dtype_variants(written)) {
      const Tensors in = promoted(entry, make_inputs(sample, 2));
      SCOPED_TRACE(str(sample.text, in.empty() || !in[0].defined() ? "" : str(" as ", in[0].dtype())));
      if (!takes(GetParam(), sample, in)) continue;
      for (Layout layout : kLayouts) {
        bool refused = false;
        const Tensors want = run_guarded(GetParam(), in, sample.attrs, layout, kernels.back(), refused);
        ASSERT_FALSE(refused) << "the reference must take every call";
        for (const Kernel& kernel : kernels.first(kernels.size() - 1)) {
          const Tensors got = run_guarded(GetParam(), in, sample.attrs, layout, kernel, refused);
          if (!refused) expect_same(got, want, str(kernel.name, ", layout ", name(layout)));
        }
      }
    }
  }
}

TEST_P(OpLaws, LayoutDoesNotMatter) {
  for (const Sample& written : samples) {
    if (!written.error.empty()) continue;
    for (const Sample& sample : dtype_variants(written)) {
      SCOPED_TRACE(sample.text);
      const Tensors in = make_inputs(sample, 3);
      if (!takes(GetParam(), sample, in)) continue;
      const Tensors want = run(GetParam(), in, sample.attrs, Layout::kContiguous);
      for (Layout layout : kLayouts)
        expect_same(run(GetParam(), in, sample.attrs, layout), want, str("layout ", name(layout)));
    }
  }
}

// A weighted sum of the floating outputs as a function of the floating inputs: what the gradient laws
// differentiate.
class Objective {
 public:
  Objective(Op op, const Sample& sample, const Tensors& in) : op_(op), attrs_(sample.attrs) {
    const Tensors out = call_op(op, copies(in), attrs_);
    std::mt19937 random(7);
    for (const Tensor& t : out) {
      Tensor w = zeros(t.shape(), float64);
      for (int64_t i = 0; i < w.size(); ++i)
        w.mutable_data<double>()[i] = std::uniform_real_distribution<double>(0.5, 1.5)(random);
      weights_.push_back(t.dtype() == float64 ? w : Tensor());
    }
  }

  // Recorded by whoever listens. In-place ops get copies, made by an op so that a tape can follow.
  Tensors outputs(const Tensors& in) const {
    Tensors given = in;
    for (size_t i = 0; i < entry_of(op_).def->updates.count(in.size()); ++i)
      given[i] = ops::add(in[i], zeros({}, in[i].dtype()));
    return call_op(op_, given, attrs_);
  }
  double value(const Tensors& in) const {
    const Tensors out = outputs(in);
    double sum = 0;
    for (size_t k = 0; k < out.size(); ++k) {
      if (!weights_[k].defined()) continue;
      const auto o = values(out[k]), w = values(weights_[k]);
      for (size_t i = 0; i < o.size(); ++i) sum += o[i] * w[i];
    }
    return sum;
  }
  // Gradients of value() by the inputs in `wrt`, through a tape.
  Tensors gradients(const Tensors& in, const Tensors& wrt) const {
    Tape tape;
    for (const Tensor& t : wrt) tape.watch(t);
    Tensors out, seeds;
    {
      TapeScope scope(tape);
      out = outputs(in);
    }
    Tensors chosen;
    for (size_t k = 0; k < out.size(); ++k) {
      if (!weights_[k].defined()) continue;
      chosen.push_back(out[k]);
      seeds.push_back(weights_[k]);
    }
    return tape.backward(chosen, seeds, wrt);
  }

 private:
  Op op_;
  std::vector<Attr> attrs_;
  Tensors weights_;
};

// (f(x + h) - f(x - h)) / 2h for every element of `in[which]`, which is changed and restored.
template <class F>
std::vector<double> central_difference(const Tensors& in, size_t which, F f) {
  std::vector<double> out;
  double* p = in[which].mutable_data<double>();
  for (int64_t i = 0; i < in[which].size(); ++i) {
    constexpr double h = 1e-5;
    const double x = p[i];
    p[i] = x + h;
    const double above = f(in);
    p[i] = x - h;
    const double below = f(in);
    p[i] = x;
    out.push_back((above - below) / (2 * h));
  }
  return out;
}

void expect_close(const Tensor& got, const std::vector<double>& want, const std::string& what) {
  const std::vector<double> g = got.defined() ? values(got) : std::vector<double>(want.size());
  ASSERT_EQ(g.size(), want.size()) << what;
  double scale = 1;
  for (double v : want) scale = std::max(scale, std::abs(v));
  for (size_t i = 0; i < g.size(); ++i) ASSERT_NEAR(g[i], want[i], 1e-6 * scale) << what << ", element " << i;
}

// The gradient of such a call is whatever its callback says.
bool has_callback(const Sample& sample) {
  return std::ranges::any_of(sample.attrs, [](const Attr& attr) {
    return std::holds_alternative<std::shared_ptr<Callback>>(attr.value());
  });
}

// Samples in float64 whose calls can be differentiated, with the positions of the inputs to differentiate by.
template <class F>
void for_differentiable(Op op, const std::vector<Sample>& samples, F f) {
  const OpDef& def = *entry_of(op).def;
  if (!def.vjp && !def.compose) return;
  for (const Sample& written : samples) {
    if (!written.error.empty() || !has_floats(written) || has_callback(written)) continue;
    const Sample sample = with_floats(written, float64);
    const Tensors in = make_inputs(sample, 4);
    int64_t elements = 0;
    for (const Tensor& t : in) elements += t.defined() ? t.size() : 0;
    if (elements > 400 || !takes(op, sample, in)) continue;
    SCOPED_TRACE(sample.text);
    std::vector<size_t> places;
    Tensors wrt;
    for (size_t i = 0; i < in.size(); ++i) {
      if (!in[i].defined() || in[i].dtype() != float64) continue;
      places.push_back(i);
      wrt.push_back(in[i]);
    }
    f(sample, in, places, wrt);
  }
}

TEST_P(OpLaws, GradientIsTheCentralDifference) {
  for_differentiable(
      GetParam(), samples, [&](const Sample& sample, const Tensors& in, auto& places, auto& wrt) {
        const Objective objective(GetParam(), sample, in);
        const Tensors g = objective.gradients(in, wrt);
        for (size_t k = 0; k < places.size(); ++k)
          expect_close(
              g[k], central_difference(in, places[k], [&](const Tensors& x) { return objective.value(x); }),
              str("gradient of input ", places[k]));
      });
}

TEST_P(OpLaws, SecondGradientIsTheCentralDifferenceOfTheFirst) {
  for_differentiable(GetParam(), samples,
                     [&](const Sample& sample, const Tensors& in, auto& places, auto& wrt) {
                       const Objective objective(GetParam(), sample, in);
                       Tape tape;
                       for (const Tensor& t : wrt) tape.watch(t);
                       Tensors first;
                       {
                         TapeScope scope(tape);
                         first = objective.gradients(in, wrt);
                       }
                       Tensors defined, seeds;
                       for (const Tensor& g : first)
                         if (g.defined()) {
                           defined.push_back(g);
                           seeds.push_back(ones(g.shape(), float64));
                         }
                       const Tensors second = tape.backward(defined, seeds, wrt);
                       const auto total = [&](const Tensors& x) {
                         double sum = 0;
                         Tensors at;
                         for (size_t place : places) at.push_back(x[place]);
                         for (const Tensor& g : objective.gradients(x, at))
                           if (g.defined())
                             for (double v : values(g)) sum += v;
                         return sum;
                       };
                       for (size_t k = 0; k < places.size(); ++k)
                         expect_close(second[k], central_difference(in, places[k], total),
                                      str("second gradient of input ", places[k]));
                     });
}

TEST_P(OpLaws, WrongCallsThrowAndChangeNothing) {
  for (const Sample& sample : samples) {
    if (sample.error.empty()) continue;
    SCOPED_TRACE(sample.text);
    const Tensors in = make_inputs(sample, 5), before = copies(in);
    try {
      call_op(GetParam(), in, sample.attrs);
      ADD_FAILURE() << "expected " << sample.error;
    } catch (const Error& e) {
      EXPECT_EQ(e.type_name(), sample.error) << e.what();
      EXPECT_NE(std::string(e.what()).find(entry.name), std::string::npos)
          << "the text must name the op: " << e.what();
    }
    for (size_t i = 0; i < in.size(); ++i)
      if (in[i].defined()) expect_same({in[i]}, {before[i]}, str("input ", i));
  }
}

std::vector<Op> all_ops() {
  std::vector<Op> ops;
  for (size_t i = 0; i < op_table().size(); ++i) ops.push_back(static_cast<Op>(i));
  return ops;
}

INSTANTIATE_TEST_SUITE_P(Ops, OpLaws, ::testing::ValuesIn(all_ops()),
                         [](const auto& tested) { return std::string(entry_of(tested.param).name); });

}  // namespace
}  // namespace nucella::test
