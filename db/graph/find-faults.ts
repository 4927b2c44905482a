import {
  edgeTypes,
  type Fault,
  type Graph,
  type GraphEdge,
  type GraphNode,
  nodeTypes,
} from './graph.ts';
import { findCycles } from './find-cycles.ts';
import { findUnreachable } from './find-unreachable.ts';
import { questionsOf, hasRightAnswer } from './quiz.ts';
import { plainText } from './rich-text.ts';

/** What keeps a graph from being taught, beside values that could not be read. */
export function findFaults(graph: Graph): Fault[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const edges = graph.edges.filter(({ source, target }) => nodes.has(source) && nodes.has(target));
  return [
    ...graph.nodes.flatMap(findNodeFaults),
    ...graph.edges.flatMap((edge) => findEdgeFaults(edge, nodes)),
    ...findCycles(edges).map((cycle) => describeCycle(cycle, nodes)),
    ...findUnreachable(graph.nodes, edges).map(describeUnreachable),
  ];
}

function findNodeFaults(node: GraphNode): Fault[] {
  const faults: Fault[] = [];
  const add = (code: Fault['code'], field: string, message: string) =>
    faults.push({ code, nodeId: node.id, path: `nodes.${node.id}${field}`, message });
  if (!isOneOf(nodeTypes, node.type)) {
    add(
      'unknown_type',
      '.type',
      `${show(node)} is of the type “${node.type}”. Use one of ${nodeTypes.join(', ')}.`,
    );
  }
  if (node.title.trim() === '') {
    add('title_missing', '.title', `A ${node.type} has no title. Give it one.`);
  }
  if (node.type === 'lesson' && !hasContent(node)) {
    add('lesson_empty', '', `${show(node)} is empty. Write something, or add a material.`);
  }
  if (node.type === 'quiz') {
    const questions = questionsOf(node);
    if (questions.length === 0) {
      add('quiz_without_answer', '.data.questions', `${show(node)} has no questions. Add one.`);
    }
    for (const [i, question] of questions.entries()) {
      if (hasRightAnswer(question)) continue;
      add(
        'quiz_without_answer',
        `.data.questions.${i}`,
        `Question ${i + 1} of ${show(node)} has no right answer. Mark one.`,
      );
    }
  }
  return faults;
}

function findEdgeFaults(edge: GraphEdge, nodes: ReadonlyMap<string, GraphNode>): Fault[] {
  const faults: Fault[] = [];
  const add = (code: Fault['code'], field: string, message: string) =>
    faults.push({ code, edgeId: edge.id, path: `edges.${edge.id}${field}`, message });
  const [source, target] = [nodes.get(edge.source), nodes.get(edge.target)];
  if (!isOneOf(edgeTypes, edge.type)) {
    add(
      'unknown_type',
      '.type',
      `A connection is of the type “${edge.type}”. Use one of ${edgeTypes.join(', ')}.`,
    );
  }
  if (source === undefined) {
    add(
      'edge_to_nowhere',
      '.source',
      `A connection comes from a node that is not there. Remove it.`,
    );
  }
  if (target === undefined) {
    const from = source === undefined ? '' : ` from ${show(source)}`;
    add(
      'edge_to_nowhere',
      '.target',
      `A connection${from} leads to a node that is not there. Remove it.`,
    );
  }
  if (nodes.has(edge.id)) {
    add('duplicate_id', '', `A connection has the same id as ${show(nodes.get(edge.id))}.`);
  }
  return faults;
}

function describeCycle(cycle: readonly GraphEdge[], nodes: ReadonlyMap<string, GraphNode>): Fault {
  const [first] = cycle;
  const way = cycle.slice(0, mostNamed).map(({ source }) => show(nodes.get(source)));
  const others = cycle.length - way.length;
  if (others > 0) way.push(`${others} more`);
  const message =
    cycle.length === 1
      ? `${way[0]} requires itself, so nobody can begin it. Remove that connection.`
      : `${way.join(' requires ')} requires ${way[0]}: nobody can begin any of them. Remove one of these connections.`;
  return { code: 'requires_cycle', edgeId: first?.id ?? '', path: `edges.${first?.id}`, message };
}

/** Of a longer way nobody reads all. */
const mostNamed = 10;

function describeUnreachable(node: GraphNode): Fault {
  return {
    code: 'unreachable_node',
    nodeId: node.id,
    path: `nodes.${node.id}`,
    message: `Nothing leads to ${show(node)}. Connect it with what comes before it.`,
  };
}

/** Whether a learner finds anything in it: words, or whatever the author put into its data. */
function hasContent({ content, data }: GraphNode): boolean {
  if (content !== undefined && (plainText(content).trim() !== '' || hasObjects(content.content))) {
    return true;
  }
  return Object.values(data).some(isSomething);
}

/** Pictures, videos and files are content without words. */
function hasObjects(
  nodes: readonly {
    type: string;
    attrs?: Readonly<Record<string, unknown>>;
    content?: readonly object[];
  }[],
): boolean {
  return nodes.some(({ attrs, content }) => content === undefined && attrs?.['src'] !== undefined);
}

function isSomething(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  if (Array.isArray(value)) return value.some(isSomething);
  if (typeof value === 'object' && value !== null) return Object.values(value).some(isSomething);
  return typeof value === 'number';
}

function isOneOf(names: readonly string[], name: string): boolean {
  return names.includes(name);
}

function show(node: GraphNode | undefined): string {
  if (node === undefined) return 'a node';
  return node.title.trim() === '' ? `the ${node.type} without a title` : `“${node.title}”`;
}
