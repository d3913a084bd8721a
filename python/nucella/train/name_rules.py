"""NameRules: which entries of a file are wanted and what they are called; and files from one format to another."""

import os

from nucella import _core
from nucella.common.checks import check_type

__all__ = ["NameRules", "as_rules", "convert_checkpoint"]


class NameRules(_core.NameRules):
    """Which entries of a file are wanted, and what they are called where they go.

    First the names as they are in the file are chosen; then beginnings are replaced; then words of PyTorch become
    MindSpore's, or the other way round. With a net that will take the entries, its own names decide. Else weight and
    bias belong to a norm when the weight has one dimension or the shape of the bias, or when a running_mean stands
    beside them; and num_batches_tracked, which MindSpore does not have, is left out.

    Args:
        only (str, list[str]): Patterns of which a name must match one: "*" stands for any text, "?" for one character.
            None: all are wanted. Default: None.
        exclude (str, list[str]): Patterns of which a name must match none. Default: None.
        prefixes (dict): From beginnings of names to what takes their place; the first that fits is taken, once.
            Default: None.
        style (str): "mindspore": weight, bias, running_mean and running_var of a norm become gamma, beta, moving_mean
            and moving_variance, the weight of an embedding in the net embedding_table; "torch": the other way round;
            None: names keep their words. Default: None.

    Raises:
        TypeError: An argument is of another type.
        ValueError: `style` is another.

    Examples:
        >>> rules = NameRules(only="encoder.*", prefixes={"encoder.": ""}, style="mindspore")
    """

    def __init__(self, only=None, exclude=None, prefixes=None, style=None):
        check_type("NameRules", "prefixes", prefixes, (dict, type(None)))
        check_type("NameRules", "style", style, (str, type(None)))
        pairs = list((prefixes or {}).items())
        super().__init__(_patterns("only", only), _patterns("exclude", exclude), pairs, style or "")


def _patterns(argument, value):
    check_type("NameRules", argument, value, (str, list, tuple, type(None)))
    return [value] if isinstance(value, str) else list(value or ())


def convert_checkpoint(source, target, name_rules=None, max_shard_bytes=5_000_000_000):
    """Reads a file and writes what it holds into another one, whose ending tells the format.

    Args:
        source (str): .ckpt, .safetensors, .npz, .pt, .pth, .bin (of PyTorch), .gguf, or the .safetensors.index.json of
            a set of files.
        target (str): .ckpt, .safetensors, .npz, or the .safetensors.index.json of a set to write.
        name_rules (NameRules): Chooses and renames entries. Default: None, which changes nothing.
        max_shard_bytes (int): Of each file of a set. Default: 5 GB.

    Returns:
        The number of entries written.

    Examples:
        >>> nucella.save_checkpoint(nn.Dense(3, 2), "dense.ckpt")
        >>> convert_checkpoint("dense.ckpt", "dense.safetensors", NameRules(prefixes={"": "fc."}))
        2
        >>> sorted(nucella.load_checkpoint("dense.safetensors", format="safetensors"))
        ['fc.bias', 'fc.weight']

    Raises:
        TypeError: An argument is of another type.
        ValueError: A name has another ending, the file is damaged, or the target's format cannot hold an entry.
        OSError: From the file system.
    """
    who = "convert_checkpoint"
    for argument, path in (("source", source), ("target", target)):
        check_type(who, argument, path, (str, os.PathLike))
    check_type(who, "max_shard_bytes", max_shard_bytes, int)
    return _core.convert_file(os.fspath(source), os.fspath(target), as_rules(who, name_rules), max_shard_bytes)


def as_rules(function, name_rules):
    """What an argument `name_rules` stands for: None changes nothing."""
    check_type(function, "name_rules", name_rules, (NameRules, type(None)))
    return NameRules() if name_rules is None else name_rules
