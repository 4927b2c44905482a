/** Ligatures, and the shapes that letters of some scripts take within a word. */
const forms = /[\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufb4f\ufb50-\ufdff\ufe70-\ufefc]+/g;

/** Letters as they are written, where fonts have shapes of them that look otherwise. */
export function joinForms(text: string): string {
  return text.replace(forms, (found) => found.normalize('NFKC'));
}
