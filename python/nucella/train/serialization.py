"""Checkpoints: the parameters of a net to a file and back."""

import os

from nucella import _core
from nucella.train.name_rules import as_rules

__all__ = [
    "ckpt_to_safetensors",
    "export",
    "load",
    "load_checkpoint",
    "load_checkpoint_async",
    "load_param_into_net",
    "safetensors_to_ckpt",
    "save_checkpoint",
]


def _check_type(function, argument, value, *types):
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        names = " or ".join(t.__name__ for t in types)
        raise TypeError(f"{function}: '{argument}' must be {names}, got {type(value).__name__}")


def _file_path(function, path):
    _check_type(function, "ckpt_file_name", path, str, os.PathLike)
    return os.fspath(path)


def _check_key(function, argument, key, mode_argument, mode):
    if key is not None and not isinstance(key, bytes):
        raise ValueError(f"{function}: '{argument}' must be bytes, got {type(key).__name__}")
    if not isinstance(mode, str):
        raise ValueError(f"{function}: '{mode_argument}' must be str, got {type(mode).__name__}")


def _check_crc(function, crc_check):
    if not isinstance(crc_check, bool):
        raise ValueError(f"{function}: 'crc_check' must be bool, got {type(crc_check).__name__}")


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
    max_shard_bytes=None,
    **kwargs,
):
    """Writes parameters under their names; the file is replaced as a whole or not at all.

    Args:
        save_obj (Cell, list, dict): A net (declared parameters are filled first); a list of Parameters or of dicts with
            "name" and "data"; or a dict from names to Parameters, Tensors, NumPy arrays and str.
        ckpt_file_name (str): ".ckpt" or ".safetensors" is appended unless the name ends with these letters.
        integrated_save (bool): Of no effect on one device. Default: True.
        async_save (bool, str): True, "thread" or "process": returns at once, and a process of its own writes the
            values as they are now. The next save waits for it and raises what it failed with; until it has ended, a
            thread named "asyn_save_ckpt" waits for it, which the end of the program joins. Default: False.
        append_dict (dict): More entries: int, float, bool, str, Tensor, Parameter. Default: None.
        enc_key (bytes): Encrypts the file; 16, 24 or 32 bytes, for "SM4-CBC" 16. Default: None.
        enc_mode (str): "AES-GCM", "AES-CBC" or "SM4-CBC". Default: "AES-GCM".
        choice_func (function): Of a name; only what it accepts is saved. Default: None.
        crc_check (bool): Adds a checksum; not together with `enc_key`. Default: False.
        format (str): "ckpt" or "safetensors". Default: "ckpt".
        max_shard_bytes (int): With "safetensors": writes a set of files of at most so many bytes each, and their index,
            whose name ends with ".safetensors.index.json". Default: None, which is one file.
        kwargs: `incremental`, `global_step_num`, `remove_redundancy`; of no effect on one device.

    Raises:
        TypeError: An argument or entry is of another type.
        ValueError: `crc_check` is no bool, `enc_key` no bytes or of another length, or `async_save`, `enc_mode` or
            `format` is another.
        OSError: From the file system.

    Examples:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     nucella.save_checkpoint(nn.Dense(2, 3), os.path.join(folder, "net"))
        ...     os.listdir(folder)
        ['net.ckpt']
    """
    who = "save_checkpoint"
    path = _file_path(who, ckpt_file_name)
    _check_type(who, "integrated_save", integrated_save, bool)
    _check_type(who, "async_save", async_save, bool, str)
    if isinstance(async_save, str) and async_save not in ("process", "thread"):
        raise ValueError(f"{who}: 'async_save' must be a bool, 'process' or 'thread', got {async_save!r}")
    _check_key(who, "enc_key", enc_key, "enc_mode", enc_mode)
    _check_crc(who, crc_check)
    _check_type(who, "max_shard_bytes", max_shard_bytes, int, type(None))
    _core.save_checkpoint(
        save_obj,
        path,
        append_dict,
        choice_func,
        crc_check,
        format,
        enc_key,
        enc_mode,
        bool(async_save),
        max_shard_bytes,
    )
    if async_save:
        import threading

        threading.Thread(target=_core.wait_for_save, args=(False,), name="asyn_save_ckpt").start()


