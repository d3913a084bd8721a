"""Messages to the standard error output, from the level that the environment variable GLOG_v names.

GLOG_v is 0 (debug), 1 (info), 2 (warning, the default), 3 (error) or 4 (critical), and is read at the first message.
"""

import functools
import logging
import os
import sys

__all__ = ["critical", "debug", "error", "get_level", "get_log_config", "info", "warning"]

_LEVELS = {"0": logging.DEBUG, "1": logging.INFO, "2": logging.WARNING, "3": logging.ERROR, "4": logging.CRITICAL}
_FORMAT = "[%(levelname)s] nucella(%(process)d):%(asctime)s [%(filename)s:%(lineno)d] %(message)s"


class _ToStandardError(logging.StreamHandler):
    """Writes to what sys.stderr is at the time of the message."""

    @property
    def stream(self):
        """The present sys.stderr."""
        return sys.stderr

    @stream.setter
    def stream(self, value):
        pass


@functools.cache
def _logger():
    logger = logging.getLogger("nucella")
    logger.setLevel(_LEVELS[get_level()])
    logger.propagate = False
    handler = _ToStandardError()
    handler.setFormatter(logging.Formatter(_FORMAT))
    logger.addHandler(handler)
    return logger


def get_level():
    """What GLOG_v says, "2" when it says nothing; ValueError when it is none of the levels.

    Examples:
        >>> nucella.log.get_level() in ("0", "1", "2", "3", "4")
        True
    """
    level = os.environ.get("GLOG_v", "2")
    if level not in _LEVELS:
        raise ValueError(f"get_level: the environment variable GLOG_v must be one of {list(_LEVELS)}, got {level!r}")
    return level


def get_log_config():
    """The settings as a dict: GLOG_v alone.

    Examples:
        >>> list(nucella.log.get_log_config())
        ['GLOG_v']
    """
    return {"GLOG_v": get_level()}


def debug(msg, *args):
    """A message for whoever looks for an error; `args` go into the places of `msg` as with ``%``.

    Examples:
        >>> nucella.log.debug("loaded %d tensors", 3)
    """
    _logger().debug(msg, *args, stacklevel=2)


def info(msg, *args):
    """A message that things go on.

    Examples:
        >>> nucella.log.info("loaded %d tensors", 3)
    """
    _logger().info(msg, *args, stacklevel=2)


def warning(msg, *args):
    """A message that something may not be as it was meant.

    Examples:
        >>> nucella.log.warning("%s was left out", "bias")
    """
    _logger().warning(msg, *args, stacklevel=2)


def error(msg, *args):
    """A message that something went wrong.

    Examples:
        >>> nucella.log.error("no file '%s'", "net.ckpt")
    """
    _logger().error(msg, *args, stacklevel=2)


def critical(msg, *args):
    """A message that it cannot go on.

    Examples:
        >>> nucella.log.critical("no memory for %d bytes", 1 << 40)
    """
    _logger().critical(msg, *args, stacklevel=2)
