import { hash, isLegalName, uniqueIds } from '../../translation/names.ts'

/**
 * Names for the documents of one conversation: "alphanumeric characters, whitespace characters (no
 * more than one in a row), hyphens, parentheses and square brackets" (API reference of
 * DocumentBlock), each used once. A name depends on those before it alone.
 */
export function documentNames(): (title: string) => string {
  const used = new Set<string>()
  const next = new Map<string, number>()
  return (title) => {
    const plain =
      title
        .replace(/[^A-Za-z0-9\-()[\]]+/g, ' ')
        .trim()
        .slice(0, LONGEST_NAME)
        .trim() || 'document'
    let name = plain
    let nth = next.get(plain) ?? 2
    for (; used.has(name); nth++) name = `${plain} (${nth})`
    next.set(plain, nth)
    used.add(name)
    return name
  }
}

/** 200 characters, with room for a number. */
const LONGEST_NAME = 190
const LONGEST_ID = 64

/** Ids for the tool calls of one conversation. */
export function toolUseIds(): (id: string) => string {
  return uniqueIds(
    (id) => isLegalName(id, LONGEST_ID),
    (text) => `tooluse_${hash(text).slice(0, 32)}`,
  )
}
