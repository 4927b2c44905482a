/** What stands in a text for what is read from elsewhere; these characters stand in no real text. */
export type Mark = {
  readonly kind: 'picture' | 'diagram' | 'chart' | 'chunk' | 'object' | 'aside';
  readonly part: string;
};

const begin = '\ufdd0';
const end = '\ufdd1';
const pattern = new RegExp(`${begin}(\\w+):([^${end}]*)${end}`, 'g');

export function writeMark({ kind, part }: Mark): string {
  return `${begin}${kind}:${part}${end}`;
}

export function takeMarks(text: string): { text: string; marks: Mark[] } {
  const marks: Mark[] = [];
  const rest = text.replace(pattern, (_, kind: string, part: string) => {
    if (isKind(kind)) marks.push({ kind, part });
    return '';
  });
  return { text: rest, marks };
}

function isKind(kind: string): kind is Mark['kind'] {
  return ['picture', 'diagram', 'chart', 'chunk', 'object', 'aside'].includes(kind);
}
