"""Times the training steps of bench_step in PyTorch eager: torch_step.py NET [--threads N] [--steps K]."""
import argparse
import statistics
import time

import torch
from torch import nn

WARM_UP = 20
WARM_UP_LARGE = 3


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


class ResidualBlock(nn.Module):
    """The residual blocks of nucella/models/resnet.h."""

    def __init__(self, inputs, width, stride, bottleneck):
        super().__init__()
        outputs = 4 * width if bottleneck else width
        shapes = ([(inputs, width, 1, 1), (width, width, 3, stride), (width, outputs, 1, 1)] if bottleneck else
                  [(inputs, width, 3, stride), (width, width, 3, 1)])
        self.convs = nn.ModuleList([nn.Conv2d(i, o, k, s, k // 2, bias=False) for i, o, k, s in shapes])
        self.norms = nn.ModuleList([nn.BatchNorm2d(o) for _, o, _, _ in shapes])
        self.downsample = None
        if inputs != outputs or stride != 1:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        y = x
        for conv, norm in list(zip(self.convs, self.norms))[:-1]:
            y = self.relu(norm(conv(y)))
        y = self.norms[-1](self.convs[-1](y))
        y += x if self.downsample is None else self.downsample(x)
        return self.relu(y)


def resnet(blocks, bottleneck):
    """The net of nucella/models/resnet.h in PyTorch's fastest layout, its batch and its optimizer."""
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for stage, count in enumerate(blocks):
        for i in range(count):
            width = 64 << stage
            layers.append(ResidualBlock(inputs, width, 2 if i == 0 and stage > 0 else 1, bottleneck))
            inputs = 4 * width if bottleneck else width
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 1000))
    net = net.to(memory_format=torch.channels_last)
    x = (torch.arange(8 * 3 * 224 * 224) % 251 / 251).reshape(8, 3, 224, 224)
    return (net, x.contiguous(memory_format=torch.channels_last),
            torch.optim.SGD(net.parameters(), 0.01, momentum=0.9))


NETS = {
    "lenet": lenet,
    "mlp": mlp,
    "gpt": gpt,
    "resnet18": lambda: resnet((2, 2, 2, 2), False),
    "resnet50": lambda: resnet((3, 4, 6, 3), True),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("net", choices=NETS)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--steps", type=int, default=200)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    net, x, optimizer = NETS[options.net]()
    y = torch.arange(1, 513) * 7919 % 8192 if options.net == "gpt" else torch.arange(len(x)) % 10
    loss_fn = nn.CrossEntropyLoss()
    times = []
    warm_up = WARM_UP if options.net in ("lenet", "mlp") else WARM_UP_LARGE
    for i in range(-warm_up, options.steps):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss_fn(net(x), y).backward()
        optimizer.step()
        if i >= 0:
            times.append(time.perf_counter() - start)
    print(f"{statistics.median(times) * 1e3:.4f}")


if __name__ == "__main__":
    main()
