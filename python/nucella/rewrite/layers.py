"""Layers of the library whose code is C++, spelled in primitives, so that a SymbolTree can go into them."""

import copy

from nucella import nn, ops

__all__ = ["Conv2d", "Conv3d", "Dense"]


class _Layer(nn.Cell):
    """Has the parameters of a layer, not copies of them."""

    def __init__(self, layer):
        super().__init__()
        self.set_train(layer.training)
        self.weight = layer.weight
        self.has_bias = layer.has_bias
        self.bias = layer.bias if layer.has_bias else None


class _Conv(_Layer):
    def __init__(self, layer):
        super().__init__(layer)
        self.bias_add = ops.BiasAdd()

    def _options(self, layer):
        return {"mode": 1, "pad_mode": layer.pad_mode, "pad": layer.padding, "stride": layer.stride,
                "dilation": layer.dilation, "group": layer.group}


class Conv2d(_Conv):
    """What nn.Conv2d computes.

    Examples:
        >>> from nucella.rewrite import layers
        >>> layer = nn.Conv2d(1, 2, 3)
        >>> x = ops.ones((1, 1, 4, 4), nucella.float32)
        >>> print((layers.Conv2d(layer)(x) == layer(x)).all())
        True
    """

    def __init__(self, layer):
        super().__init__(layer)
        self.conv2d = ops.Conv2D(layer.out_channels, layer.kernel_size, **self._options(layer))

    def construct(self, x):
        output = self.conv2d(x, self.weight)
        if self.has_bias:
            output = self.bias_add(output, self.bias)
        return output


class Conv3d(_Conv):
    """What nn.Conv3d computes.

    Examples:
        >>> from nucella.rewrite import layers
        >>> layer = nn.Conv3d(1, 2, 3)
        >>> x = ops.ones((1, 1, 4, 4, 4), nucella.float32)
        >>> print((layers.Conv3d(layer)(x) == layer(x)).all())
        True
    """

    def __init__(self, layer):
        super().__init__(layer)
        self.conv3d = ops.Conv3D(layer.out_channels, layer.kernel_size, **self._options(layer))

    def construct(self, x):
        output = self.conv3d(x, self.weight)
        if self.has_bias:
            output = self.bias_add(output, self.bias)
        return output


class Dense(_Layer):
    """What nn.Dense computes.

    Examples:
        >>> from nucella.rewrite import layers
        >>> layer = nn.Dense(2, 3)
        >>> x = ops.ones((4, 5, 2), nucella.float32)
        >>> print(ops.isclose(layers.Dense(layer)(x), layer(x)).all())
        True
    """

    def __init__(self, layer):
        super().__init__(layer)
        self.reshape = ops.Reshape()
        self.matmul = ops.MatMul(transpose_b=True)
        self.bias_add = ops.BiasAdd()
        self.activation_flag = layer.activation is not None
        self.activation = layer.activation

    def construct(self, x):
        leading = x.shape[:-1]
        if len(leading) != 1:
            x = self.reshape(x, (-1, x.shape[-1]))
        x = self.matmul(x, self.weight)
        if self.has_bias:
            x = self.bias_add(x, self.bias)
        if self.activation_flag:
            x = self.activation(x)
        if len(leading) != 1:
            x = self.reshape(x, (*leading, x.shape[-1]))
        return x


_SPELLINGS = {nn.Conv2d: Conv2d, nn.Conv3d: Conv3d, nn.Dense: Dense}


def spell(layer):
    """The layer in primitives; None if there is no spelling, or hooks or dtypes of its own would be lost."""
    spelling = _SPELLINGS.get(type(layer))
    if spelling is None:
        return None
    state = layer.__getstate__()
    return None if state["hooks"] or state["compute_type"] is not None else spelling(layer)


def with_cells(container, kinds):
    """A copy of a container in which the cells at the names `kinds` are made anew, by the class given there."""
    out = copy.copy(container)
    for name, kind in kinds.items():
        out._cells[name] = kind(container._cells[name])
    return out
