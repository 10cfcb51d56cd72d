import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type Node } from 'yaml'
import { formatPath, type Path } from './problem.ts'

/** Far more than a person writes; aliases that contain themselves or each other end here. */
const MAX_NODES = 20_000
const MAX_DEPTH = 40

/** Offsets into the text. */
interface Offsets {
  key: number
  value: number
}

/** Thrown for what YAML allows and a configuration cannot be. */
export class UnreadableNode extends Error {
  override name = 'UnreadableNode' as const

  readonly offset: number
  readonly path: Path
  readonly remedy: string

  constructor(node: Node, path: Path, message: string, remedy: string) {
    super(message)
    this.offset = startOf(node)
    this.path = path
    this.remedy = remedy
  }
}

/**
 * The plain value of a document and where each part of it stands, by its path. Throws
 * UnreadableNode.
 */
export function readNodes(document: Document): { value: unknown; offsets: Map<string, Offsets> } {
  const offsets = new Map<string, Offsets>()
  return { value: document.contents && read(document.contents, [], null), offsets }

  function read(node: Node, path: Path, key: Node | null): unknown {
    offsets.set(formatPath(path), { key: startOf(key ?? node), value: startOf(node) })
    if (offsets.size > MAX_NODES || path.length > MAX_DEPTH) {
      const message = 'nested or repeated without end'
      throw new UnreadableNode(node, path.slice(0, 2), message, 'use fewer *aliases')
    }
    const target = isAlias(node) ? node.resolve(document) : node
    if (target === undefined) {
      throw new UnreadableNode(node, path, 'no &anchor of this name', 'define it further up')
    }
    if (isMap(target)) return readMap(target.items, path)
    if (isSeq(target)) {
      return target.items.map((item, index) =>
        isNode(item) ? read(item, [...path, index], null) : null,
      )
    }
    return isScalar(target) ? target.value : null
  }

  function readMap(pairs: unknown[], path: Path): Record<string, unknown> {
    const entries: [string, unknown][] = []
    for (const pair of pairs) {
      if (!isPair(pair) || !isScalar(pair.key)) continue
      const name = String(pair.key.value)
      const value = isNode(pair.value) ? read(pair.value, [...path, name], pair.key) : null
      if (value !== null || keepsNull(path)) entries.push([name, value ?? emptyAt(path)])
    }
    return Object.fromEntries(entries)
  }
}

/**
 * A key without a value counts as absent: its lines are commented out. But a provider that is named
 * is meant, and inside `extra_body` null is for the provider to understand.
 */
function keepsNull(path: Path): boolean {
  return path[0] === 'providers' && (path.length === 1 || path[2] === 'extra_body')
}

function emptyAt(path: Path): object | null {
  return path.length === 1 ? {} : null
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0
}
