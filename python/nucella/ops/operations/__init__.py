"""The primitives of nucella.ops."""

from nucella.ops.operations.array_ops import *
from nucella.ops.operations.gradient_ops import *
from nucella.ops.operations.image_ops import *
from nucella.ops.operations.math_ops import *
from nucella.ops.operations.nn_ops import *
from nucella.ops.operations.other_ops import *
from nucella.ops.operations.random_ops import *
from nucella.ops.operations.window_ops import *
