"""Writes resnet/: weights of two small ResNets under torchvision's names, and their outputs and gradients.

Run with torch 2.15 and safetensors installed: python make_resnet.py
"""
import pathlib

import safetensors.torch
import torch
from torch import nn

HERE = pathlib.Path(__file__).parent / 'resnet'


def conv(inputs, outputs, kernel, stride):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)


class Block(nn.Module):
    """Convolutions of (kernel, stride), with normalisation, around which the input goes."""

    def __init__(self, inputs, channels, shapes):
        super().__init__()
        outputs, self.count = channels[-1], len(channels)
        strides = 1
        for i, (width, (kernel, stride)) in enumerate(zip(channels, shapes), 1):
            setattr(self, f'conv{i}', conv(inputs if i == 1 else channels[i - 2], width, kernel, stride))
            setattr(self, f'bn{i}', nn.BatchNorm2d(width))
            strides *= stride
        self.downsample = None
        if inputs != outputs or strides != 1:
            self.downsample = nn.Sequential(conv(inputs, outputs, 1, strides), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = x
        for i in range(1, self.count + 1):
            y = getattr(self, f'bn{i}')(getattr(self, f'conv{i}')(y))
            if i < self.count:
                y = torch.relu(y)
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    """With the names of torchvision.models.resnet."""

    def __init__(self, blocks, bottleneck, width, classes):
        super().__init__()
        self.conv1, self.bn1, self.maxpool = conv(3, width, 7, 2), nn.BatchNorm2d(width), nn.MaxPool2d(3, 2, 1)
        inputs = width
        for stage, count in enumerate(blocks):
            layer = nn.Sequential()
            for i in range(count):
                now, stride = width << stage, 2 if i == 0 and stage > 0 else 1
                channels = [now, now, 4 * now] if bottleneck else [now, now]
                shapes = [(1, 1), (3, stride), (1, 1)] if bottleneck else [(3, stride), (3, 1)]
                layer.append(Block(inputs, channels, shapes))
                inputs = channels[-1]
            setattr(self, f'layer{stage + 1}', layer)
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        y = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            y = layer(y)
        return self.fc(y.mean((2, 3)))


def write(name, net):
    torch.manual_seed(7)
    for key, value in net.state_dict().items():  # fresh norms would hide mistakes
        if value.dim() == 1:
            value.uniform_(0.5, 1.5) if 'bias' not in key else value.uniform_(-0.5, 0.5)
    torch.save(net.state_dict(), HERE / f'{name}.pt')
    x, labels = torch.randn(2, 3, 64, 64), torch.tensor([1, 3])
    net = net.double()
    wanted = {'x': x, 'eval': net.eval()(x.double())}
    logits = net.train()(x.double())
    loss = nn.functional.cross_entropy(logits, labels)
    loss.backward()
    wanted |= {'logits': logits, 'loss': loss}
    wanted |= {f'grad.{key}': p.grad for key, p in net.named_parameters()}
    wanted |= {f'moved.{key}': b for key, b in net.named_buffers() if 'running' in key}
    safetensors.torch.save_file({key: t.detach().float() for key, t in wanted.items()}, HERE / f'{name}.safetensors')


def main():
    HERE.mkdir(exist_ok=True)
    torch.manual_seed(1)
    write('basic', ResNet((2, 2, 2, 2), False, 4, 5))
    write('bottleneck', ResNet((1, 2, 1, 1), True, 2, 5))


if __name__ == '__main__':
    main()
