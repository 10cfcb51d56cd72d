/** What a model elsewhere is told in place of what it cannot be shown. */
export const UNSEEN_IMAGE = '[An image was here; this model cannot see images.]'
export const LOST_IMAGE = '[An image was here that cannot be passed on.]'

export function unshownDocument(title: string, source: Record<string, unknown>): string {
  const where = source.type === 'url' ? ` from ${source.url}` : ''
  return `[The document "${title}"${where} cannot be shown to this model.]`
}

/** And of a call that has no result, or one that says nothing. */
export const NO_RESULT = '(no result: the call was not completed)'
export const NO_OUTPUT = '(no output)'
