"""Primitives of mathematics."""

from nucella import _core
from nucella.ops._define import primitive, public_names, required
from nucella.ops.function import math_func
from nucella.ops.primitive import Primitive, prim_attr_register

Abs = primitive("Abs", "abs(input)")
Add = primitive("Add", "add(input, other)")
TensorAdd = Add
Sub = primitive("Sub", "sub(input, other)")
Mul = primitive("Mul", "mul(input, other)")
Div = primitive("Div", "div(input, other)")
RealDiv = primitive("RealDiv", "real_div(x, y)")
FloorDiv = primitive("FloorDiv", "floor_div(input, other)")
FloorMod = primitive("FloorMod", "mod(x, y)")
Pow = primitive("Pow", "pow(input, exponent)")
Neg = primitive("Neg", "neg(input)")
Sign = primitive("Sign", "sign(input)")
Square = primitive("Square", "square(input)")
Sqrt = primitive("Sqrt", "sqrt(x)")
Rsqrt = primitive("Rsqrt", "rsqrt(input)")
Reciprocal = primitive("Reciprocal", "reciprocal(x)")
Inv = primitive("Inv", "reciprocal(x)")
Exp = primitive("Exp", "exp(input)")
Log = primitive("Log", "log(input)")
Sin = primitive("Sin", "sin(input)")
Cos = primitive("Cos", "cos(input)")
Erf = primitive("Erf", "erf(input)")
Expm1 = primitive("Expm1", "expm1(input)")
Log1p = primitive("Log1p", "log1p(input)")
Erfc = primitive("Erfc", "erfc(input)")
BesselI0 = primitive("BesselI0", "bessel_i0(x)")
BesselI1 = primitive("BesselI1", "bessel_i1(x)")
Tan = primitive("Tan", "tan(input)")
Asin = primitive("Asin", "asin(input)")
ACos = primitive("ACos", "acos(input)")
Atan = primitive("Atan", "atan(input)")
Atan2 = primitive("Atan2", "atan2(input, other)")
Sinh = primitive("Sinh", "sinh(input)")
Cosh = primitive("Cosh", "cosh(input)")
Asinh = primitive("Asinh", "asinh(input)")
Acosh = primitive("Acosh", "acosh(input)")
Atanh = primitive("Atanh", "atanh(input)")
Ceil = primitive("Ceil", "ceil(input)")
Floor = primitive("Floor", "floor(input)")
Round = primitive("Round", "round(input)")
Trunc = primitive("Trunc", "trunc(input)")
Mod = primitive("Mod", "fmod(x, y)")
AddN = primitive("AddN", "add_n(x)")

Maximum = primitive("Maximum", "maximum(input, other)")
Minimum = primitive("Minimum", "minimum(input, other)")
Equal = primitive("Equal", "equal(input, other)")
NotEqual = primitive("NotEqual", "not_equal(input, other)")
Less = primitive("Less", "less(input, other)")
LessEqual = primitive("LessEqual", "less_equal(input, other)")
Greater = primitive("Greater", "greater(input, other)")
GreaterEqual = primitive("GreaterEqual", "greater_equal(input, other)")
LogicalAnd = primitive("LogicalAnd", "logical_and(x, y)")
LogicalOr = primitive("LogicalOr", "logical_or(x, y)")
LogicalXor = primitive("LogicalXor", "logical_xor(input, other)")
LogicalNot = primitive("LogicalNot", "logical_not(input)")
IsFinite = primitive("IsFinite", "isfinite(input)")
IsInf = primitive("IsInf", "isinf(input)")
IsNan = primitive("IsNan", "isnan(input)")
BitwiseAnd = primitive("BitwiseAnd", "bitwise_and(x, y)")
BitwiseOr = primitive("BitwiseOr", "bitwise_or(x, y)")
BitwiseXor = primitive("BitwiseXor", "bitwise_xor(x, y)")

