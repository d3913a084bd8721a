"""What mindspore.mint.nn has: the functional namespace."""

from nucella.mint.nn import functional
