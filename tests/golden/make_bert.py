"""Writes bert/: texts cut into words and tokens by Hugging Face's tokenizers, and a tiny BERT with embeddings of sentences.

Run with tokenizers 0.23, transformers 5.23 and torch 2.15 installed: python make_bert.py
"""
import json
import pathlib
import random
import string
import unicodedata

import safetensors.torch
import torch
from tokenizers import BertWordPieceTokenizer, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

HERE = pathlib.Path(__file__).parent / 'bert'
TEXTS = [
    '', ' ', 'Hello, world!', "don't stop-believing (it's 1,000.50$)", 'naïve café, ÅNGSTRÖM, Füße, Œuvre, ĲSSEL',
    'e\u0301 combined, A\u030a, \u0301alone', 'İstanbul IĞDIR ıssız', 'ΣΊΣΥΦΟΣ σίσυφος', 'ПРИВЕТ ёж Ййй',
    '東京は日本の首都です', '中文字 mixed中文with latin', '한국어 문장 각힣', 'ｆｕｌｌ ＷＩＤＴＨ！', 'हिन्दी वाक्य', 'ไทยภาษา', 'שָׁלוֹם עולם', 'مَرْحَبًا',
    'a\u200bb\u00adc\ufeffd', 'tab\tnew\nline\rreturn\x0bvt\x0cff\x85nel', 'nbsp\u00a0em\u2003ideo\u3000line\u2028para\u2029end',
    'nul\x00here \ufffd replaced', '“quotes” ‘single’ … — – ¿qué? ¡sí!', '$+<=>^`|~ §¶ © ™ ° ½ ²', '😀 emoji 👩\u200d👩 🇫🇷',
    '𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𠀀𪜀', 'ﬁ ligature ﬀ', 'Ǆ ǅ ǆ Ǳ', 'Ⅷ ⅷ Ⓐ', '豈 更 compatibility', 'x' * 120, 'ᾼ ᾳ ῼ Ἀ', 'DŽ ẞ ß', '\ue000private',
]
SENTENCES = ['the cat sat on the mat', 'A dog sat on a log!', 'cats and dogs', 'the weather is cold, unbelievably so', '東京', '',
             'running runners run', 'Café culture, in 2024']
WORDS = ('the cat sat on mat a dog log and is cold so in run 20 24 cafe culture weather un ##believ ##ably ##s ##ning ##ner '
         '東 京 , ! . ? - \'').split()


def random_texts(count):
    """Characters that Unicode has had for long, so that tables of all ages agree."""
    rng = random.Random(7)
    codes = [c for c in range(0x21, 0x2FA20) if unicodedata.ucd_3_2_0.category(chr(c))[0] not in 'C']
    return [''.join(chr(rng.choice(codes)) if rng.random() < 0.8 else ' ' for _ in range(60)) for _ in range(count)]


def words(text, lower):
    text = normalizers.BertNormalizer(lowercase=lower).normalize_str(text)
    return [word for word, _ in pre_tokenizers.BertPreTokenizer().pre_tokenize_str(text)]


def vocabulary():
    letters = list(string.ascii_lowercase + string.digits)
    tokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', *WORDS, *letters, *(f'##{c}' for c in letters)]
    return list(dict.fromkeys(tokens))


def tokens(tokenizer):
    texts = [*SENTENCES, *TEXTS]
    return [{'text': text, 'tokens': e.tokens, 'ids': e.ids} for text in texts for e in [tokenizer.encode(text)]]


def tiny_bert(tokenizer):
    torch.manual_seed(1)
    config = BertConfig(vocab_size=len(vocabulary()), hidden_size=16, num_hidden_layers=2, num_attention_heads=4,
                        intermediate_size=32, max_position_embeddings=24, layer_norm_eps=1e-12)
    model = BertModel(config, add_pooling_layer=False).eval()
    for parameter in model.parameters():  # fresh norms and biases would hide mistakes
        torch.nn.init.normal_(parameter, mean=0.5 if parameter.dim() == 1 else 0.0, std=0.3)
    safetensors.torch.save_file(dict(model.state_dict()), HERE / 'model.safetensors')
    rows = []
    for sentence in SENTENCES:
        ids = torch.tensor([tokenizer.encode(sentence).ids])
        with torch.no_grad():
            hidden = model(ids).last_hidden_state
        rows.append(torch.nn.functional.normalize(hidden.mean(1), dim=1)[0].tolist())
    return rows


def main():
    HERE.mkdir(exist_ok=True)
    (HERE / 'vocab.txt').write_text('\n'.join(vocabulary()) + '\n', encoding='utf-8')
    texts = [*TEXTS, *random_texts(20)]
    cut = [{'text': text, 'lower_case': lower, 'words': words(text, lower)} for lower in (True, False) for text in texts]
    tokenizer = BertWordPieceTokenizer(str(HERE / 'vocab.txt'), lowercase=True)
    (HERE / 'words.json').write_text(json.dumps(cut, indent=0) + '\n')
    (HERE / 'tokens.json').write_text(json.dumps(tokens(tokenizer)) + '\n')
    (HERE / 'embeddings.json').write_text(
        json.dumps([{'text': s, 'embedding': e} for s, e in zip(SENTENCES, tiny_bert(tokenizer))], indent=0) + '\n')


if __name__ == '__main__':
    main()