ReduceSum = primitive("ReduceSum", "reduce_sum(x, axis=None)", keep_dims=False, skip_mode=False)
ReduceMean = primitive("ReduceMean", "reduce_mean(x, axis=None)", keep_dims=False)
ReduceMax = primitive("ReduceMax", "reduce_max(x, axis=None)", keep_dims=False)
ReduceMin = primitive("ReduceMin", "reduce_min(x, axis=None)", keep_dims=False)
ReduceProd = primitive("ReduceProd", "reduce_prod(x, axis=None)", keep_dims=False)
ReduceAll = primitive("ReduceAll", "reduce_all(x, axis=None)", keep_dims=False)
ReduceAny = primitive("ReduceAny", "reduce_any(x, axis=None)", keep_dims=False)
CumSum = primitive("CumSum", "cumsum(input, axis)", exclusive=False, reverse=False)

MatMul = primitive("MatMul", "matmul(input, mat2)", transpose_a=False, transpose_b=False)
BatchMatMul = primitive(
    "BatchMatMul", "batch_matmul(x, y)", transpose_a=False, transpose_b=False
)
Einsum = primitive("Einsum", "einsum(operands)", equation=required)
Cross = primitive("Cross", "cross(input, other)", dim=None)
Trace = primitive("Trace", "trace(input)")
Ger = primitive("Ger", "outer(x1, x2)")
Cdist = primitive("Cdist", "cdist(x1, x2)", p=2.0)
Lerp = primitive("Lerp", "lerp(input:start, end, weight)")
Addcmul = primitive("Addcmul", "addcmul(input:x, tensor1, tensor2, value)")
Addcdiv = primitive("Addcdiv", "addcdiv(input:x, tensor1, tensor2, value)")
CumProd = primitive("CumProd", "cumprod(x, axis)", exclusive=False, reverse=False)
Cummax = primitive("Cummax", "cummax(input)", axis=required)
Cummin = primitive("Cummin", "cummin(input)", axis=required)
IsClose = primitive("IsClose", "isclose(input, other)", rtol=1e-05, atol=1e-08, equal_nan=False)
NanToNum = primitive("NanToNum", math_func.nan_to_num, nan=None, posinf=None, neginf=None)
Hypot = primitive("Hypot", "hypot(x1, x2)")
Heaviside = primitive("Heaviside", "heaviside(x, values)")
Xlogy = primitive("Xlogy", "xlogy(input, other)")
Erfinv = primitive("Erfinv", "erfinv(input)")
LeftShift = primitive("LeftShift", "bitwise_left_shift(x1, x2)")
RightShift = primitive("RightShift", "bitwise_right_shift(input_x, input_y)")
Invert = primitive("Invert", "bitwise_not(x)")

LinSpace = primitive("LinSpace", _core.linspace)

NPUAllocFloatStatus = primitive("NPUAllocFloatStatus", "npu_alloc_float_status()")
NPUGetFloatStatus = primitive("NPUGetFloatStatus", "npu_get_float_status(x)")
NPUClearFloatStatus = primitive("NPUClearFloatStatus", "npu_clear_float_status(x)")
FloatStatus = primitive("FloatStatus", "float_status(x)")


class Median(Primitive):
    """The middle elements and their positions (int64), along `axis` or of all.

    Examples:
        >>> print(ops.Median(axis=0)(Tensor([3.0, 1.0, 2.0]))[0])
        2.0
    """

    @prim_attr_register
    def __init__(self, global_median=False, axis=0, keep_dims=False, ignore_nan=False):
        """NotImplementedError for `ignore_nan`."""
        if ignore_nan:
            raise NotImplementedError("Median: nucella has no 'ignore_nan'")

    def __call__(self, x):
        if not self.global_median:
            return math_func.median(x, self.axis, self.keep_dims)
        value, place = math_func.median(x.ravel(), 0, False)
        return (value.reshape((1,) * x.ndim), place.reshape((1,) * x.ndim)) if self.keep_dims else (value, place)


class CountNonZero(Primitive):
    """The number (int64) of elements that are not 0, over the axes `dims` (None: all).

    Examples:
        >>> print(ops.CountNonZero()(Tensor([0.0, 3.0, 4.0])))
        2
    """

    @prim_attr_register
    def __init__(self, dims=None):
        """`dims` is an int or a sequence of them."""

    def __call__(self, x):
        return math_func.count_nonzero(x, () if self.dims is None else self.dims, False, _core.int64)


__all__ = public_names(globals())
