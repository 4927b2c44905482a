import type { HostileFile } from './hostile-file.ts';

const names: Readonly<Record<string, string>> = {
  'a name that leads out': '../../../../stray.md',
  'a name that leads out as on Windows': '..\\..\\stray.md',
  'an absolute name': '/stray.md',
  'a name with NUL': 'stray\0.md',
  'a name of 10 kB': `${'long'.repeat(2_500)}.md`,
  'a name of smiles': '🙂🙃👩‍👩‍👧.md',
  'a name that turns its end around': 'lecture\u202Edm.exe',
  'a name of another line': 'a\r\nSet-Cookie: x=y\r\n.md',
  'no name but dots': '..',
};

/** Harmless words under names that are not, and files with hardly anything in them. */
export function makeHostileNames(): HostileFile[] {
  const named = Object.entries(names).map(([what, name], i) => ({
    what,
    name,
    bytes: Buffer.from(`# Harmless\n\nOnly the name of file ${i} is not.\n`),
  }));
  return [
    ...named,
    { what: 'an empty file', name: 'empty.md', bytes: Buffer.alloc(0) },
    { what: 'one byte', name: 'one.pdf', bytes: Buffer.from('%') },
    { what: 'one byte that is none of text', name: 'one.docx', bytes: Buffer.from([0]) },
  ];
}
