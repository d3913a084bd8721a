"""Networks whose code is read, changed and run again."""

import numpy
import pytest

import nucella as ms
from nucella import Tensor, nn, ops
from nucella.rewrite import Node, NodeType, ScopedValue, SymbolTree, common
from nucella.rewrite.casts import insert_casts, remove_cast_pairs
from nucella.train.amp import get_black_list, get_white_list


@pytest.fixture
def into_layers():
    common.namespace._ms_cells_to_subtree = True
    yield
    common.namespace._ms_cells_to_subtree = False


class Block(nn.Cell):
    def __init__(self, width):
        super().__init__()
        self.dense = nn.Dense(width, width)
        self.relu = ops.ReLU()

    def construct(self, x):
        return self.relu(self.dense(x)) + x


class Winding(nn.Cell):
    """Branches, loops, nested calls, methods, containers and a child that stands for two."""

    def __init__(self):
        super().__init__()
        self.first = Block(3)
        self.second = self.first
        self.blocks = nn.SequentialCell(Block(3), nn.Tanh(), nn.SequentialCell(Block(3)))
        self.relu = ops.ReLU()
        self.abs = ops.Abs()

    def construct(self, x, times=2):
        y = x
        for i in range(times):
            y = self.first(y) if i == 0 else self.second(y)
        if self.relu(y).sum() > 0 and self.abs(y).sum() > 0:
            y, z = self.split(y)
            y = y + z
        while times > 0:
            times -= 1
            y += self.abs(self.relu(y))
        return self.blocks(y)

    def split(self, y):
        y = self.abs(y)
        return y, self.relu(y)


def x_of(*shape, seed=0):
    return Tensor(numpy.random.default_rng(seed).standard_normal(shape).astype(numpy.float32))


def same(a, b, tolerance=0.0):
    return numpy.allclose(a.asnumpy(), b.asnumpy(), rtol=tolerance, atol=tolerance)


def test_an_unchanged_tree_gives_the_same_numbers_and_has_the_same_parameters():
    net = Winding()
    new = SymbolTree.create(net).get_network()
    assert new is not net and isinstance(new, Winding)
    assert same(new(x_of(4, 3)), net(x_of(4, 3)))
    old = {name: id(parameter) for name, parameter in net.parameters_and_names()}
    assert {name: id(parameter) for name, parameter in new.parameters_and_names()} == old


def test_a_tree_of_layers_gives_the_same_numbers(into_layers):
    net = nn.SequentialCell(nn.Conv2d(2, 3, 3, has_bias=True), nn.BatchNorm2d(3))

    class Net(nn.Cell):
        def __init__(self):
            super().__init__()
            self.body = net
            self.head = nn.Dense(5, 2, activation="relu")

        def construct(self, x):
            return self.head(self.body(x))

    whole, x = Net(), x_of(2, 2, 4, 5)
    new = SymbolTree.create(whole).get_network()
    assert same(new(x), whole(x), 1e-6)
    weights = ms.ParameterTuple(whole.trainable_params())
    for a, b in zip(ms.grad(new, None, weights)(x), ms.grad(whole, None, weights)(x)):
        assert same(a, b, 1e-5)


def test_a_rewritten_network_can_be_rewritten_again():
    net, x = Winding(), x_of(2, 3)
    tree = SymbolTree.create(SymbolTree.create(net).get_network())
    assert same(tree.get_network()(x), net(x))


def test_the_code_runs_by_itself():
    space = {"__name__": __name__}
    exec(SymbolTree.create(Winding()).get_code(), space)
    net = Winding()
    assert same(space["WindingOpt"](net)(x_of(2, 3)), net(x_of(2, 3)))


def test_nodes_tell_what_lines_do():
    tree = SymbolTree.create(Winding())
    kinds = {node.get_name(): node.get_node_type() for node in tree.nodes()}
    assert kinds["input_x"] is NodeType.Input
    assert kinds["relu"] is NodeType.CallPrimitive
    assert kinds["if"] is NodeType.ControlFlow
    assert kinds["blocks"] is NodeType.CellContainer
    assert kinds["return"] is NodeType.Output
    assert tree.get_node("relu").get_instance_type() is ops.ReLU
    assert [str(target) for target in tree.get_node("relu").get_targets()] == ["relu_var"]
    assert tree.get_node("nothing") is None


def test_users_and_inputs_follow_the_values():
    class Net(nn.Cell):
        def __init__(self):
            super().__init__()
            self.abs, self.relu, self.neg = ops.Abs(), ops.ReLU(), ops.Neg()

        def construct(self, x, flag=True):
            y = self.abs(x)
            if flag:
                y = self.neg(y)
            z = self.relu(y)
            return z

    tree = SymbolTree.create(Net())
    names = lambda nodes: [node.get_name() for node in nodes]  # noqa: E731
    assert names(tree.get_node("abs").get_users()) == ["neg", "relu"]
    assert sorted(names(tree.get_node("relu").get_inputs())) == ["abs", "neg"]
    assert names(tree.get_node("input_x").get_users()) == ["abs"]


