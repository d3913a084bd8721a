"""As bench_checkpoint, from Python: python_checkpoint.py FRAMEWORK ACTION FILE.

FRAMEWORK is nucella, mindspore, torch (meta device, mmap and assign; its own file format) or safetensors (into torch).
ACTION is write, load, save or save-async.
"""

import os
import sys
import time

SHAPE, LAYERS = (1024, 4096), 64


def kilobytes(key):
    """A number of /proc/self/status."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(key))


class Phases:
    """Prints what each phase takes."""

    def __init__(self):
        self.before = kilobytes("VmRSS:")

    def __call__(self, name, body):
        """Runs `body` and gives its result."""
        start = time.perf_counter()
        result = body()
        took = (time.perf_counter() - start) * 1e3
        now, most = ((kilobytes(key) - self.before) * 1024 for key in ("VmRSS:", "VmHWM:"))
        print(f"{name} {took:.3f} {now} {most}")
        return result


def run_cells(framework, action, file):
    """The two frameworks that have Cells."""
    import importlib

    ms = importlib.import_module(framework)
    nn = importlib.import_module(framework + ".nn")
    initializer = importlib.import_module(framework + ".common.initializer").initializer
    utils = importlib.import_module(framework + ".nn.utils")
    format = "ckpt" if file.endswith("ckpt") else "safetensors"

    class Net(nn.Cell):
        def __init__(self):
            super().__init__()
            for i in range(LAYERS):
                setattr(self, f"w{i}", ms.Parameter(initializer("normal", SHAPE, ms.float32), name=f"w{i}"))

    def declared():
        with utils.no_init_parameters():
            return Net()

    def touch():
        for parameter in net.get_parameters():
            parameter.asnumpy().reshape(-1)[::16].sum()

    def step():
        for parameter in net.get_parameters():
            array = parameter.asnumpy()
            array *= 0.999

    if action == "write":
        ms.save_checkpoint(Net(), file, format=format)
        return
    phases = Phases()
    if action == "load":
        net = phases("construct", declared)
        phases("load", lambda: ms.load_checkpoint(file, net, format=format))
        phases("touch", touch)
        phases("touch-again", touch)
        return
    net = Net()
    phases.before = kilobytes("VmRSS:")
    if action == "save-async":
        phases("step-before", step)
        phases("save", lambda: ms.save_checkpoint(net, file, async_save=True))
        phases("step-during", step)
    else:
        phases("save", lambda: ms.save_checkpoint(net, file, format=format))


def run_torch(framework, action, file):
    """PyTorch, with its own files or those of safetensors."""
    import torch

    if framework == "safetensors":
        import safetensors.torch

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            for i in range(LAYERS):
                setattr(self, f"w{i}", torch.nn.Parameter(torch.empty(SHAPE)))

    def on_meta():
        with torch.device("meta"):
            return Net()

    def filled():
        net = Net()
        for parameter in net.parameters():
            torch.nn.init.normal_(parameter)
        return net

    def load():
        state = safetensors.torch.load_file(file) if framework == "safetensors" else torch.load(file, mmap=True)
        net.load_state_dict(state, assign=True)

    def save(net):
        if framework == "safetensors":
            safetensors.torch.save_file(net.state_dict(), file)
        else:
            torch.save(net.state_dict(), file)
        with open(file, "rb") as written:
            os.fsync(written.fileno())

    def touch():
        for parameter in net.parameters():
            parameter.detach().view(-1)[::16].sum()

    if action == "write":
        save(filled())
        return
    phases = Phases()
    if action == "load":
        net = phases("construct", on_meta)
        phases("load", load)
        phases("touch", touch)
        phases("touch-again", touch)
    else:
        net = filled()
        phases.before = kilobytes("VmRSS:")
        phases("save", lambda: save(net))


def main():
    """Runs one action."""
    framework, action, file = sys.argv[1:]
    os.environ.setdefault("GLOG_v", "3")
    (run_torch if framework in ("torch", "safetensors") else run_cells)(framework, action, file)


if __name__ == "__main__":
    main()
