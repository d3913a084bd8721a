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
asin()
asinh()
atan()
atan2(other)
atanh()
bitwise_and(other)
bitwise_or(other)
bitwise_xor(other)
bmm(mat2) = batch_matmul
broadcast_to(shape)
ceil()
clamp(min=None, max=None)
clip(min=None, max=None) = clamp
cos()
cosh()
cumsum(axis)
div(other)
divide(other) = div
eq(other) = equal
equal(other)
erf()
erfc()
exp()
expand_dims(axis)
expm1()
flip(dims)
floor()
floor_divide(other) = floor_div
fmod(other)
gather(input_indices, axis)
gather_elements(dim, index)
gather_nd(indices)
ge(other) = greater_equal
greater(other)
greater_equal(other)
gt(other) = greater
index_select(axis, index:indices) = gather
inv() = reciprocal
isfinite()
isinf()
isnan()
le(other) = less_equal
less(other)
less_equal(other)
log()
log10()
log1p()
log2()
logical_and(other)
logical_not()
logical_or(other)
logical_xor(other)
logsumexp(dim, keepdim=False)
lt(other) = less
masked_fill(mask, value)
masked_select(mask)
matmul(tensor2) = matmul_ext
maximum(other)
minimum(other)
mm(mat2) = matmul
mul(other)
multiply(value) = mul
ne(other) = not_equal
neg()
negative() = neg
nonzero()
not_equal(other)
permute(*axis) = transpose
pow(exponent)
reciprocal()
remainder(other) = mod
reshape(*shape)
roll(shifts, dims=None)
round()
rsqrt()
sigmoid()
sign()
sin()
sinh()
softmax(axis)
sqrt()
square()
squeeze(axis=None)
sub(other)
subtract(other) = sub
tan()
tanh()
tile(reps)
tril(diagonal=0)
triu(diagonal=0)
true_divide(other) = div
trunc()
unsqueeze(dim) = expand_dims
view(*shape) = reshape
where(self:x, condition:condition, y) = where
"""


def _define(line):
    signature, _, op = line.partition(" = ")
    name, _, parameters = signature.partition("(")
    op = op or name
    parameters = parameters.removesuffix(")")
    if not parameters.startswith("self:"):
        parameters = ", ".join(filter(None, ["self", parameters]))
    setattr(Tensor, name, op_function(op, name, parameters, "nucella.Tensor", example(op)))


for _line in _METHODS.split("\n"):
    if _line:
        _define(_line)
