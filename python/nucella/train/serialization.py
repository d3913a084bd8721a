"""Checkpoints: the parameters of a net to a file and back."""

import os

from nucella import _core

__all__ = ["load_checkpoint", "load_param_into_net", "save_checkpoint"]


def _check_type(function, argument, value, *types):
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        names = " or ".join(t.__name__ for t in types)
        raise TypeError(f"{function}: '{argument}' must be {names}, got {type(value).__name__}")


def _file_path(function, path):
    _check_type(function, "ckpt_file_name", path, str, os.PathLike)
    return os.fspath(path)


def _refuse_key(function, argument, key):
    if key is not None:
        raise NotImplementedError(f"{function}: '{argument}': encrypted checkpoints are not here yet")


def save_checkpoint(
    save_obj,
    ckpt_file_name,
    integrated_save=True,
    async_save=False,
    append_dict=None,
    enc_key=None,
    enc_mode="AES-GCM",
    choice_func=None,
    crc_check=False,
    format="ckpt",
    **kwargs,
):
    """Writes parameters under their names; the file is replaced as a whole or not at all.

    Args:
        save_obj (Cell, list, dict): A net (declared parameters are filled first); a list of Parameters or of dicts with
            "name" and "data"; or a dict from names to Parameters, Tensors, NumPy arrays and str.
        ckpt_file_name (str): ".ckpt" or ".safetensors" is appended unless the name ends with these letters.
        integrated_save (bool): Of no effect on one device. Default: True.
        async_save (bool, str): Only False is here yet.
        append_dict (dict): More entries: int, float, bool, str, Tensor, Parameter. Default: None.
        enc_key (bytes): Only None is here yet.
        enc_mode (str): How `enc_key` would be used.
        choice_func (function): Of a name; only what it accepts is saved. Default: None.
        crc_check (bool): Adds a checksum. Default: False.
        format (str): "ckpt" or "safetensors". Default: "ckpt".
        kwargs: `incremental`, `global_step_num`, `remove_redundancy`; of no effect on one device.

    Raises:
        TypeError: An argument or entry is of another type.
        ValueError: `crc_check` is no bool, or `format` is another.
        OSError: From the file system.
    """
    who = "save_checkpoint"
    path = _file_path(who, ckpt_file_name)
    _check_type(who, "integrated_save", integrated_save, bool)
    _check_type(who, "async_save", async_save, bool, str)
    if async_save:
        raise NotImplementedError(f"{who}: 'async_save' is not here yet")
    _refuse_key(who, "enc_key", enc_key)
    if not isinstance(crc_check, bool):
        raise ValueError(f"{who}: 'crc_check' must be bool, got {type(crc_check).__name__}")
    _core.save_checkpoint(save_obj, path, append_dict, choice_func, crc_check, format)


def load_checkpoint(
    ckpt_file_name,
    net=None,
    strict_load=False,
    filter_prefix=None,
    dec_key=None,
    dec_mode="AES-GCM",
    specify_prefix=None,
    choice_func=None,
    crc_check=False,
    remove_redundancy=False,
    format="ckpt",
):
    """The entries of a file as a dict from names to Parameters (and str); with `net`, also loaded into it.

    Args:
        ckpt_file_name (str): Must end with the letters of the format.
        net (Cell): See :func:`load_param_into_net`. Default: None.
        strict_load (bool): See :func:`load_param_into_net`. Default: False.
        filter_prefix (str, list, tuple): Leaves out names that begin with one of these. Default: None.
        dec_key (bytes): Only None is here yet.
        dec_mode (str): How `dec_key` would be used.
        specify_prefix (str, list, tuple): Takes only names that begin with one of these. Default: None.
        choice_func (function): Of a name; only what it accepts is loaded, unless a prefix is given. Default: None.
        crc_check (bool): Verifies the checksum. Default: False.
        remove_redundancy (bool): Needs several devices: TypeError when True.
        format (str): "ckpt" or "safetensors". Default: "ckpt".

    Raises:
        TypeError: An argument is of another type.
        ValueError: The file is missing, damaged or of another format, or no entry is left.
    """
    who = "load_checkpoint"
    path = _file_path(who, ckpt_file_name)
    _check_type(who, "strict_load", strict_load, bool)
    if remove_redundancy:
        raise TypeError(f"{who}: 'remove_redundancy' needs a file saved by several devices")
    _refuse_key(who, "dec_key", dec_key)
    return _core.load_checkpoint(path, net, strict_load, filter_prefix, specify_prefix, choice_func, crc_check, format)


def load_param_into_net(net, parameter_dict, strict_load=False, remove_redundancy=False):
    """Copies the entries into the parameters of the same names; nothing changes when it raises.

    Args:
        net (Cell): Its declared parameters take the values without being filled before.
        parameter_dict (dict): From names to Parameters, as load_checkpoint() gives it.
        strict_load (bool): Neither casts values nor looks for names behind a common prefix. Default: False.
        remove_redundancy (bool): Of no effect on one device.

    Returns:
        Two lists: names of the net that were not loaded, and names of the dict that were not used.

    Raises:
        TypeError: An argument or entry is of another type.
        RuntimeError: Lists every entry of a wrong shape or dtype.
    """
    who = "load_param_into_net"
    _check_type(who, "strict_load", strict_load, bool)
    _check_type(who, "remove_redundancy", remove_redundancy, bool)
    return _core.load_param_into_net(net, parameter_dict, strict_load)
