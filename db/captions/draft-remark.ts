/** Stands wherever captions are shown that a program wrote which is often wrong. */
export const draftRemark =
  'A rough draft, written by a program that often mishears. Its authors have not looked at it.';
