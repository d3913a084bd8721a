"""Times the training steps of bench_step in PyTorch eager: torch_step.py lenet|mlp [--threads N] [--steps K]."""
import argparse
import statistics
import time

import torch
from torch import nn

WARM_UP = 20


def lenet():
    """The net of nucella/models/lenet.h, its batch and its optimizer."""
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding="same"), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(),
        nn.Linear(84, 10))
    return net, torch.full((32, 1, 28, 28), 0.5), torch.optim.SGD(net.parameters(), 0.01, momentum=0.9)


def mlp():
    """The net of nucella/models/mlp.h, its batch and its optimizer."""
    net = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    return net, torch.full((64, 784), 0.5), torch.optim.Adam(net.parameters())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("net", choices=["lenet", "mlp"])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--steps", type=int, default=200)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    net, x, optimizer = {"lenet": lenet, "mlp": mlp}[options.net]()
    y = torch.arange(len(x)) % 10
    loss_fn = nn.CrossEntropyLoss()
    times = []
    for i in range(-WARM_UP, options.steps):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss_fn(net(x), y).backward()
        optimizer.step()
        if i >= 0:
            times.append(time.perf_counter() - start)
    print(f"{statistics.median(times) * 1e3:.4f}")


if __name__ == "__main__":
    main()
