import { SaxesParser } from 'saxes';
import { shortName } from './xml-names.ts';

export type Attributes = ReadonlyMap<string, string>;

export type XmlHandlers = {
  readonly open: (name: string, attributes: Attributes) => void;
  readonly close: (name: string) => void;
  readonly text: (text: string) => void;
};

const mostDepth = 400;
const mostFaults = 200;
const sliceLength = 64 * 1024;

/**
 * Goes through XML once, and to the end where it breaks: whatever is open is closed. Nothing that the
 * XML declares is expanded or fetched. Answers whether the XML was whole.
 */
export function readXml(bytes: Buffer, handlers: XmlHandlers): boolean {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const path: string[] = [];
  let faults = 0;
  let isOver = false;
  parser.on('error', () => {
    faults++;
    if (faults > mostFaults) isOver = true;
  });
  parser.on('opentag', (tag) => {
    if (isOver) return;
    if (path.length >= mostDepth) {
      isOver = true;
      faults++;
      return;
    }
    const attributes = new Map<string, string>();
    for (const attribute of Object.values(tag.attributes)) {
      if (attribute.prefix !== 'xmlns') attributes.set(shortName(attribute), attribute.value);
    }
    const name = shortName(tag);
    path.push(name);
    handlers.open(name, attributes);
  });
  parser.on('closetag', () => {
    const name = isOver ? undefined : path.pop();
    if (name !== undefined) handlers.close(name);
  });
  const take = (text: string) => {
    if (!isOver && path.length > 0) handlers.text(text);
  };
  parser.on('text', take);
  parser.on('cdata', take);
  const text = decodeXml(bytes);
  for (let at = 0; at < text.length; at += sliceLength) {
    if (isOver) break;
    parser.write(text.slice(at, at + sliceLength));
  }
  if (!isOver) parser.close();
  while (path.length > 0) handlers.close(path.pop() ?? '');
  return faults === 0;
}

function decodeXml(bytes: Buffer): string {
  const encoding = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  // Some writers leave a line before the declaration.
  return text.trimStart();
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0x3c && bytes[1] === 0) return 'utf-16le';
  if (bytes[0] === 0 && bytes[1] === 0x3c) return 'utf-16be';
  const declared = /^\s*<\?xml[^>]*encoding=["']([\w.-]{1,40})["']/.exec(
    bytes.toString('latin1', 0, 200),
  )?.[1];
  if (declared === undefined || /^utf-?(8|16)/i.test(declared)) return 'utf-8';
  try {
    return new TextDecoder(declared).encoding;
  } catch {
    // An encoding that nobody knows.
    return 'utf-8';
  }
}
