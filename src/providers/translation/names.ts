import type { Tool } from '../../messages/request.ts'

/** The longest name of a tool that every vendor takes. */
const LONGEST_NAME = 64

/** A name of at most 64 legal characters, always the same for the same tool. */
export function toWireName(name: string): string {
  if (isLegalName(name, LONGEST_NAME)) return name
  return `${name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, LONGEST_NAME - 9)}_${hash(name).slice(0, 8)}`
}

/** From the name a model calls to the name the client knows. */
export function clientNames(tools: readonly Tool[] | undefined): Map<string, string> {
  return new Map(clientTools(tools).map(({ name }) => [toWireName(name), name]))
}

/** The tools a model elsewhere can call. */
export function clientTools(tools: readonly Tool[] | undefined): (Tool & { name: string })[] {
  return (tools ?? []).filter(
    (tool): tool is Tool & { name: string } =>
      tool.name !== undefined &&
      tool.name !== 'DeferredToolPlaceholder' &&
      (tool.type == null || tool.type === 'custom'),
  )
}

/** Ids and names that every vendor accepts. */
export function isLegalName(name: string, longest: number): boolean {
  return name.length <= longest && /^[a-zA-Z0-9_-]+$/.test(name)
}

/**
 * Makes the ids of one conversation legal and different: one that is illegal or was used before is
 * replaced by a hash of it and of how often it came. Some models call every tool `call_0`.
 */
export function uniqueIds(
  isLegal: (id: string) => boolean,
  fromHash: (text: string) => string,
): (id: string) => string {
  const used = new Set<string>()
  /** Counting from 2 every time would take minutes for a body full of one id. */
  const next = new Map<string, number>()
  return (id) => {
    let unique = isLegal(id) ? id : fromHash(id)
    let nth = next.get(id) ?? 2
    for (; used.has(unique); nth++) unique = fromHash(`${id}#${nth}`)
    next.set(id, nth)
    used.add(unique)
    return unique
  }
}

export function hash(text: string): string {
  return new Bun.CryptoHasher('sha256').update(text).digest('hex')
}
