"""Writes nucella/data/text_tables.inc: what Unicode says of characters, as far as a tokenizer wants to know it.

usage: python3 tools/make_text_tables.py > nucella/data/text_tables.inc
"""
import sys
import unicodedata

HANGUL = range(0xAC00, 0xD7A4)
SURROGATES = range(0xD800, 0xE000)


def folded(code):
    """Lower case without accents: the canonical decomposition without its marks, each character in lower case."""
    decomposed = unicodedata.normalize('NFD', chr(code))
    return ''.join(c.lower() for c in decomposed if unicodedata.category(c) != 'Mn')


def ranges(wanted):
    """(first, last) of each stretch of characters whose category begins with `wanted`."""
    out = []
    for code in range(sys.maxunicode + 1):
        if not unicodedata.category(chr(code)).startswith(wanted):
            continue
        if out and out[-1][1] == code - 1:
            out[-1][1] = code
        else:
            out.append([code, code])
    return out


def runs(pairs):
    """(first, count, step, target, target step): stretches of single characters that become single characters."""
    out = []
    for code, target in pairs:
        if out:
            first, count, step, start, target_step = out[-1]
            gap, target_gap = code - (first + (count - 1) * step), target - (start + (count - 1) * target_step)
            if (count == 1 and gap <= 2 and 0 <= target_gap <= 2) or (gap, target_gap) == (step, target_step):
                out[-1] = (first, count + 1, gap, start, target_gap)
                continue
        out.append((code, 1, 1, target, 1))
    return out


def emit(kind, name, rows):
    print(f'constexpr {kind} {name}[] = {{')
    line = ''
    for row in rows:
        item = '{' + ', '.join(f'0x{v:X}' if v > 9 else str(v) for v in row) + '},'
        if len(line) + len(item) > 106:
            print('    ' + line.rstrip())
            line = ''
        line += item + ' '
    print('    ' + line.rstrip().rstrip(',') + '};\n')


def main():
    singles, others = [], []
    for code in range(sys.maxunicode + 1):
        if code in HANGUL or code in SURROGATES:
            continue
        text = folded(code)
        if len(text) == 1 and text != chr(code):
            singles.append((code, ord(text)))
        elif len(text) > 1:
            others.append((code, *map(ord, text), 0)[:4])
    print(f'// Made by tools/make_text_tables.py from Unicode {unicodedata.unidata_version}; do not edit.\n')
    emit('Range', 'kPunctuation', ranges('P'))
    emit('Range', 'kOther', ranges('C'))
    emit('Range', 'kMarks', ranges('Mn'))
    found = runs(singles)
    emit('FoldRun', 'kFoldRuns', [run for run in found if run[1] > 1])
    emit('FoldPair', 'kFoldPairs', [(run[0], run[3]) for run in found if run[1] == 1])
    emit('FoldText', 'kFoldTexts', others)


if __name__ == '__main__':
    main()
