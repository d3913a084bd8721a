"""Writes pt/*.pt and pt/manifest.json: what torch.save() makes of dicts of tensors, and the bytes of each tensor.

Run with torch 2.15 installed: python make_pt.py
"""
import collections
import hashlib
import json
import pathlib

import torch

HERE = pathlib.Path(__file__).parent / 'pt'
DTYPES = (torch.bool, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8, torch.uint16, torch.uint32,
          torch.uint64, torch.float16, torch.bfloat16, torch.float32, torch.float64)


def all_types():
    values = torch.tensor([[0, 1, 2], [3, 100, 5]])
    out = {str(dtype)[6:]: values.to(dtype) for dtype in DTYPES}
    out['scalar'] = torch.tensor(2.5)
    out['empty'] = torch.zeros(2, 0, 3)
    return out


def strided():
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    return {'whole': base, 'transposed': base.permute(2, 0, 1), 'column': base[:, :, 1], 'tail': base[1, 1:],
            'same': base, 'expanded': torch.tensor([[1.5], [2.5]]).expand(2, 3),
            'channels_last': torch.arange(48.).reshape(2, 2, 3, 4).contiguous(memory_format=torch.channels_last)}


def net():
    torch.manual_seed(1)
    layers = collections.OrderedDict(conv=torch.nn.Conv2d(3, 4, 3), bn=torch.nn.BatchNorm2d(4), flat=torch.nn.Flatten(),
                                     norm=torch.nn.LayerNorm(16), fc=torch.nn.Linear(16, 2))
    return torch.nn.Sequential(layers)


def training():
    model = net()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    model(torch.ones(2, 3, 4, 4)).sum().backward()
    optimizer.step()
    note = {'epoch': 7, 'best': 0.75, 'done': False, 'note': 'hello π', 'nothing': None, 'device': torch.device('cpu'),
            'dtype': torch.bfloat16, 'size': torch.Size([2, 3]), 'counts': collections.Counter({3: 2}),
            'mixed': [1, 'two', (3.0, 4.0), [], {}], 'large': -2**40, 'parameter': model.fc.weight}
    return {'state_dict': model.state_dict(), 'optimizer': optimizer.state_dict(), **note}


def digest(tensor):
    dense = tensor.detach().contiguous().reshape(-1).view(torch.uint8)
    return {'dtype': str(tensor.dtype)[6:], 'shape': list(tensor.shape),
            'sha256': hashlib.sha256(bytes(dense.tolist())).hexdigest()}


def tensors_of(value, prefix=''):
    if isinstance(value, torch.Tensor):
        return {prefix or 'tensor': digest(value)}
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    return {k: d for key, v in items for k, d in tensors_of(v, f'{prefix}.{key}' if prefix else str(key)).items()}


def main():
    HERE.mkdir(exist_ok=True)
    manifest = {}
    files = {'all_types': all_types(), 'strided': strided(), 'training': training(), 'net': net().state_dict(),
             'tensor': torch.arange(3), 'list': [torch.ones(2), {'a': torch.zeros(1)}]}
    for name, content in files.items():
        torch.save(content, HERE / f'{name}.pt')
        manifest[name + '.pt'] = tensors_of(content)
    torch.save(net().state_dict(), HERE / 'protocol_5.pt', pickle_protocol=5)
    manifest['protocol_5.pt'] = tensors_of(net().state_dict())
    (HERE / 'manifest.json').write_text(json.dumps(manifest, indent=1) + '\n')

    torch.save({'a': torch.ones(2)}, HERE / 'before_1_6.pth', _use_new_zipfile_serialization=False)
    torch.save(torch.nn.Linear(1, 1), HERE / 'module.pth')
    torch.jit.save(torch.jit.script(torch.nn.Linear(1, 1)), HERE / 'program.pth')
    torch.save({'z': torch.ones(2, dtype=torch.complex64)}, HERE / 'complex.pth')
    torch.save({'f': torch.ones(2).to(torch.float8_e4m3fn)}, HERE / 'float8.pth')
    torch.save({'s': torch.eye(2).to_sparse()}, HERE / 'sparse.pth')


if __name__ == '__main__':
    main()
