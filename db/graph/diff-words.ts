import { type Effort, findEdits, type TextRun } from './find-edits.ts';

export type Texts = { readonly before: string; readonly after: string };

/**
 * What became of a text, word by word; paragraph by paragraph where too much of a long one is new. The
 * equal and the deleted runs are the text before, the equal and the inserted ones that after.
 */
export function diffWords({ before, after }: Texts, effort: Effort): TextRun[] {
  // To cut a text into words costs about as much as so many steps.
  effort.left -= (before.length + after.length) / 4;
  if (effort.left < 0) return wholly({ before, after });
  const edits =
    findEdits({ before: wordsOf(before), after: wordsOf(after) }, effort) ??
    findEdits({ before: paragraphsOf(before), after: paragraphsOf(after) }, effort);
  return edits === undefined ? wholly({ before, after }) : joinRuns(edits);
}

function wholly({ before, after }: Texts): TextRun[] {
  if (before === after) return before === '' ? [] : [{ op: 'equal', text: before }];
  const runs: TextRun[] = [
    { op: 'delete', text: before },
    { op: 'insert', text: after },
  ];
  return runs.filter(({ text }) => text !== '');
}

/** Words, what is between them, and single characters where a script writes words without spaces. */
const word =
  /\s+|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|[[\p{L}\p{N}\p{M}_]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]]+(?:['’][\p{L}\p{N}\p{M}_]+)*|[^]/gv;

function wordsOf(text: string): string[] {
  return text.match(word) ?? [];
}

function paragraphsOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

/** Few runs that read well: in each change first what went and then what came. */
function joinRuns(edits: readonly TextRun[]): TextRun[] {
  const runs: TextRun[] = [];
  let [same, removed, added] = ['', '', ''];
  const end = () => {
    if (same !== '') runs.push({ op: 'equal', text: same });
    if (removed !== '') runs.push({ op: 'delete', text: removed });
    if (added !== '') runs.push({ op: 'insert', text: added });
    [same, removed, added] = ['', '', ''];
  };
  for (const [i, { op, text }] of edits.entries()) {
    if (op === 'delete') removed += text;
    else if (op === 'insert') added += text;
    else if (removed !== '' && added !== '' && isGap(text) && isChange(edits[i + 1])) {
      // Two words that were replaced are one change, though the space between them stayed.
      removed += text;
      added += text;
    } else {
      if (removed !== '' || added !== '') end();
      same += text;
    }
  }
  end();
  return runs;
}

function isGap(text: string): boolean {
  return /^[^\S\n]+$/.test(text);
}

function isChange(run: TextRun | undefined): boolean {
  return run !== undefined && run.op !== 'equal';
}
