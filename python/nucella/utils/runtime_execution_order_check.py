"""Whether processes that train together have made their communication in orders that go together.

Each process has left a file ``rank_<n>/execute_order/comm_execute_order.csv`` that lists what it has sent, received or
done with its group. Findings are said through :mod:`nucella.log`.
"""

import csv
import os
import re
from dataclasses import dataclass

from nucella import log

__all__ = [
    "ExecuteOrder",
    "RankFolderParser",
    "comm_exec_order_check",
    "detect_cycle_in_graph",
    "modify_execute_orders",
    "parse_and_validate",
    "runtime_execution_order_check",
]

_COLUMNS = (
    *("index", "group", "comm_rank", "primitive", "src_rank", "dest_rank", "root_rank", "input_shape", "input_type"),
    *("output_shape", "output_type", "input_size", "output_size"),
)
_PREFIX = "rank_"


@dataclass
class ExecuteOrder:
    """One line of a file: a communication of one process."""

    index: str
    group: str
    comm_rank: str
    primitive: str
    src_rank: str = ""
    dest_rank: str = ""
    root_rank: str = ""
    input_shape: str = ""
    input_type: str = ""
    output_shape: str = ""
    output_type: str = ""
    input_size: str = ""
    output_size: str = ""

    def name(self, rank):
        """What this communication is called in every process that takes part, without its number.

        Args:
            rank (str): The process whose file it stands in.
        """
        ranks = ",".join(self.comm_rank.split())
        if self.primitive in ("Send", "Receive"):
            sends = self.primitive == "Send"
            first, last = (rank, self.dest_rank) if sends else (self.src_rank, rank)
            shape = self.input_shape if sends else self.output_shape
            return f"Send_Receive_{self.group}_({first})->({last})_{shape}"
        if self.root_rank:
            return f"{self.primitive}_{self.group}_commRank:({ranks})_rootRank:({self.root_rank})"
        return f"{self.primitive}_{self.group}_({ranks})"


class RankFolderParser:
    """Reads the files of processes.

    Args:
        folders (str, list[str]): Absolute paths of folders ``rank_<n>``, or of folders that hold some.

    Raises:
        ValueError: A path is not absolute, is not there, or holds no such folder; or a process comes twice.
    """

    def __init__(self, folders):
        self.folders = [folders] if isinstance(folders, str) else list(folders)
        seen = set()
        for path in self.folders:
            for folder in _rank_folders(path):
                name = os.path.basename(folder)
                if name in seen:
                    raise ValueError(f"Duplicate rank folder: {name} stands in more than one place")
                seen.add(name)

    def parse(self):
        """A dict from the numbers of processes, as text, to lists of ExecuteOrder."""
        result = {}
        for path in self.folders:
            for folder in _rank_folders(path):
                rank = os.path.basename(folder).removeprefix(_PREFIX)
                rank, orders = self.parse_rank_folder(os.path.join(folder, "execute_order"), rank)
                if orders is not None:
                    result[rank] = orders
        return result

    def parse_rank_folder(self, rank_folder_path, rank_id):
        """The pair of `rank_id` and what the file in this folder lists; None, and an error said, without such a file.

        Args:
            rank_folder_path (str): The folder of ``comm_execute_order.csv``.
            rank_id (str): The number of the process.
        """
        path = os.path.join(rank_folder_path, "comm_execute_order.csv")
        try:
            with open(path, encoding="utf-8", newline="") as file:
                rows = csv.DictReader(file)
                if tuple(rows.fieldnames or ()) != _COLUMNS:
                    log.error(f"{path}: the columns must be {', '.join(_COLUMNS)}")
                    return rank_id, None
                return rank_id, [ExecuteOrder(**row) for row in rows]
        except FileNotFoundError:
            log.error(f"{path}: there is no such file")
            return rank_id, None


def _rank_folders(path):
    """The folders of processes that a path names or holds."""
    if not os.path.isabs(path):
        raise ValueError(f"Path is not absolute: {path}")
    if not os.path.exists(path):
        raise ValueError(f"Path does not exist: {path}")
    if os.path.basename(path).startswith(_PREFIX):
        return [path]
    found = [entry.path for entry in os.scandir(path) if entry.is_dir() and entry.name.startswith(_PREFIX)]
    if not found:
        raise ValueError(f"No rank_x folders found in {path}")
    return sorted(found)


