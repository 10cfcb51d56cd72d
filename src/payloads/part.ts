import type { PayloadPart } from '../history/answers.ts'
import { cut, type Excerpt, excerptOf } from './excerpt.ts'
import { withoutFiles } from './files.ts'
import { redacted } from './redaction.ts'

export interface PartSettings {
  /** Takes out the secrets that are known. */
  redact(text: string): string
  /** Of the text; what is longer is cut in the middle. */
  maxBytes: number
}

/** What may be kept of a text that was `bytes` long when it was sent. */
export function partOf(
  said: Excerpt,
  bytes: number,
  { redact, maxBytes }: PartSettings,
): PayloadPart {
  const bare = mapped(said, withoutFiles)
  const hadFiles = bare.beginning !== said.beginning || bare.end !== said.end
  // All files are out before anything is cut: half a file would not look like one.
  const short = bare.end === null ? excerptOf(bare.beginning, maxBytes) : bare
  const { text, isCut } = cut(
    mapped(short, (part) => redacted(part, redact)),
    maxBytes,
  )
  return { text, bytes, is_cut: isCut || hadFiles }
}

function mapped({ beginning, end }: Excerpt, change: (text: string) => string): Excerpt {
  return { beginning: change(beginning), end: end === null ? null : change(end) }
}
