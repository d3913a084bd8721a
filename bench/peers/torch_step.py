"""Times the training steps of bench_step in PyTorch eager: torch_step.py lenet|mlp|gpt [--threads N] [--steps K]."""
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


class Block(nn.Module):
    """One of nucella/models/gpt.h."""

    def __init__(self, width, heads):
        super().__init__()
        self.width, self.heads = width, heads
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn, self.attn_proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc, self.fc_proj = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        n, length, _ = x.shape
        parts = self.attn(self.ln_1(x)).split(self.width, 2)
        heads = [t.view(n, length, self.heads, -1).transpose(1, 2) for t in parts]
        mixed = nn.functional.scaled_dot_product_attention(*heads, is_causal=True)
        x = x + self.attn_proj(mixed.transpose(1, 2).reshape(n, length, self.width))
        return x + self.fc_proj(nn.functional.gelu(self.fc(self.ln_2(x))))


class Gpt(nn.Module):
    """The net of nucella/models/gpt.h, with tied weights."""

    def __init__(self, vocabulary, context, width, layers, heads):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.h = nn.Sequential(*(Block(width, heads) for _ in range(layers)))
        self.ln_f = nn.LayerNorm(width)

    def forward(self, ids):
        x = self.h(self.wte(ids) + self.wpe.weight[: ids.shape[1]])
        return nn.functional.linear(self.ln_f(x), self.wte.weight).flatten(0, 1)


def gpt():
    """A GPT with 6 layers on 4 texts of 128 tokens."""
    net = Gpt(8192, 128, 512, 6, 8)
    return net, (torch.arange(512) * 7919 % 8192).view(4, 128), torch.optim.Adam(net.parameters())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("net", choices=["lenet", "mlp", "gpt"])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--steps", type=int, default=200)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    net, x, optimizer = {"lenet": lenet, "mlp": mlp, "gpt": gpt}[options.net]()
    y = torch.arange(1, 513) * 7919 % 8192 if options.net == "gpt" else torch.arange(len(x)) % 10
    loss_fn = nn.CrossEntropyLoss()
    times = []
    for i in range(-3 if options.net == "gpt" else -WARM_UP, options.steps):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss_fn(net(x), y).backward()
        optimizer.step()
        if i >= 0:
            times.append(time.perf_counter() - start)
    print(f"{statistics.median(times) * 1e3:.4f}")


if __name__ == "__main__":
    main()
