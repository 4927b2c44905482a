import type { Relation } from '../open-package.ts';
import { readXml, type Attributes } from '../read-xml.ts';
import { writeMark, type Mark } from './marks.ts';
import type { Labeller } from './number-lists.ts';
import { headingLevel, type Styles } from './read-styles.ts';

export type CleanContext = {
  readonly relations: ReadonlyMap<string, Relation>;
  readonly styles: Styles;
  readonly label: Labeller;
};

export type Cleaned = {
  /** Of whole paragraphs and tables, none longer than needs be. */
  readonly chunks: readonly string[];
  readonly isWhole: boolean;
};

/** Written as they are, under their parents. */
const kept = new Set('w:p w:r w:tbl w:tr w:tc w:footnote w:endnote w:comment'.split(' '));
/** Left out with all that is in them. */
const dropped = new Set(
  (
    'w:del w:moveFrom w:instrText w:delText w:delInstrText w:rPr w:tblPr w:tblGrid w:trPr w:tcPr ' +
    'w:sectPr w:sdtPr w:sdtEndPr w:rubyPr w:ffData w:fldData w:binData w:numRubyBase'
  ).split(' '),
);
const mostChunk = 1_000_000;

/**
 * Writes a part of a document anew with only what matters to its text, and in a form that any reader
 * takes: broken, strict and hostile XML come out alike. Pictures, diagrams and what else stands in parts
 * of its own become marks.
 */
export function cleanPart(bytes: Buffer, context: CleanContext): Cleaned {
  const cleaner = new Cleaner(context);
  const isWhole = readXml(bytes, cleaner);
  return { chunks: cleaner.end(), isWhole };
}

class Cleaner {
  readonly #context: CleanContext;
  readonly #chunks: string[] = [];
  #out: string[] = [];
  #length = 0;
  /** How deep inside of something that is left out. */
  #hidden = 0;
  #runs = 0;
  #blocks = 0;
  /** Of the alternatives that are open: whether one was taken. */
  readonly #alternatives: boolean[] = [];
  #isText = false;
  #properties: { style?: string; list?: string; level?: string; outline?: string } | undefined;

  constructor(context: CleanContext) {
    this.#context = context;
  }

  open = (name: string, attributes: Attributes): void => {
    if (this.#hidden > 0 || dropped.has(name) || this.#isSecondAlternative(name)) {
      this.#hidden++;
      return;
    }
    if (name === 'mc:AlternateContent') this.#alternatives.push(false);
    else if (name === 'w:pPr') this.#properties = {};
    else if (this.#properties !== undefined) this.#takeProperty(name, attributes.get('w:val'));
    else if (name === 'w:t' || name === 'm:t') this.#isText = true;
    else if (name === 'w:txbxContent') this.#write(this.#runs > 0 ? '<w:pict><w:txbxContent>' : '');
    else if (name === 'w:rt') this.#inRun('<w:t xml:space="preserve"> (</w:t>');
    else if (kept.has(name)) this.#openKept(name, attributes);
    else this.#leaf(name, attributes);
  };

  close = (name: string): void => {
    if (this.#hidden > 0) {
      this.#hidden--;
      return;
    }
    if (name === 'mc:AlternateContent') this.#alternatives.pop();
    else if (name === 'w:pPr') this.#closeProperties();
    else if (name === 'w:t' || name === 'm:t') this.#isText = false;
    else if (name === 'w:rt') this.#inRun('<w:t xml:space="preserve">) </w:t>');
    else if (name === 'w:txbxContent')
      this.#write(this.#runs > 0 ? '</w:txbxContent></w:pict>' : '');
    else if (kept.has(name)) this.#closeKept(name);
  };

  text = (text: string): void => {
    if (this.#hidden > 0 || !this.#isText) return;
    // The signs of our own marks are none of a document's.
    const own = text.replace(/[\ufdd0-\ufdef\u00ad]/g, '');
    this.#inRun(`<w:t xml:space="preserve">${escapeXml(own)}</w:t>`);
  };

  end(): string[] {
    this.#flush();
    return this.#chunks;
  }

  #isSecondAlternative(name: string): boolean {
    if (name !== 'mc:Choice' && name !== 'mc:Fallback') return false;
    const last = this.#alternatives.length - 1;
    if (last < 0) return false;
    const isTaken = this.#alternatives[last] ?? false;
    this.#alternatives[last] = true;
    return isTaken;
  }

  #takeProperty(name: string, value: string | undefined): void {
    if (this.#properties === undefined || value === undefined) return;
    if (name === 'w:pStyle') this.#properties.style = value;
    else if (name === 'w:numId') this.#properties.list = value;
    else if (name === 'w:ilvl') this.#properties.level = value;
    else if (name === 'w:outlineLvl') this.#properties.outline = value;
  }

  #closeProperties(): void {
    const { style: styleId, list, level, outline } = this.#properties ?? {};
    this.#properties = undefined;
    const style = this.#context.styles.find(styleId);
    const heading = headingLevel('', outline) ?? style?.level ?? 0;
    if (heading > 0) this.#write(`<w:pPr><w:pStyle w:val="H${heading}"/></w:pPr>`);
    const id = list ?? style?.numbering?.id;
    if (id === undefined || id === '0') return;
    const label = this.#context.label(id, Number(level ?? style?.numbering?.level ?? 0));
    if (label !== '') this.#inRun(`<w:t xml:space="preserve">${escapeXml(label)} </w:t>`);
  }