def test_nodes_are_put_in_and_taken_out():
    class Net(nn.Cell):
        def __init__(self):
            super().__init__()
            self.relu, self.neg = ops.ReLU(), ops.Neg()

        def construct(self, x):
            x = self.neg(x)
            x = self.relu(x)
            return x

    tree = SymbolTree.create(Net())
    tree.erase("neg")
    value = ScopedValue.create_name_values(["x"])
    node = tree.insert(tree.after("relu"), Node.create_call_function(ops.add, value, [*value, "1.5"]))
    assert node.get_symbol_tree() is tree
    assert tree.get_network()(Tensor([2.0, -2.0])).asnumpy().tolist() == [3.5, 1.5]
    assert Net()(Tensor([2.0, -2.0])).asnumpy().tolist() == [0.0, 2.0]


def test_what_cannot_be_rewritten_stays():
    class Base(nn.Cell):
        def __init__(self):
            super().__init__()
            self.relu = ops.ReLU()

        def construct(self, x):
            return self.relu(x)

    class Derived(Base):
        def construct(self, x):
            return super().construct(x) + 1

    class Outer(nn.Cell):
        def __init__(self):
            super().__init__()
            self.inner = Derived()

        def construct(self, x):
            return self.inner(x)

    tree = SymbolTree.create(Outer())
    assert tree.subtrees() == []
    assert same(tree.get_network()(Tensor([-1.0, 2.0])), Tensor([1.0, 3.0]))
    with pytest.raises(ValueError, match="Derived.construct has no code to rewrite"):
        SymbolTree.create(Derived())
    with pytest.raises(TypeError, match="'network'"):
        SymbolTree.create(ops.relu)


class Seen(nn.Cell):
    """Notes the dtype that comes by."""

    def __init__(self):
        super().__init__()
        self.dtypes = []

    def construct(self, x):
        self.dtypes.append(x.dtype)
        return x


class Mixed(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 2, pad_mode="valid", has_bias=True)
        self.bn = nn.BatchNorm2d(2)
        self.matmul = ops.BatchMatMul()
        self.relu = ops.ReLU()
        self.exp = ops.Exp()
        self.blocks = nn.SequentialCell(nn.Dense(3, 3), nn.Conv1d(3, 3, 1))

    def construct(self, x):
        x = self.bn(self.conv(x))
        y = self.matmul(x, x)
        y = self.relu(y)
        return self.exp(-self.relu(y)) + self.blocks(y[0]).mean()


@pytest.mark.parametrize("dtype", [ms.float16, ms.bfloat16])
def test_casts_change_the_precision_and_little_else(into_layers, dtype):
    net, x = Mixed(), x_of(2, 1, 4, 4)
    net.set_train(False)
    tree = SymbolTree.create(net)
    insert_casts(tree, dtype, white_list=get_white_list())
    casts = tree.get_code().count("= amp_cast(")
    remove_cast_pairs(tree, dtype)
    assert tree.get_code().count("= amp_cast(") == casts - 2  # between matmul and relu
    new = tree.get_network()
    assert new(x).dtype == ms.float32
    error = numpy.abs((new(x) - net(x)).asnumpy()).max()
    assert 0 < error < (2e-2 if dtype == ms.float16 else 2e-1)
    assert all(a is b for a, b in zip(new.trainable_params(), net.trainable_params(), strict=True))
    gradients = ms.grad(new, None, ms.ParameterTuple(new.trainable_params()))(x)
    assert all(g.dtype == ms.float32 for g in gradients)


def test_a_black_list_leaves_its_cells_alone():
    class Net(nn.Cell):
        def __init__(self):
            super().__init__()
            self.dense, self.seen, self.norm = nn.Dense(2, 2), Seen(), nn.LayerNorm((2,))
            self.mul = ops.Mul()

        def construct(self, x):
            return self.norm(self.seen(self.mul(self.dense(x), x)))

    tree = SymbolTree.create(Net())
    insert_casts(tree, ms.float16, black_list=[*get_black_list(), Seen])
    code = tree.get_code()
    assert "self.dense = lowered(obj.dense, mindspore.float16)" in code
    assert "obj.norm" not in code and "mul_var = amp_cast(mul_var, mindspore.float32)" in code


def test_cells_with_a_dtype_of_their_own_keep_it(into_layers):
    class Net(nn.Cell):
        def __init__(self):
            super().__init__()
            self.dense = nn.Dense(2, 2).to_float(ms.float32)

        def construct(self, x):
            return self.dense(x)

    net, x = Net(), x_of(2, 2)
    tree = SymbolTree.create(net)
    insert_casts(tree, ms.float16, white_list=[nn.Dense])
    assert same(tree.get_network()(x), net(x))