def modify_execute_orders(execute_orders_map):
    """Names for all communications, which are the same in every process that takes part in one.

    Args:
        execute_orders_map (dict): From the numbers of processes to lists of ExecuteOrder, or None.

    Returns:
        A dict from the numbers to lists of names; the n-th communication that looks the same ends in "_<n>th".
    """
    result = {}
    for rank, orders in execute_orders_map.items():
        counts, names = {}, []
        for order in orders or ():
            name = order.name(rank)
            counts[name] = counts.get(name, 0) + 1
            names.append(f"{name}_{counts[name]}th")
        result[rank] = names
    return result


def parse_and_validate(data, all_rank=True):
    """Says an error for each communication that is missing in a process that takes part.

    Args:
        data (dict): From the numbers of processes to lists of names, as modify_execute_orders() gives.
        all_rank (bool): Whether the data of all processes are there. Default: True.
    """
    if not isinstance(data, dict):
        log.error("The data must be a dict from numbers of processes to lists of names")
        return
    known = {rank: set(names) for rank, names in data.items() if _are_names(names)}
    for rank in data.keys() - known.keys():
        log.error(f"Rank {rank}: expected a list of names")
    for names in known.values():
        for name in sorted(names):
            takes_part = _ranks_in(name)
            missing = takes_part - known.keys()
            if missing and all_rank:
                log.error(f"{name}: there are no data of the ranks {sorted(missing)}")
                continue
            for rank in sorted(takes_part - missing):
                if name not in known[rank]:
                    log.error(f"{name}: is missing in rank {rank}")


def _are_names(names):
    return isinstance(names, list) and all(isinstance(name, str) for name in names)


def _ranks_in(name):
    """The numbers within the first two brackets of a name."""
    return {rank.strip() for part in re.findall(r"\((.*?)\)", name)[:2] for rank in part.split(",")}


def detect_cycle_in_graph(ranks_map):
    """A circle among communications that processes make one after the other: they would wait for each other for ever.

    Args:
        ranks_map (dict): From the numbers of processes to lists of names in their order.

    Returns:
        The pair of the names along the circle, the first one again at the end, and of its steps as texts
        "<rank> <name> -> <name>"; (None, None) when there is no circle.
    """
    after, owner = {}, {}
    for rank, names in ranks_map.items():
        for name, following in zip(names, names[1:]):
            after.setdefault(name, []).append(following)
            owner[name, following] = rank
    finished = set()
    for start in list(after):
        circle = _circle_from(start, after, finished)
        if circle:
            return circle, [f"{owner[pair]} {pair[0]} -> {pair[1]}" for pair in zip(circle, circle[1:])]
    return None, None


def _circle_from(start, after, finished):
    """Walks in depth without recursion; `finished` are the names from which no circle can be reached."""
    if start in finished:
        return None
    path, ways = [start], [iter(after[start])]
    while path:
        name = next(ways[-1], None)
        if name is None:
            finished.add(path.pop())
            ways.pop()
        elif name in path:
            return [*path[path.index(name) :], name]
        elif name not in finished:
            path.append(name)
            ways.append(iter(after.get(name, ())))
    return None


def runtime_execution_order_check(folders, all_rank=None):
    """Reads the files of processes and says whether their orders go together.

    Args:
        folders (str, list[str]): See RankFolderParser.
        all_rank (bool): Whether these are all processes; None: they are when `folders` is one path. Default: None.

    Raises:
        ValueError: See RankFolderParser.
    """
    if not folders:
        log.error("Expected a path or a list of paths")
        return
    parser = RankFolderParser(folders)
    if all_rank is None:
        all_rank = len(parser.folders) == 1
    orders = parser.parse()
    empty = sorted(rank for rank, listed in orders.items() if not listed)
    if empty or not orders:
        log.error(f"There are no communications to check{' of the ranks ' + ', '.join(empty) if empty else ''}")
        return
    names = modify_execute_orders(orders)
    parse_and_validate(names, all_rank)
    circle, steps = detect_cycle_in_graph(names)
    if circle is None:
        log.warning("The orders go together: there is no circle")
        return
    log.error(f"There is a circle: {' -> '.join(circle)}")
    for step in steps:
        log.error(step)


def comm_exec_order_check(action):
    """Begins and ends noting communications: NotImplementedError, as there is one process and none to note.

    Args:
        action (str): "start" or "end".

    Raises:
        TypeError: `action` is no str.
        ValueError: It is another.
    """
    if not isinstance(action, str):
        raise TypeError(f"comm_exec_order_check: 'action' must be str, got {type(action).__name__}")
    if action not in ("start", "end"):
        raise ValueError(f"comm_exec_order_check: 'action' must be 'start' or 'end', got {action!r}")
    if action == "end":
        log.error("The 'end' action cannot be called before the 'start' action.")
        return
    raise NotImplementedError("comm_exec_order_check: there is one process, which communicates with no other")
