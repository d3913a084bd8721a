#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace {

constexpr Kernel kNeg[] = {{"ref", cpu::unary_ref<cpu::Neg>}};
constexpr Kernel kAbs[] = {{"ref", cpu::unary_ref<cpu::Abs>}};
constexpr Kernel kSign[] = {{"ref", cpu::unary_ref<cpu::Sign>}};
constexpr Kernel kSquare[] = {{"ref", cpu::unary_ref<cpu::Square>}};
constexpr Kernel kRelu[] = {{"ref", cpu::unary_ref<cpu::Relu>}};
constexpr Kernel kExp[] = {{"ref", cpu::float_unary_ref<cpu::Exp>}};
constexpr Kernel kLog[] = {{"ref", cpu::float_unary_ref<cpu::Log>}};
constexpr Kernel kSqrt[] = {{"ref", cpu::float_unary_ref<cpu::Sqrt>}};
constexpr Kernel kRsqrt[] = {{"ref", cpu::float_unary_ref<cpu::Rsqrt>}};
constexpr Kernel kReciprocal[] = {{"ref", cpu::float_unary_ref<cpu::Reciprocal>}};
constexpr Kernel kSin[] = {{"ref", cpu::float_unary_ref<cpu::Sin>}};
constexpr Kernel kCos[] = {{"ref", cpu::float_unary_ref<cpu::Cos>}};
constexpr Kernel kTanh[] = {{"ref", cpu::float_unary_ref<cpu::Tanh>}};
constexpr Kernel kSigmoid[] = {{"ref", cpu::float_unary_ref<cpu::Sigmoid>}};
constexpr Kernel kErf[] = {{"ref", cpu::float_unary_ref<cpu::Erf>}};

}  // namespace

extern constinit const KernelList neg_cpu{kNeg};
extern constinit const KernelList abs_cpu{kAbs};
extern constinit const KernelList sign_cpu{kSign};
extern constinit const KernelList square_cpu{kSquare};
extern constinit const KernelList relu_cpu{kRelu};
extern constinit const KernelList exp_cpu{kExp};
extern constinit const KernelList log_cpu{kLog};
extern constinit const KernelList sqrt_cpu{kSqrt};
extern constinit const KernelList rsqrt_cpu{kRsqrt};
extern constinit const KernelList reciprocal_cpu{kReciprocal};
extern constinit const KernelList sin_cpu{kSin};
extern constinit const KernelList cos_cpu{kCos};
extern constinit const KernelList tanh_cpu{kTanh};
extern constinit const KernelList sigmoid_cpu{kSigmoid};
extern constinit const KernelList erf_cpu{kErf};

}  // namespace nucella