def _choice(choice_func):
    """As `choice_func`, with the ValueError that MindSpore makes of whatever it raises while loading."""
    if choice_func is None:
        return None

    def choose(name):
        try:
            return choice_func(name)
        except Exception as error:
            raise ValueError(f"load_checkpoint: 'choice_func' has failed for {name!r}: {error}") from error

    return choose


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
    mmap=True,
    name_rules=None,
):
    """The entries of a file as a dict from names to Parameters (and str); with `net`, also loaded into it.

    Args:
        ckpt_file_name (str): Must end with the letters of the format.
        net (Cell): See :func:`load_param_into_net`. Default: None.
        strict_load (bool): See :func:`load_param_into_net`. Default: False.
        filter_prefix (str, list, tuple): Leaves out names that begin with one of these. Default: None.
        dec_key (bytes): The key of an encrypted file. Default: None.
        dec_mode (str): The mode it was encrypted with. Default: "AES-GCM".
        specify_prefix (str, list, tuple): Takes only names that begin with one of these. Default: None.
        choice_func (function): Of a name; only what it accepts is loaded, unless a prefix is given. Default: None.
        crc_check (bool): Verifies the checksum. Default: False.
        remove_redundancy (bool): Needs several devices: TypeError when True.
        format (str): "ckpt", "safetensors" (also the ".safetensors.index.json" of a set), "npz", "pt" (PyTorch's .pt,
            .pth and .bin) or "gguf". Default: "ckpt".
        mmap (bool): Uses values as they lie in the mapped file, which stays as it is when they change; else they are
            read when they are first used. The file may be replaced or deleted, but not written to. Default: True.
        name_rules (NameRules): Chooses and renames entries that the arguments above have left. Default: None.

    Raises:
        TypeError: An argument is of another type.
        ValueError: The file is missing, damaged, of another format or encrypted with another key, or no entry is left.

    Examples:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = os.path.join(folder, "net.ckpt")
        ...     nucella.save_checkpoint(nn.Dense(2, 3), file)
        ...     list(nucella.load_checkpoint(file, net=nn.Dense(2, 3)))
        ['weight', 'bias']
    """
    who = "load_checkpoint"
    path = _file_path(who, ckpt_file_name)
    _check_type(who, "strict_load", strict_load, bool)
    if remove_redundancy:
        raise TypeError(f"{who}: 'remove_redundancy' needs a file saved by several devices")
    _check_type(who, "mmap", mmap, bool)
    _check_key(who, "dec_key", dec_key, "dec_mode", dec_mode)
    _check_crc(who, crc_check)
    prefixes_and_choice = (filter_prefix, specify_prefix, _choice(choice_func))
    return _core.load_checkpoint(
        path,
        net,
        strict_load,
        *prefixes_and_choice,
        crc_check,
        format,
        mmap,
        dec_key,
        dec_mode,
        as_rules(who, name_rules),
    )


def load_checkpoint_async(
    ckpt_file_name,
    net=None,
    strict_load=False,
    filter_prefix=None,
    dec_key=None,
    dec_mode="AES-GCM",
    specify_prefix=None,
    choice_func=None,
):
    """Loads in a thread; the arguments are those of :func:`load_checkpoint`, the ending of the name tells the format.

    Returns:
        concurrent.futures.Future: `result()` waits, and returns or raises what load_checkpoint() does.

    Examples:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = os.path.join(folder, "net.ckpt")
        ...     nucella.save_checkpoint(nn.Dense(2, 3), file)
        ...     list(nucella.load_checkpoint_async(file).result())
        ['weight', 'bias']
    """
    _check_type("load_checkpoint_async", "ckpt_file_name", ckpt_file_name, str, os.PathLike)
    path = os.fspath(ckpt_file_name)
    from concurrent.futures import ThreadPoolExecutor

    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="load_checkpoint")
    future = executor.submit(
        load_checkpoint,
        path,
        net,
        strict_load,
        filter_prefix,
        dec_key,
        dec_mode,
        specify_prefix,
        choice_func,
        format="safetensors" if path.endswith(".safetensors") else "ckpt",
    )
    executor.shutdown(wait=False)
    return future


