#include "nucella/ops/gelu_rules.h"
#include "nucella/ops/operators.h"

namespace nucella {

extern constinit const OpDef gelu_op{
    .doc =
        "x * Phi(x), Phi being the distribution function of the normal distribution: exactly for "
        "`approximate` 'none', by tanh(sqrt(2 / pi) * (x + 0.044715 x^3)) for 'tanh' (Hendrycks and "
        "Gimpel, 2016).",
    .primitive = "GeLU",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          rules::is_exact_gelu(call, call.attrs[0]);
          rules::check_floating(call, call.in[0], "x");
          rules::infer_same(call, out);
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor& x = call.in[0];
          if (rules::is_any_followed({g[0], x}))
            return Tensors{g[0] * rules::gelu_slope(x, rules::is_exact_gelu(call, call.attrs[0]))};
          return Tensors{ops::gelu_grad(g[0], x, call.attrs[0].as<std::string>())};
        },
    .saves = saves_in({0}),
    .elementwise = true,
    .samples =
        "f32[2,3] | f32[2,3]; 'tanh' | f32[0,3] | f32[] | f32[70]{-6..6} | f16[5]; 'tanh' | !ValueError "
        "f32[2]; 'exact' | !TypeError i32[2]",
};

}  // namespace nucella
