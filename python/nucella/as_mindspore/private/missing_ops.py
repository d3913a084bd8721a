"""Primitives that MindSpore's tests name at import and nucella does not have: they can be made, not called."""

import importlib

from nucella.ops.primitive import Primitive

# What tests/vm_impl of MindSpore registers its own implementations for.
_NAMES = """
AddExt AddN AntiQuant ApplyMomentum Argmax AssignAdd AvgPool AvgPoolGrad BatchNorm BatchNormGrad BiasAdd BiasAddGrad
Cast Concat ConcatOffset Conj Conv2D Conv2DBackpropFilter Conv2DBackpropInput DType Depend Div Equal Exp ExpandDims
Eye Fill FillV2 Flatten FlattenGrad FloorMod InvertPermutation Less Load Log LogSoftmax LogicalNot MatMul MaxPool
MaxPoolGrad MaxPoolGradWithArgmax MaxPoolWithArgmax Maximum Minimum Mul Neg NotEqual Ones OnesLikeExt Partial Pow ReLU
RealDiv ReduceAll ReduceAny ReduceMax ReduceMean ReduceSum ReluGrad Reshape ResizeBilinearGrad ResizeBilinearV2
ScalarSummary Select Shape Slice Softmax SoftmaxCrossEntropyWithLogits SparseSoftmaxCrossEntropyWithLogits Split Sqrt
Square Squeeze Stack Sub SubExt SumExt Tanh Tile Transpose Unstack Zeros ZerosLike ZerosLikeExt
""".split()
_MODULES = ("nucella.ops.operations", "nucella.ops.auto_generate")
_made = {}


class _Missing(Primitive):
    """A primitive without a kernel."""

    def __init__(self, *args, **kwargs):
        super().__init__(type(self).__name__)

    def __call__(self, *args, **kwargs):
        raise NotImplementedError(f"nucella has no op '{type(self).__name__}'")


def missing(name):
    """The stand-in for a primitive of that name. AttributeError for names that nobody asks for."""
    if name not in _NAMES:
        raise AttributeError(f"nucella has no op '{name}'")
    if name not in _made:
        _made[name] = type(name, (_Missing,), {"__doc__": f"{name}, which nucella does not have."})
    return _made[name]


def name_missing():
    """Lets the modules of primitives give stand-ins for what they lack."""
    for path in _MODULES:
        module = importlib.import_module(path)
        if not hasattr(module, "__getattr__"):
            module.__getattr__ = missing
