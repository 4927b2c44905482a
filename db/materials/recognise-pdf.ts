/** Some programs write a line of their own before it. */
const pdfWithin = 1_024;

/** How files of other kinds begin, which may hold a PDF: programs, archives, pictures. */
const otherMarks = [
  '4d5a',
  '7f454c46',
  'feedface',
  'feedfacf',
  'cefaedfe',
  'cffaedfe',
  'cafebabe',
  '504b0304',
  '504b0506',
  'd0cf11e0',
  '89504e47',
  'ffd8ff',
  '47494638',
  '52494646',
  '2321',
];

/** Where the mark is not the first thing, it may be another file that holds a PDF or a text about one. */
export function isPdf(head: Buffer, isText: (head: Buffer) => boolean): boolean {
  const at = head.subarray(0, pdfWithin).indexOf('%PDF-');
  if (at < 0) return false;
  const before = head.toString('latin1', 0, at).replace(/^\xef\xbb\xbf/, '');
  if (before.trim() === '') return true;
  const beginning = head.toString('hex', 0, 4);
  if (otherMarks.some((mark) => beginning.startsWith(mark))) return false;
  if (!isText(head)) return true;
  // Written in letters alone, a PDF still numbers its objects; a page or a text shows more around it.
  const hasObjects = /^\d+ \d+ obj\b/m.test(head.toString('latin1', at));
  return /[\r\n]$/.test(before) && !/[<`]/.test(before) && hasObjects;
}
