"""The losses again, where MindSpore has them."""

from nucella.nn.loss import *
