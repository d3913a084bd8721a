"""How the functions and primitives of nucella.ops are made from the ops of the core."""

import functools
import sys

from nucella._core import OpFunction, Tensor, op_function, op_table
from nucella.common._op_examples import example
from nucella.ops.primitive import Primitive, _known_ops, bind_arguments, prim_attr_register

_PARAMETERS = {
    name: {parameter for parameter, _, _ in parameters} for name, _, _, parameters in op_table()
}


def function(signature, op=None, module="nucella.ops"):
    """The function that `signature` describes: "sum(input, dim=None, keepdim=False)".

    It calls the op named `op` (by default the one of its own name); parameters stand for the op's
    parameters of the same name, else for the next one, `name:parameter` for a certain one. AttributeError
    for an op that nucella lacks.
    """
    name, _, parameters = signature.partition("(")
    op = op or name
    return op_function(op, name, parameters.removesuffix(")"), module, example(op))


class _Required:
    """Stands for the default of a constructor's argument that must be given."""

    def __repr__(self):
        return "required"


required = _Required()


class _ConstructorSignature:
    """The attribute `__signature__` of a class of primitives, made when somebody asks."""

    def __get__(self, instance, owner):
        import inspect

        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        defaults = {name: owner._defaults.get(name, inspect.Parameter.empty) for name in owner._names}
        return inspect.Signature([inspect.Parameter(n, kind, default=d) for n, d in defaults.items()])


class OpPrimitive(Primitive):
    """A Primitive that stands for an op: the constructor takes attributes, the call takes tensors."""

    __signature__ = _ConstructorSignature()
    _function = None
    _names = ()  # what the constructor takes
    _defaults = {}
    _bound = ()  # those of them that the op knows

    def __init__(self, *args, **kwargs):
        super().__init__(type(self).__name__)
        self.init_attrs = bind_arguments(self.name, self._names, self._defaults, args, kwargs)
        for name, value in self.init_attrs.items():
            self.add_prim_attr(name, value)
        self._call = self._bind()

    def _bind(self):
        attributes = {name: self.attrs[name] for name in self._bound}
        if isinstance(self._function, OpFunction):
            return self._function.bind(**attributes)
        return functools.partial(self._function, **attributes)

    def __call__(self, *args, **kwargs):
        return self._call(*args, **kwargs)

    def __getstate__(self):
        state = self.__dict__.copy()
        del state["_call"]
        return state

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._call = self._bind()


def primitive(name, call, rename=None, **attributes):
    """A subclass of Primitive: primitive("Argmax", "argmax(input_x)", axis=-1).

    `call` names the op and the inputs of the call, or is a function. `attributes` are the arguments of
    the constructor with their defaults (`required`: none): attributes of the op, of the same name or of
    the one that `rename` gives. Those that the op lacks are only kept.
    """
    rename = rename or {}
    bound = tuple(attributes)
    doc = getattr(call, "__doc__", None)
    if not callable(call):
        op, _, inputs = call.removesuffix(")").partition("(")
        bound = tuple(a for a in attributes if rename.get(a, a) in _PARAMETERS[op])
        places = [f"{a}:{rename.get(a, a)}=None" for a in bound]
        call = op_function(op, name, ", ".join(filter(None, [inputs, *places])), "nucella.ops", example(op))
        doc = call.__doc__
    _known_ops.setdefault(name, call)
    members = {
        "__doc__": doc,
        "__module__": sys._getframe(1).f_globals["__name__"],
        "_function": staticmethod(call),
        "_names": tuple(attributes),
        "_defaults": {a: default for a, default in attributes.items() if default is not required},
        "_bound": bound,
    }
    return type(name, (OpPrimitive,), members)


def public_names(module):
    """For `__all__`: the functions and primitives in the globals of a module, without these helpers."""
    helpers = (function, primitive, public_names, bind_arguments, prim_attr_register, Primitive, OpPrimitive)
    return [
        name
        for name, value in module.items()
        if not name.startswith("_")
        and (callable(value) and not isinstance(value, _Required))
        and not any(value is helper for helper in helpers)
        and value is not Tensor
    ]
