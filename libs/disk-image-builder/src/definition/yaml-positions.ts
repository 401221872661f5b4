import { isMap, isNode, isPair, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';

export type FieldPath = readonly PropertyKey[];

/** Finds the lines of a YAML document's fields, so that a message can say where. */
export class YamlPositions {
  constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  /** Line of the field, from 1; of the nearest field around it when it is missing; of the document's start at last. */
  lineOf(path: FieldPath): number {
    let node: unknown = this.document.contents;
    let offset = startOf(node) ?? 0;
    for (const step of path) {
      const next = isMap(node)
        ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(step))
        : isSeq(node)
          ? node.items[Number(step)]
          : undefined;
      if (next === undefined) break;
      offset = (isPair(next) ? startOf(next.key) : startOf(next)) ?? offset;
      node = isPair(next) ? next.value : next;
    }
    return this.lines.linePos(offset).line;
  }
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined;
}
