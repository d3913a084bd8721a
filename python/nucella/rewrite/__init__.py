"""Rewriting: the code of a network's construct as a tree of nodes, to be read, changed and run again.

Examples:
    >>> from nucella.rewrite import SymbolTree
    >>> class Net(nn.Cell):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.relu = ops.ReLU()
    ...     def construct(self, x):
    ...         return self.relu(x) + 1
    >>> tree = SymbolTree.create(Net())
    >>> [node.get_node_type().name for node in tree.nodes()]
    ['Input', 'CallPrimitive', 'Output']
"""

from nucella.rewrite import common
from nucella.rewrite.node import Node, NodeType
from nucella.rewrite.symbol_tree import SymbolTree
from nucella.rewrite.values import ScopedValue, ValueType

__all__ = ["Node", "NodeType", "ScopedValue", "SymbolTree", "ValueType"]