def load_param_into_net(net, parameter_dict, strict_load=False, remove_redundancy=False):
    """Puts the entries into the parameters of the same names; nothing changes when it raises.

    Values that nobody has used since load_checkpoint() go from the file to the net without a copy.

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

    Examples:
        >>> net = nn.Dense(2, 3)
        >>> nucella.load_param_into_net(net, {"weight": nn.Dense(2, 3).weight})
        (['bias'], [])
    """
    who = "load_param_into_net"
    _check_type(who, "strict_load", strict_load, bool)
    _check_type(who, "remove_redundancy", remove_redundancy, bool)
    return _core.load_param_into_net(net, parameter_dict, strict_load)


def ckpt_to_safetensors(file_path, save_path=None, name_map=None, file_name_regex=None, processes_num=1):
    """Writes .ckpt files again as .safetensors.

    Args:
        file_path (str): A file, or a folder with all that is below it.
        save_path (str): The folder for the new files, in which those of a folder keep their places; None: beside the
            old ones. Default: None.
        name_map (dict): New names of entries by their old ones. Default: None.
        file_name_regex (str): Of a folder only files in whose name it is found. Default: None.
        processes_num (int): Of no effect: one process reads and writes with all cores. Default: 1.

    Raises:
        ValueError: An argument is of another type, nothing is at `file_path`, or a file is damaged or holds texts.
        OSError: From the file system.

    Examples:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     nucella.save_checkpoint(nn.Dense(2, 3), os.path.join(folder, "net.ckpt"))
        ...     nucella.ckpt_to_safetensors(folder, name_map={"weight": "w"})
        ...     list(nucella.load_checkpoint(os.path.join(folder, "net.safetensors"), format="safetensors"))
        ['bias', 'w']
    """
    endings = (".ckpt", ".safetensors")
    _convert("ckpt_to_safetensors", *endings, file_path, save_path, name_map, file_name_regex, processes_num)


def safetensors_to_ckpt(file_path, save_path=None, name_map=None, file_name_regex=None, processes_num=1):
    """Writes .safetensors files again as .ckpt. Arguments and errors as those of :func:`ckpt_to_safetensors`.

    Examples:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = os.path.join(folder, "net.safetensors")
        ...     nucella.save_checkpoint(nn.Dense(2, 3), file, format="safetensors")
        ...     nucella.safetensors_to_ckpt(file, save_path=os.path.join(folder, "new"))
        ...     os.listdir(os.path.join(folder, "new"))
        ['net.ckpt']
    """
    endings = (".safetensors", ".ckpt")
    _convert("safetensors_to_ckpt", *endings, file_path, save_path, name_map, file_name_regex, processes_num)


def _convert(who, old, new, file_path, save_path, name_map, file_name_regex, processes_num):
    name_map = {} if name_map is None else name_map
    texts = {"file_path": file_path, "save_path": save_path, "file_name_regex": file_name_regex}
    for argument, value in texts.items():
        if not isinstance(value, (str, os.PathLike)) and (value is not None or argument == "file_path"):
            raise ValueError(f"{who}: '{argument}' must be a str, got {type(value).__name__}")
    if not isinstance(name_map, dict):
        raise ValueError(f"{who}: 'name_map' must be a dict, got {type(name_map).__name__}")
    if not isinstance(processes_num, int) or processes_num < 1:
        raise ValueError(f"{who}: 'processes_num' must be an int of at least 1, got {processes_num!r}")
    folder = None if save_path is None else os.fspath(save_path)
    _core.convert_files(who, os.fspath(file_path), old, new, folder, name_map, file_name_regex)


