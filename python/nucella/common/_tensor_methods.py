"""Methods of Tensor that are ops under other names; nucella._core defines the rest of the class."""

from nucella._core import Tensor, op_function
from nucella.common._op_examples import example

# Each is `name(parameters without self)` and the op, when that has another name. The Tensor is the first input.
_METHODS = """
abs()
absolute() = abs
acos()
acosh()
add(other)
addbmm(batch1:a, batch2:b, *, beta=1, alpha=1)
addcdiv(tensor1, tensor2, value=None)
addcmul(tensor1, tensor2, value=None)
addmm(mat1:a, mat2:b, *, beta=1, alpha=1)
addmv(mat:a, vec:b, *, beta=1, alpha=1)
addr(vec1:a, vec2:b, *, beta=1, alpha=1)
all(axis=None, keep_dims=False) = reduce_all
amax(axis=None, keepdims=False) = reduce_max
amin(axis=None, keepdims=False) = reduce_min
any(axis=None, keep_dims=False) = reduce_any
arccos() = acos
arccosh() = acosh
arcsin() = asin
arcsinh() = asinh
arctan() = atan
arctan2(other) = atan2
arctanh() = atanh
argsort(axis=-1, descending=False)
argwhere() = nonzero
asin()
asinh()
atan()
atan2(other)
atanh()
baddbmm(batch1:a, batch2:b, *, beta=1, alpha=1)
bincount(weights=None, minlength=0)
bitwise_and(other)
bitwise_left_shift(other)
bitwise_not()
bitwise_or(other)
bitwise_right_shift(other)
bitwise_xor(other)
bmm(mat2) = batch_matmul
broadcast_to(shape)
ceil()
clamp(min=None, max=None)
clip(min=None, max=None) = clamp
cos()
cosh()
count_nonzero(axis=(), keep_dims=False, dtype=int32)
cross(other, dim=None)
cummax(axis)
cummin(axis)
diag()
diagonal(offset=0, dim1=0, dim2=1)
div(other)
divide(other) = div
eq(other) = equal
equal(other)
erf()
erfc()
erfinv()
exp()
expand_dims(axis)
expm1()
flip(dims)
floor()
floor_divide(other) = floor_div
fmod(other)
frac()
gather(input_indices, axis)
gather_elements(dim, index)
gather_nd(indices)
ge(other) = greater_equal
ger(vec2) = outer
greater(other)
greater_equal(other)
gt(other) = greater
hardshrink(lambd=0.5)
heaviside(values)
hypot(other)
index_add(dim:axis, index:indices, source:y, *, alpha=1)
index_fill(axis, index, value)
index_select(axis, index:indices) = gather
inv() = reciprocal
invert() = bitwise_not
isclose(other, rtol=1e-05, atol=1e-08, equal_nan=False)
isfinite()
isinf()
isnan()
le(other) = less_equal
lerp(end, weight)
less(other)
less_equal(other)
log()
log10()
log1p()
log2()
logaddexp(other)
logaddexp2(other)
logical_and(other)
logical_not()
logical_or(other)
logical_xor(other)
logit(eps=None)
logsumexp(dim, keepdim=False)
lt(other) = less
masked_fill(mask, value)
masked_scatter(mask, source)
masked_select(mask)
matmul(tensor2) = matmul_ext
maximum(other)
median(axis=-1, keepdims:keep_dims=False)
minimum(other)
mm(mat2) = matmul
moveaxis(source, destination) = movedim
movedim(source, destination)
mul(other)
multiply(value) = mul
ne(other) = not_equal
neg()
negative() = neg
nonzero()
not_equal(other)
outer(vec2)
permute(*axis) = transpose
pow(exponent)
reciprocal()
remainder(other) = mod
reshape(*shape)
roll(shifts, dims=None)
round()
rsqrt()
scatter(axis:dim, index, src:updates) = scatter_elements
sigmoid()
sign()
sin()
sinh()
soft_shrink(lambd=0.5) = softshrink
softmax(axis)
sqrt()
square()
squeeze(axis=None)
sub(other)
subtract(other) = sub
swapaxes(axis0, axis1)
swapdims(dim0:axis0, dim1:axis1) = swapaxes
tan()
tanh()
tile(reps)
trace()
tril(diagonal=0)
triu(diagonal=0)
true_divide(other) = div
trunc()
unsqueeze(dim) = expand_dims
view(*shape) = reshape
where(self:x, condition:condition, y) = where
xlogy(other)
"""


def _define(line):
    signature, _, op = line.partition(" = ")
    name, _, parameters = signature.partition("(")
    op = op or name
    parameters = parameters.removesuffix(")")
    if not parameters.startswith("self:"):
        parameters = ", ".join(filter(None, ["self", parameters]))
    setattr(Tensor, name, op_function(op, name, parameters, "nucella.Tensor", example(op)))


Tensor.scatter_add = op_function(
    "scatter_elements", "scatter_add", "self, dim, index, src:updates, reduction", "nucella.Tensor", ""
).bind(reduction="add")

for _line in _METHODS.split("\n"):
    if _line:
        _define(_line)
