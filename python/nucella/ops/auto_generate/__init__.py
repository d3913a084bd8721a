"""The functions and primitives that MindSpore generates; here the same as in nucella.ops."""

from nucella.ops.functional import *
from nucella.ops.operations import *