def export(net, *inputs, file_name, file_format, enc_key=None, enc_mode="AES-GCM", **kwargs):
    """Writes the graph of a net, with its parameters, so that it runs without the code that built it.

    The net runs once on `inputs`; what depends on values (branches, shapes, seeds of dropout) is kept as it went, and
    the net's parameters end as they began. Ops that take the same arguments in MindSpore carry its names.

    Args:
        net (Cell): The net.
        inputs (Tensor): What it takes, by position. Numbers and texts among them become constants.
        file_name (str): The file; ".mindir" is added when it is missing.
        file_format (str): "MINDIR".
        enc_key (bytes): Encrypts the file, as in :func:`save_checkpoint`. Default: None.
        enc_mode (str): "AES-GCM", "AES-CBC" or "SM4-CBC". Default: "AES-GCM".
        kwargs (dict): Options of MindSpore that have no meaning here (`dataset`, `incremental`, ...).

    Raises:
        ValueError: `file_format` is neither "MINDIR" nor "ONNX" ("AIR" needs a device that is not supported), or the
            key is no bytes of a fitting length.
        TypeError: `net` is no Cell, `file_name` no path, or the net returns what no file can hold.
        NotImplementedError: ONNX, and ops that call back into Python.

    Examples:
        >>> import os, tempfile
        >>> net, x = nn.Dense(3, 2), Tensor([[1.0, 2.0, 3.0]])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "net.mindir")
        ...     nucella.export(net, x, file_name=path, file_format="MINDIR")
        ...     same = nn.GraphCell(nucella.load(path))
        >>> print(bool((same(x) == net(x)).all()))
        True
    """
    if file_format not in ("MINDIR", "ONNX"):
        raise ValueError(f"export: 'file_format' must be 'MINDIR' or 'ONNX' on CPU, got {file_format!r}")
    if file_format == "ONNX":
        raise NotImplementedError("export: ONNX files are not here; MINDIR is")
    _check_type("export", "file_name", file_name, str, os.PathLike)
    _check_key("export", "enc_key", enc_key, "enc_mode", enc_mode)
    _core.export_graph(net, inputs, os.fspath(file_name), enc_key, enc_mode)


def load(file_name, dec_key=None, dec_mode="AES-GCM", **kwargs):
    """Reads a graph from a MindIR file, for `nn.GraphCell`.

    Files of nucella, and those of MindSpore whose ops take the same arguments here.

    Args:
        file_name (str): The file, which ends with ".mindir".
        dec_key (bytes): The key of an encrypted file. Default: None.
        dec_mode (str): As `enc_mode` of :func:`export`. Default: "AES-GCM".
        kwargs (dict): Options of MindSpore that have no meaning here.

    Returns:
        FuncGraph, the graph.

    Raises:
        ValueError: The name ends otherwise, the file is damaged, or the key is wrong.
        NotImplementedError: The graph has ops that are not known here.
        FileNotFoundError: There is no such file.

    Examples:
        >>> import os, tempfile
        >>> class Double(nn.Cell):
        ...     def construct(self, x):
        ...         return x + x
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "double.mindir")
        ...     nucella.export(Double(), Tensor([1.0, 2.0]), file_name=path, file_format="MINDIR")
        ...     graph = nucella.load(path)
        >>> print(nn.GraphCell(graph)(Tensor([3.0, 4.0])))
        [6. 8.]
    """
    _check_type("load", "file_name", file_name, str, os.PathLike)
    if not os.fspath(file_name).endswith(".mindir"):
        raise ValueError(f"load: 'file_name' must end with '.mindir', got {os.fspath(file_name)!r}")
    _check_key("load", "dec_key", dec_key, "dec_mode", dec_mode)
    return _core.load_graph(os.fspath(file_name), dec_key, dec_mode)
