import { child, descend, find, findAll, type Element } from '../xml-tree.ts';
import { linesOf, tableText } from './paragraph-text.ts';

/** Left, top, width and height, in the units of the file. */
export type Box = readonly [number, number, number, number];

export type Placeholder = { readonly type: string; readonly index: string };

export type Shape = {
  readonly element: Element;
  readonly text: string;
  readonly box: Box | undefined;
  readonly placeholder: Placeholder | undefined;
  /** Relations to what is drawn from elsewhere. */
  readonly diagram?: string | undefined;
  readonly chart?: string | undefined;
  readonly object?: string | undefined;
  readonly pictures: readonly string[];
  /** Of a group. */
  readonly members?: readonly Shape[];
};

type Transform = (box: Box) => Box;

/** The shapes of a slide as the file lists them; those of a group are where the group puts them. */
export function readShapes(
  tree: Element | undefined,
  transform: Transform = (box) => box,
): Shape[] {
  return (tree?.children ?? []).flatMap((element) => readShape(element, transform));
}

function readShape(element: Element, transform: Transform): Shape[] {
  if (element.name === 'p:grpSp') {
    const group = child(element, 'p:grpSpPr');
    const box = boxOf(descend(group, 'a:xfrm'), transform);
    const members = readShapes(element, groupTransform(group, transform));
    return [{ element, text: '', box, placeholder: undefined, pictures: [], members }];
  }
  if (!['p:sp', 'p:pic', 'p:graphicFrame', 'p:cxnSp', 'p:contentPart'].includes(element.name)) {
    // Such as a canvas of a newer program around shapes.
    return element.name.startsWith('p:') ? [] : readShapes(element, transform);
  }
  const table = find(element, 'a:tbl');
  return [
    {
      element,
      text: table === undefined ? linesOf(element) : tableText(table),
      box: boxOf(child(child(element, 'p:spPr') ?? element, 'a:xfrm', 'p:xfrm'), transform),
      placeholder: placeholderOf(element),
      diagram: find(element, 'dgm:relIds')?.attributes.get('r:dm'),
      chart: (find(element, 'c:chart') ?? find(element, 'cx:chart'))?.attributes.get('r:id'),
      object: find(element, 'p:oleObj')?.attributes.get('r:id'),
      pictures: findAll(element, 'a:blip').flatMap((it) => it.attributes.get('r:embed') ?? []),
    },
  ];
}

function placeholderOf(element: Element): Placeholder | undefined {
  const found = find(element, 'p:ph');
  if (found === undefined) return undefined;
  return {
    type: found.attributes.get('type') ?? 'obj',
    index: found.attributes.get('idx') ?? '0',
  };
}

function boxOf(xfrm: Element | undefined, transform: Transform): Box | undefined {
  const box = rawBox(xfrm, 'a:off', 'a:ext');
  return box === undefined ? undefined : transform(box);
}

function rawBox(xfrm: Element | undefined, at: string, size: string): Box | undefined {
  const [off, ext] = [child(xfrm, at), child(xfrm, size)];
  if (off === undefined || ext === undefined) return undefined;
  const box = [
    off.attributes.get('x'),
    off.attributes.get('y'),
    ext.attributes.get('cx'),
    ext.attributes.get('cy'),
  ].map(Number);
  const [x = 0, y = 0, width = 0, height = 0] = box;
  return box.every(Number.isFinite) ? [x, y, width, height] : undefined;
}

/** A group has a system of its own inside; broken ones of no size are taken as they are. */
function groupTransform(group: Element | undefined, outer: Transform): Transform {
  const xfrm = child(group, 'a:xfrm');
  const outside = rawBox(xfrm, 'a:off', 'a:ext');
  const inside = rawBox(xfrm, 'a:chOff', 'a:chExt');
  if (outside === undefined || inside === undefined) return outer;
  const scaleX = inside[2] > 0 ? outside[2] / inside[2] : 1;
  const scaleY = inside[3] > 0 ? outside[3] / inside[3] : 1;
  return ([x, y, width, height]) =>
    outer([
      outside[0] + (x - inside[0]) * scaleX,
      outside[1] + (y - inside[1]) * scaleY,
      width * scaleX,
      height * scaleY,
    ]);
}
