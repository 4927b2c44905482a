const mostCharacters = 255;

/** A name to show: without folders and without what could not be read or would change how it reads. */
export function cleanFileName(given: string): string {
  const base = given.toWellFormed().normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  // Control characters, and those that turn the direction of writing round to hide an ending.
  const clean = base.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\ufffd]/gu, '').trim();
  const name = clean === '' || clean === '.' || clean === '..' ? 'untitled' : clean;
  return shorten(name);
}

/** Cut in the middle, so that the ending stays. */
function shorten(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= mostCharacters) return name;
  const ending = /\.[^.]{1,15}$/.exec(name)?.[0] ?? '';
  return characters.slice(0, mostCharacters - Array.from(ending).length).join('') + ending;
}
