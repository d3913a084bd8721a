"""Compares the embeddings of examples/sentence_embeddings with those of transformers, on 100 sentences.

Run with torch, transformers and safetensors installed:
    python tools/check_minilm.py <folder of the model> build/bin/examples/sentence_embeddings
    python tools/check_minilm.py <folder of the model> .venv/bin/python examples/sentence_embeddings.py
Prints the smallest cosine, and the time from the start of the process to the first embedding; ends with 1 when a
cosine is not above 0.99999.
"""
import itertools
import subprocess
import sys
import time

import torch
from transformers import BertModel, BertTokenizerFast

SUBJECTS = ['The old captain', 'A small robot', 'My neighbour\'s cat', 'Dr. Müller', 'Nobody in São Paulo',
            'The 3rd engineer', 'An unbelievably long-winded speaker', '東京の友人', 'The café owner', 'Zoë']
PREDICATES = ['reads the newspaper every morning.', 'was photographed near the lighthouse!',
              'doesn\'t like rainy Mondays?', 'paid €12.50 for 2 kg of apples',
              'wrote a letter, sealed it, and never sent it...',
              'is training a neural network (again).', 'lost 7-0 in straight sets', 'said: "It\'s impossible."',
              'can\u2019t find the résumé', 'and, to everyone\'s surprise, sang ' + 'very ' * 60 + 'loudly.']
SENTENCES = [' '.join(pair) for pair in itertools.product(SUBJECTS, PREDICATES)]
LEAST_COSINE, MAX_TOKENS = 0.99999, 256


def reference(folder):
    tokenizer = BertTokenizerFast.from_pretrained(folder)
    model = BertModel.from_pretrained(folder).eval()
    rows = []
    for sentence in SENTENCES:
        with torch.no_grad():
            hidden = model(**tokenizer(sentence, truncation=True, max_length=MAX_TOKENS, return_tensors='pt'))[0]
        rows.append(torch.nn.functional.normalize(hidden.mean(1), dim=1)[0])
    return torch.stack(rows)


def run(command, sentences):
    done = subprocess.run(command, input='\n'.join(sentences) + '\n', capture_output=True, text=True, check=True)
    return torch.tensor([[float(value) for value in line.split()] for line in done.stdout.splitlines()])


def start_time(command):
    """Seconds of the fastest of five processes that embed one sentence."""
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        run(command, SENTENCES[:1])
        times.append(time.perf_counter() - begin)
    return min(times)


def main(folder, *program):
    command = [*program, folder, '--print']
    expected, actual = reference(folder), run(command, SENTENCES)
    cosines = torch.nn.functional.cosine_similarity(expected.double(), actual.double())
    print(f'{len(SENTENCES)} sentences, smallest cosine {cosines.min().item():.8f}, '
          f'largest difference {(expected - actual).abs().max().item():.2e}')
    print(f'process start to first embedding: {start_time(command):.3f} s')
    return int(cosines.min() <= LEAST_COSINE)


if __name__ == '__main__':
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
