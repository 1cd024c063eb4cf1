import { describe, expect, it } from 'vitest';

import { comparisonCode } from '../src/compare/code';
import { cellMagic, isProgram } from '../src/language/magic';

describe('cellMagic', () => {
  it('finds the name, the options and the program', () => {
    expect(cellMagic('%%cuda -O2 --on lab\nint main() {}\n')).toEqual({
      name: 'cuda',
      options: '-O2 --on lab',
      body: 'int main() {}\n'
    });
  });

  it('takes HIP cells, Windows line ends and blank lines before', () => {
    expect(cellMagic('\n  \r\n%%hip\r\nx')).toEqual({ name: 'hip', options: '', body: 'x' });
  });

  it('takes a cell that has nothing but the magic', () => {
    expect(cellMagic('%%hip')).toEqual({ name: 'hip', options: '', body: '' });
  });

  it.each(['%%cudax\n', '%%hip-thing\n', '%cuda\n', 'x\n%%cuda\n', ' %%cuda\n', '', '%%bash\n'])(
    'leaves %j alone',
    source => {
      expect(cellMagic(source)).toBeNull();
    }
  );
});

describe('isProgram', () => {
  it('knows cells that are kept as a file for others', () => {
    expect(isProgram('%%cuda --on lab\nint main() {}')).toBe(true);
    expect(isProgram('%%cuda --name kernels.cuh\n')).toBe(false);
    expect(isProgram('%%cuda --name=kernels.cuh\n')).toBe(false);
    expect(isProgram('x = 1')).toBe(false);
  });
});

describe('comparisonCode', () => {
  const line = (options: string): string | undefined =>
    /run_cell_magic\("hip", "([^"]*)", /.exec(
      comparisonCode({ name: 'cuda', options, body: '' })
    )?.[1];

  it('runs the program of the cell, quoted as Python reads it', () => {
    const magic = { name: 'cuda' as const, options: '', body: 'puts("\\n");\n' };
    expect(comparisonCode(magic).split('\n')[1]).toBe(
      'get_ipython().run_cell_magic("hip", "--compare", "puts(\\"\\\\n\\");\\n")'
    );
  });

  it('keeps what the cell says, and asks for nothing twice', () => {
    expect(line('--flags=-O2')).toBe('--compare --flags=-O2');
    expect(line('--on lab:rocm')).toBe('--compare --on lab:rocm');
    expect(line('--on=lab:rocm --compare')).toBe('--on=lab:rocm --compare');
    expect(line('-- --compare')).toBe('--compare -- --compare');
  });

  it('keeps every line end out of the line of code', () => {
    const magic = { name: 'hip' as const, options: '', body: 'a\u2028b\r\nc' };
    const lines = comparisonCode(magic).split(/\r\n|[\r\n\u2028\u2029]/);
    expect(lines).toHaveLength(2);
  });
});
