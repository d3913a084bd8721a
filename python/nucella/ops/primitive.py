"""Primitive: an op as an object, made once with its attributes and called many times."""

import functools

__all__ = ["Primitive", "PrimitiveWithCheck", "PrimitiveWithInfer", "prim_attr_register"]


class Primitive:
    """An op by its name, with attributes.

    Called, it runs the op of nucella that MindSpore knows by this name; a subclass of your own overrides
    `__call__` instead. RuntimeError for a name that stands for no op.

    Examples:
        >>> print(ops.Primitive("ReLU")(Tensor([-1.0, 2.0])))
        [0. 2.]
    """

    _repr_ignore_list = ("input_names", "output_names")

    def __init__(self, name):
        if not isinstance(name, str):
            raise TypeError(f"Primitive: 'name' must be a str, got {type(name).__name__}")
        self.name = name
        self.attrs = {}
        self.init_attrs = {"name": name}

    def __call__(self, *args):
        function = _known_ops.get(self.name)
        if function is None:
            raise RuntimeError(f"Primitive: nucella has no op called '{self.name}'")
        return function(*args)

    def __repr__(self):
        attrs = ", ".join(f"{k}={v}" for k, v in self.attrs.items() if k not in self._repr_ignore_list)
        return f"Prim[{self.name}]<{attrs}>" if attrs else f"Prim[{self.name}]"

    def add_prim_attr(self, name, value):
        """Sets the attribute `name`, which is then also one of the object; returns the primitive."""
        self.__dict__[name] = value
        self.attrs[name] = value
        return self

    def del_prim_attr(self, name):
        """Removes an attribute that add_prim_attr() has set; returns the primitive."""
        self.__dict__.pop(name, None)
        self.attrs.pop(name, None)
        return self

    def get_attr_dict(self):
        """The attributes as a dict."""
        return self.attrs

    def init_prim_io_names(self, inputs, outputs):
        """Names the inputs and outputs, for messages."""
        self.add_prim_attr("input_names", inputs)
        self.add_prim_attr("output_names", outputs)

    def set_prim_instance_name(self, name):
        """Sets `instance_name`; returns the primitive."""
        self.instance_name = name
        return self

    def set_device(self, device_target):
        """Notes where graphs run it: "CPU", "GPU" or "Ascend" (RuntimeError for another)."""
        if device_target not in ("CPU", "GPU", "Ascend"):
            raise RuntimeError(
                f"Primitive.set_device: 'device_target' must be CPU, GPU or Ascend, got {device_target}"
            )
        return self.add_prim_attr("primitive_target", device_target)

    def set_stage(self, stage):
        """Notes the pipeline stage."""
        return self.add_prim_attr("stage", stage)

    def shard(self, in_strategy=None, out_strategy=None):
        """Notes how parallel runs cut inputs and outputs; one device ignores it."""
        if in_strategy is not None:
            self.add_prim_attr("in_strategy", in_strategy)
        if out_strategy is not None:
            self.add_prim_attr("out_strategy", out_strategy)
        return self

    def recompute(self, mode=True):
        """Notes that graphs compute it again in the backward pass. TypeError unless `mode` is a bool."""
        if not isinstance(mode, bool):
            raise TypeError(f"Primitive.recompute: 'mode' must be a bool, got {type(mode).__name__}")
        return self.add_prim_attr("recompute", mode)

    def place(self, role, rank_id):
        """Notes the process that runs it: `role` "MS_WORKER", `rank_id` >= 0."""
        if role != "MS_WORKER":
            raise ValueError(f"Primitive.place: 'role' must be 'MS_WORKER', got {role!r}")
        if isinstance(rank_id, bool) or not isinstance(rank_id, int) or rank_id < 0:
            raise ValueError(f"Primitive.place: 'rank_id' must be an int >= 0, got {rank_id!r}")

    def check_elim(self, *_args):
        """Whether a call can be left out, and its result then: (False, None)."""
        return (False, None)


class PrimitiveWithCheck(Primitive):
    """A Primitive whose subclasses check their inputs in `check_shape`, `check_dtype` or `__check__`.

    Examples:
        >>> class Doubled(ops.PrimitiveWithCheck):
        ...     def __call__(self, x):
        ...         return 2 * x
        >>> Doubled("Doubled")(3)
        6
    """


class PrimitiveWithInfer(Primitive):
    """A Primitive whose subclasses tell shape and dtype in `infer_shape`, `infer_dtype` or `__infer__`.

    Examples:
        >>> class Doubled(ops.PrimitiveWithInfer):
        ...     def __call__(self, x):
        ...         return 2 * x
        >>> Doubled("Doubled")(3)
        6
    """


_known_ops = {}


def bind_arguments(who, names, defaults, args, kwargs):
    """The arguments of a constructor by name, in the order of `names`; TypeError as Python's own."""
    if len(args) > len(names):
        raise TypeError(f"{who}() takes {len(names)} positional arguments but {len(args)} were given")
    given = dict(zip(names, args))
    for name, value in kwargs.items():
        if name not in names:
            raise TypeError(f"{who}() got an unexpected keyword argument '{name}'")
        if name in given:
            raise TypeError(f"{who}() got multiple values for argument '{name}'")
        given[name] = value
    for name in names:
        if name not in given and name not in defaults:
            raise TypeError(f"{who}() missing a required argument: '{name}'")
    return {name: given[name] if name in given else defaults[name] for name in names}


def prim_attr_register(fn):
    """Decorates `__init__` of a Primitive: names it after its class and makes attributes of the arguments.

    Examples:
        >>> class Scaled(ops.Primitive):
        ...     @ops.prim_attr_register
        ...     def __init__(self, factor=2):
        ...         pass
        >>> Scaled(3)
        Prim[Scaled]<factor=3>
    """
    code = fn.__code__
    names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
    positional = names[: code.co_argcount - 1]
    values = fn.__defaults__ or ()
    defaults = dict(zip(positional[len(positional) - len(values) :], values), **(fn.__kwdefaults__ or {}))

    @functools.wraps(fn)
    def init(self, *args, **kwargs):
        Primitive.__init__(self, type(self).__name__)
        self.init_attrs = bind_arguments(self.name, names, defaults, args, kwargs)
        for name, value in self.init_attrs.items():
            self.add_prim_attr(name, value)
        fn(self, *args, **kwargs)

    return init
