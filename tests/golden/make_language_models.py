"""Writes language/*.safetensors with PyTorch: weights, loss and gradients of a small GPT and a small LSTM.

The nets are those of nucella/models/gpt.h and lstm_language_model.h, written down once more.

usage: python make_language_models.py
"""
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

OUT = Path(__file__).parent / "language"
VOCAB, CONTEXT, WIDTH, LAYERS, HEADS = 17, 8, 12, 2, 3


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attn, self.attn_proj = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.fc, self.fc_proj = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        n, length, _ = x.shape
        heads = [t.view(n, length, HEADS, -1).transpose(1, 2) for t in self.attn(self.ln_1(x)).split(WIDTH, 2)]
        mixed = F.scaled_dot_product_attention(*heads, is_causal=True)
        x = x + self.attn_proj(mixed.transpose(1, 2).reshape(n, length, WIDTH))
        return x + self.fc_proj(F.gelu(self.fc(self.ln_2(x))))


class Gpt(nn.Module):
    def __init__(self, tied):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(VOCAB, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.h = nn.ModuleList([Block() for _ in range(LAYERS)])
        self.ln_f = nn.LayerNorm(WIDTH)
        self.head = None if tied else nn.Parameter(torch.empty(VOCAB, WIDTH))

    def forward(self, ids):
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1]))
        for block in self.h:
            x = block(x)
        return F.linear(self.ln_f(x), self.wte.weight if self.head is None else self.head)


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCAB, WIDTH)
        self.lstm = nn.LSTM(WIDTH, WIDTH, LAYERS, batch_first=True)
        self.head = nn.Linear(WIDTH, VOCAB)

    def forward(self, ids):
        return self.head(self.lstm(self.embedding(ids))[0])


def our_name(name):
    """The name that nucella has for a parameter."""
    if name.split(".")[0] in ("wte", "wpe", "embedding"):
        return name.replace(".weight", ".embedding_table")
    if "ln_" in name:
        return name.replace(".weight", ".gamma").replace(".bias", ".beta")
    return name


def write(path, tensors):
    """A safetensors file, float32 and int32 only."""
    header, blob = {}, b""
    for name, t in tensors.items():
        data = t.tobytes()
        header[name] = {"dtype": "F32" if t.dtype == np.float32 else "I32", "shape": list(t.shape),
                        "data_offsets": [len(blob), len(blob) + len(data)]}
        blob += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + blob)


def main():
    torch.manual_seed(1)
    OUT.mkdir(exist_ok=True)
    for kind, net in {"gpt": Gpt(False), "gpt_tied": Gpt(True), "lstm": Lstm()}.items():
        ids = torch.randint(VOCAB, (2, CONTEXT))
        targets = torch.randint(VOCAB, (2 * CONTEXT,))
        for p in net.parameters():
            nn.init.normal_(p, 0, 0.5)
        loss = F.cross_entropy(net(ids).view(-1, VOCAB), targets)
        loss.backward()
        made = {"ids": ids.numpy().astype(np.int32), "targets": targets.numpy().astype(np.int32),
                "loss": loss.detach().numpy().reshape(1)}
        for name, p in net.named_parameters():
            made["net." + our_name(name)] = p.detach().numpy()
            made["grad." + our_name(name)] = p.grad.numpy()
        write(OUT / f"{kind}.safetensors", made)


if __name__ == "__main__":
    main()