  #openKept(name: string, attributes: Attributes): void {
    if (name === 'w:r') this.#runs++;
    if (name === 'w:p' || name === 'w:tbl') this.#blocks++;
    const carried = ['w:id', 'w:type', 'w:author']
      .flatMap((key) => {
        const value = attributes.get(key);
        return value === undefined ? [] : [` ${key}="${escapeXml(value)}"`];
      })
      .join('');
    this.#write(`<${name}${carried}>`);
  }

  #closeKept(name: string): void {
    this.#write(`</${name}>`);
    if (name === 'w:r') this.#runs--;
    if (name === 'w:p' || name === 'w:tbl') this.#blocks--;
    if (this.#length <= mostChunk || name === 'w:r') return;
    if (this.#blocks === 0) this.#flush();
    else if (this.#blocks === 1 && name === 'w:tr') {
      // A table of many rows goes on in the next chunk.
      this.#write('</w:tbl>');
      this.#flush();
      this.#write('<w:tbl>');
    }
  }

  #leaf(name: string, attributes: Attributes): void {
    if (name === 'w:tab' || name === 'w:ptab') this.#inRun('<w:tab/>');
    else if (name === 'w:br') {
      this.#inRun(attributes.get('w:type') === 'page' ? '<w:br w:type="page"/>' : '<w:br/>');
    } else if (name === 'w:cr') this.#inRun('<w:br/>');
    else if (name === 'w:noBreakHyphen') this.#inRun('<w:noBreakHyphen/>');
    else if (name === 'w:sym') {
      const [font, char] = ['w:font', 'w:char'].map((key) => escapeXml(attributes.get(key) ?? ''));
      this.#inRun(`<w:sym w:font="${font}" w:char="${char}"/>`);
    } else if (/^w:(footnote|endnote|comment)Reference$/.test(name)) {
      this.#inRun(`<${name} w:id="${escapeXml(attributes.get('w:id') ?? '')}"/>`);
    } else if (name === 'v:textpath') {
      // Letters drawn as a picture, such as a watermark.
      const art = escapeXml(attributes.get('string') ?? '');
      this.#inRun(`<w:t xml:space="preserve">${art}</w:t>`);
    } else this.#mark(name, attributes);
  }

  #mark(name: string, attributes: Attributes): void {
    const [kind, id]: [Mark['kind'] | undefined, string | undefined] =
      name === 'a:blip'
        ? ['picture', attributes.get('r:embed')]
        : name === 'v:imagedata'
          ? ['picture', attributes.get('r:id')]
          : name === 'dgm:relIds'
            ? ['diagram', attributes.get('r:dm')]
            : name === 'c:chart' || name === 'cx:chart'
              ? ['chart', attributes.get('r:id')]
              : name === 'o:OLEObject'
                ? ['object', attributes.get('r:id')]
                : name === 'w:altChunk'
                  ? ['chunk', attributes.get('r:id')]
                  : [undefined, undefined];
    const part = id === undefined ? undefined : this.#context.relations.get(id)?.target;
    if (kind === undefined || part === undefined) return;
    const run = `<w:t>${escapeXml(writeMark({ kind, part }))}</w:t>`;
    if (kind === 'chunk') this.#write(`<w:p><w:r>${run}</w:r></w:p>`);
    else this.#inRun(run);
  }

  #inRun(xml: string): void {
    this.#write(this.#runs > 0 ? xml : `<w:r>${xml}</w:r>`);
  }

  #write(xml: string): void {
    this.#out.push(xml);
    this.#length += xml.length;
  }

  #flush(): void {
    if (this.#out.length > 0) this.#chunks.push(this.#out.join(''));
    this.#out = [];
    this.#length = 0;
  }
}

function escapeXml(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- XML has no way to write them
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('"', '&quot;')
  );
}
