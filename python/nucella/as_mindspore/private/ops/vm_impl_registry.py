"""A registry of functions for primitives, which nobody here calls."""


class VmImplRegistry(dict):
    """Functions by primitive."""

    def register(self, prim):
        """A decorator that puts the function in under the primitive, or its name."""

        def put(function):
            self[prim if isinstance(prim, str) else prim.__name__] = function
            return function

        return put


vm_impl_registry = VmImplRegistry()


def get_vm_impl_fn(prim):
    """What is registered for the primitive, or its name; None when nothing is."""
    return vm_impl_registry.get(prim if isinstance(prim, str) else getattr(prim, "name", type(prim).__name__))
