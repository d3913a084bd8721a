"""mindspore.common.file_system: how files of checkpoints are opened."""

__all__ = ["FileSystem"]


class FileSystem:
    """How files are made and opened: functions, and the arguments that follow the path."""

    def __init__(self):
        self.create = self.open = open
        self.create_args = ("ab",)
        self.open_args = ("rb",)


def _register_basic_file_system(fs):
    """Lets `fs` open the files of this machine: True."""
    fs.__init__()
    return True


def _register_mindio_file_system(fs):
    """False: MindIO is not here."""
    return False
