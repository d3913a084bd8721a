"""Mixed precision by rewriting: casts around the primitives of a network."""

import copy

from nucella.common import dtype as mstype
from nucella.common.tensor import Tensor
from nucella.ops import Cast, Primitive, cast
from nucella.rewrite.node import Node, NodeType
from nucella.rewrite.values import ScopedValue, ValueType
from nucella.train.amp import _OutputTo

__all__ = ["amp_cast", "insert_casts", "remove_cast_pairs"]

_FLOAT32 = ScopedValue.create_naming_value("float32", "mindspore")


def amp_cast(value, dtype):
    """A tensor of floats in `dtype`, anything else as it is.

    Examples:
        >>> from nucella.rewrite.casts import amp_cast
        >>> amp_cast(Tensor([1.0]), nucella.float16).dtype, amp_cast(3, nucella.float16)
        (mindspore.float16, 3)
    """
    return cast(value, dtype) if isinstance(value, Tensor) and value.dtype.is_floating_point else value


def insert_casts(tree, dtype, force_cast=False, white_list=None, black_list=None):
    """Lets primitives compute in 16 bits: their arguments are cast to `dtype` before them, their results back behind.

    Args:
        tree (SymbolTree): Is changed.
        dtype (dtype): float16 or bfloat16.
        force_cast (bool): All primitives do. Default: False.
        white_list (list[type]): These primitives, and all within these cells, do. Default: None.
        black_list (list[type]): All others do. Default: None.

    Examples:
        >>> from nucella.rewrite import SymbolTree
        >>> from nucella.rewrite.casts import insert_casts
        >>> class Net(nn.Cell):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.relu = ops.ReLU()
        ...     def construct(self, x):
        ...         y = self.relu(x)
        ...         return y
        >>> tree = SymbolTree.create(Net())
        >>> insert_casts(tree, nucella.float16, white_list=[ops.ReLU])
        >>> tree.get_code().count("y = amp_cast(y, mindspore.float32)")
        1
    """

    def is_meant(kind):
        if white_list is not None and kind in white_list:
            return True
        return force_cast or (black_list is not None and kind not in black_list)

    for node in list(tree.nodes()):
        kind = node.get_instance_type() if node.get_node_type() is NodeType.CallPrimitive else None
        if kind is not None and not issubclass(kind, Cast) and node.get_targets() and is_meant(kind):
            _cast_around(tree, node, dtype)
    for name, cell in tree.leaves().items():
        if is_meant(type(cell)) and not _is_set_by_user(cell):
            tree.wrap_cell(name, lowered, _name_of(dtype))
    for subtree in tree.subtrees():
        if not _is_set_by_user(subtree.origin):
            insert_casts(subtree, dtype, is_meant(type(subtree.origin)), white_list, black_list)


def lowered(cell, dtype):
    """A cell that computes in `dtype` what `cell` does, and gives float32."""
    return _OutputTo(copy.copy(cell).to_float(dtype), mstype.float32)


def _name_of(dtype):
    return ScopedValue.create_naming_value("bfloat16" if dtype == mstype.bfloat16 else "float16", "mindspore")


def _is_set_by_user(cell):
    return any(getattr(cell, flag, False) for flag in ("fp32", "fp16", "bf16"))


def _cast_around(tree, node, dtype):
    for index, value in enumerate(node.get_args()):
        if value.type is not ValueType.NamingValue:
            continue
        changed = value if node.only_user_of(index) else tree.unique_name(f"{value.value}_var")
        before = Node.create_call_function(amp_cast, [changed], [value, _name_of(dtype)])
        tree.insert(tree.before(node), before)
        node.set_arg_by_node(index, before)
    for target in node.get_targets():
        tree.insert(tree.after(node), Node.create_call_function(amp_cast, [target], [target, _FLOAT32]))


def remove_cast_pairs(tree, dtype):
    """Removes casts to float32 of which every user casts to `dtype` again, and these.

    Examples:
        >>> from nucella.rewrite import SymbolTree
        >>> from nucella.rewrite.casts import insert_casts, remove_cast_pairs
        >>> class Net(nn.Cell):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.relu = ops.ReLU()
        ...     def construct(self, x):
        ...         x = self.relu(x)
        ...         return self.relu(x)
        >>> tree = SymbolTree.create(Net())
        >>> insert_casts(tree, nucella.float16, white_list=[ops.ReLU])
        >>> remove_cast_pairs(tree, nucella.float16)
        >>> tree.get_code().count("= amp_cast")
        2
    """
    for node in list(tree.nodes()):
        users = node.get_users() if _is_cast(node, _FLOAT32) else []
        if users and all(_can_go(tree, node, user, _name_of(dtype)) for user in users):
            for user in users:
                for reader in user.get_users():
                    _read_from(reader, user.get_targets()[0], node.get_targets()[0])
                tree.erase(user)
            tree.erase(node)
    for subtree in tree.subtrees():
        remove_cast_pairs(subtree, dtype)


def _can_go(tree, node, user, dtype):
    """Whether `user` casts what `node` gives, and nothing else, back in place, or for the very next line only."""
    variable = node.get_targets()[0]
    if not _is_cast(user, dtype) or tree.providers(user, variable.value) != [node]:
        return False
    if user.get_targets()[0] == variable:
        return True
    readers = user.get_users()
    return len(readers) == 1 and tree.follow_directly(user, readers[0], amp_cast)


def _is_cast(node, dtype):
    return node.get_instance() is amp_cast and node.get_args()[1] == dtype


def _read_from(node, old, new):
    for index, value in enumerate(node.get_args()):
        if value == old:
            node.set_arg(index, new)
