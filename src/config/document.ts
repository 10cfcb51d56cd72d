import { readFile } from 'node:fs/promises'
import { type Document, LineCounter, parseDocument, type YAMLError } from 'yaml'
import { readNodes, UnreadableNode } from './nodes.ts'
import { ConfigError, formatPath, type Path } from './problem.ts'

/** Both from 1. */
interface Place {
  line: number
  column: number
}

/** A configuration file: what it says, and where it says it. */
export interface ConfigDocument {
  file: string | null
  value: unknown
  /** The place of a key or its value, or of the nearest thing around it. */
  locate(path: Path, at: 'key' | 'value'): Place
}

/** Reads a file, or nothing for null. Throws a ConfigError where it is unreadable or not YAML. */
export async function readDocument(file: string | null): Promise<ConfigDocument> {
  return parseConfig(file === null ? '' : await readText(file), file)
}

/** The same for a text that is at hand; `file` is only what its problems are reported under. */
export function parseConfig(text: string, file: string | null): ConfigDocument {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    stringKeys: true,
    logLevel: 'error',
  })
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map((error) => ({
        file,
        ...place(error.pos[0]),
        path: '',
        ...explain(error),
      })),
    )
  }
  const { value, offsets } = readContents(document, file, place)
  return {
    file,
    value: value ?? {},
    locate(path, at) {
      for (let length = path.length; length > 0; length--) {
        const found = offsets.get(formatPath(path.slice(0, length)))
        if (found) return place(length === path.length ? found[at] : found.key)
      }
      return { line: 1, column: 1 }
    },
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const message = `cannot be read (${error instanceof Error ? error.message : String(error)})`
    const remedy = 'check that it is a file and that you may read it'
    throw new ConfigError([{ file, line: null, column: null, path: '', message, remedy }])
  }
}

function explain({ code, message }: YAMLError): { message: string; remedy: string } {
  if (code === 'DUPLICATE_KEY') {
    return { message: 'this key stands here twice', remedy: 'remove one of them' }
  }
  return { message: `not YAML: ${message}`, remedy: 'correct it here or just above' }
}

function readContents(document: Document, file: string | null, place: (offset: number) => Place) {
  try {
    return readNodes(document)
  } catch (error) {
    if (!(error instanceof UnreadableNode)) throw error
    const { offset, path, message, remedy } = error
    throw new ConfigError([{ file, ...place(offset), path: formatPath(path), message, remedy }])
  }
}
