import { OutOfBounds } from './read-json.ts';
import { readData, readTitle } from './read-graph.ts';

export type FieldFault = { readonly field: string; readonly message: string };

/** What of these values could be written but not be read again. */
export function checkFields(
  { title, data }: { readonly title?: unknown; readonly data?: unknown },
  path: string,
): FieldFault | undefined {
  return (
    tryToRead(`${path}.title`, () => readTitle(title)) ??
    tryToRead(`${path}.data`, () => readData(data))
  );
}

function tryToRead(field: string, read: () => unknown): FieldFault | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof OutOfBounds)) throw error;
    return { field, message: error.message };
  }
}
