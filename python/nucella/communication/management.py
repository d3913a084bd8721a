"""Groups of processes: the world of one process is there, nothing else yet."""

from nucella.common.checks import check_str

__all__ = [
    "GlobalComm",
    "HCCL_WORLD_COMM_GROUP",
    "MCCL_WORLD_COMM_GROUP",
    "NCCL_WORLD_COMM_GROUP",
    "create_group",
    "destroy_group",
    "get_comm_name",
    "get_group_rank_from_world_rank",
    "get_group_size",
    "get_local_rank",
    "get_local_rank_size",
    "get_process_group_ranks",
    "get_rank",
    "get_world_rank_from_group_rank",
    "init",
    "release",
]

HCCL_WORLD_COMM_GROUP = "hccl_world_group"
NCCL_WORLD_COMM_GROUP = "nccl_world_group"
MCCL_WORLD_COMM_GROUP = "mccl_world_group"
_BACKENDS = ("hccl", "nccl", "mccl")


class GlobalComm:
    """What communication is set to.

    Attributes:
        BACKEND (str): The library that carries it; empty before init().
        WORLD_COMM_GROUP (str): The name of the group of all processes.
        INITED (bool): Whether init() was called.
        CHECK_ENVS (bool): Kept, and of no effect.

    Examples:
        >>> nucella.communication.GlobalComm.WORLD_COMM_GROUP
        'hccl_world_group'
    """

    BACKEND = ""
    WORLD_COMM_GROUP = HCCL_WORLD_COMM_GROUP
    INITED = False
    CHECK_ENVS = True


def init(backend_name=None):
    """Begins the world of this one process.

    Args:
        backend_name (str): "mccl", which is what a CPU has; None is the same. Default: None.

    Raises:
        TypeError: `backend_name` is no str.
        RuntimeError: It is another.

    Examples:
        >>> nucella.communication.init()
        >>> nucella.communication.GlobalComm.BACKEND
        'mccl'
        >>> nucella.communication.release()
    """
    if backend_name is not None:
        check_str("init", "backend_name", backend_name)
        if backend_name not in _BACKENDS:
            raise RuntimeError(f"init: 'backend_name' must be one of {_BACKENDS}, got {backend_name!r}")
        if backend_name != "mccl":
            raise RuntimeError(f"init: on CPU 'backend_name' must be 'mccl', got {backend_name!r}")
    GlobalComm.BACKEND = "mccl"
    GlobalComm.WORLD_COMM_GROUP = MCCL_WORLD_COMM_GROUP
    GlobalComm.INITED = True


def release():
    """Undoes init().

    Examples:
        >>> nucella.communication.init()
        >>> nucella.communication.release()
        >>> nucella.communication.GlobalComm.INITED
        False
    """
    GlobalComm.BACKEND = ""
    GlobalComm.WORLD_COMM_GROUP = HCCL_WORLD_COMM_GROUP
    GlobalComm.INITED = False


def get_rank(group=HCCL_WORLD_COMM_GROUP):
    """The number of this process in the group: 0. TypeError unless `group` is a str.

    Examples:
        >>> nucella.communication.get_rank()
        0
    """
    check_str("get_rank", "group", group)
    return 0


def get_group_size(group=HCCL_WORLD_COMM_GROUP):
    """How many processes the group has: 1. TypeError unless `group` is a str.

    Examples:
        >>> nucella.communication.get_group_size()
        1
    """
    check_str("get_group_size", "group", group)
    return 1


def get_local_rank(group=HCCL_WORLD_COMM_GROUP):
    """The number of this process among those of this machine: 0. TypeError unless `group` is a str.

    Examples:
        >>> nucella.communication.get_local_rank()
        0
    """
    check_str("get_local_rank", "group", group)
    return 0


def get_local_rank_size(group=HCCL_WORLD_COMM_GROUP):
    """How many processes of the group this machine has: 1. TypeError unless `group` is a str.

    Examples:
        >>> nucella.communication.get_local_rank_size()
        1
    """
    check_str("get_local_rank_size", "group", group)
    return 1


def get_process_group_ranks(group=HCCL_WORLD_COMM_GROUP):
    """The world's numbers of the group's processes: [0].

    Raises:
        TypeError: `group` is no str.
        RuntimeError: Before init().

    Examples:
        >>> nucella.communication.init()
        >>> nucella.communication.get_process_group_ranks()
        [0]
        >>> nucella.communication.release()
    """
    _require_init("get_process_group_ranks", group)
    return [0]


def get_comm_name(group=HCCL_WORLD_COMM_GROUP):
    """The name of what carries the group's messages; needs several processes. NotImplementedError.

    Examples:
        >>> nucella.communication.init()
        >>> nucella.communication.get_comm_name()
        Traceback (most recent call last):
        NotImplementedError: ...
        >>> nucella.communication.release()
    """
    _require_init("get_comm_name", group)
    _only_one_process("get_comm_name")


def create_group(group, rank_ids, options=None):
    """A group of some of the processes; needs several. NotImplementedError.

    Examples:
        >>> nucella.communication.init()
        >>> nucella.communication.create_group("mine", [0])
        Traceback (most recent call last):
        NotImplementedError: ...
        >>> nucella.communication.release()
    """
    _require_init("create_group", group)
    _only_one_process("create_group")


def destroy_group(group):
    """Undoes create_group(); needs several processes. NotImplementedError.

    Examples:
        >>> nucella.communication.init()
        >>> nucella.communication.destroy_group("mine")
        Traceback (most recent call last):
        NotImplementedError: ...
        >>> nucella.communication.release()
    """
    _require_init("destroy_group", group)
    _only_one_process("destroy_group")


def get_world_rank_from_group_rank(group, group_rank_id):
    """Needs a group of create_group(). NotImplementedError.

    Examples:
        >>> nucella.communication.init()
        >>> nucella.communication.get_world_rank_from_group_rank("mine", 0)
        Traceback (most recent call last):
        NotImplementedError: ...
        >>> nucella.communication.release()
    """
    _require_init("get_world_rank_from_group_rank", group)
    _only_one_process("get_world_rank_from_group_rank")


def get_group_rank_from_world_rank(world_rank_id, group):
    """Needs a group of create_group(). NotImplementedError.

    Examples:
        >>> nucella.communication.init()
        >>> nucella.communication.get_group_rank_from_world_rank(0, "mine")
        Traceback (most recent call last):
        NotImplementedError: ...
        >>> nucella.communication.release()
    """
    _require_init("get_group_rank_from_world_rank", group)
    _only_one_process("get_group_rank_from_world_rank")


def _require_init(who, group):
    check_str(who, "group", group)
    if not GlobalComm.INITED:
        raise RuntimeError(f"{who}: call init() first")


def _only_one_process(who):
    raise NotImplementedError(f"{who}: there is one process; groups of several are not here yet")
