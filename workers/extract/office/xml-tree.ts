import { readXml, type Attributes } from './read-xml.ts';

/** An element with what is inside it; only for parts that are small, such as one slide. */
export type Element = {
  readonly name: string;
  readonly attributes: Attributes;
  readonly children: Element[];
  /** Directly inside, without that of its children. */
  text: string;
};

const mostElements = 1_000_000;

export type Tree = { readonly root: Element; readonly isWhole: boolean };

export function parseTree(bytes: Buffer): Tree {
  const root: Element = { name: '', attributes: new Map(), children: [], text: '' };
  const path: Element[] = [root];
  let count = 0;
  const isWhole = readXml(bytes, {
    open: (name, attributes) => {
      const element: Element = { name, attributes, children: [], text: '' };
      count++;
      if (count <= mostElements) path.at(-1)?.children.push(element);
      path.push(element);
    },
    close: () => {
      if (path.length > 1) path.pop();
    },
    text: (text) => {
      const element = path.at(-1);
      if (element !== undefined) element.text += text;
    },
  });
  return { root, isWhole: isWhole && count <= mostElements };
}

/** The first child that has one of the names. */
export function child(
  element: Element | undefined,
  ...names: readonly string[]
): Element | undefined {
  return element?.children.find(({ name }) => names.includes(name));
}

/** A child of a child and so on. */
export function descend(
  element: Element | undefined,
  ...path: readonly string[]
): Element | undefined {
  return path.reduce((at, name) => child(at, name), element);
}

/** All that have the name, at any depth, in the order of the file. */
export function findAll(element: Element | undefined, ...names: readonly string[]): Element[] {
  const found: Element[] = [];
  const visit = (at: Element) => {
    if (names.includes(at.name)) found.push(at);
    for (const inner of at.children) visit(inner);
  };
  if (element !== undefined) visit(element);
  return found;
}

export function find(element: Element | undefined, name: string): Element | undefined {
  return findAll(element, name)[0];
}

/**
 * What a newer program would show, or what an older one, where the newer says nothing: a file holds
 * both, and each would be read twice.
 */
export function withoutAlternatives(element: Element): Element {
  const children = element.children.flatMap((inner) => {
    if (inner.name !== 'mc:AlternateContent') return [withoutAlternatives(inner)];
    const chosen = child(inner, 'mc:Choice') ?? child(inner, 'mc:Fallback');
    return chosen === undefined ? [] : withoutAlternatives(chosen).children;
  });
  return { ...element, children };
}
