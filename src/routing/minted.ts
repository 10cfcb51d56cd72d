import { isRecord } from '../json.ts'

/** The thinking in an answer, as far as it can be recognised when it comes back. */
export interface Minted {
  /** The model the answer names. */
  readonly model: string | null
  /** The signatures, and the data of redacted blocks. */
  readonly signatures: readonly string[]
}

/** What a whole message holds. */
export function mintedIn(message: Record<string, unknown>): Minted {
  const blocks = Array.isArray(message.content) ? message.content.filter(isRecord) : []
  return { model: modelOf(message), signatures: blocks.map(signatureOf).filter(Boolean) }
}

type Hear = (type: string, event: Record<string, unknown>) => void

/** The same for a stream: it is told each event, and grows. */
export function createMinted(): Minted & { hear: Hear } {
  const signatures: string[] = []
  let model: string | null = null
  let open = ''
  return {
    signatures,
    get model() {
      return model
    },
    hear(type, { message, content_block, delta }) {
      if (type === 'message_start' && isRecord(message)) model = modelOf(message)
      if (type === 'content_block_start' && isRecord(content_block))
        open = signatureOf(content_block)
      if (type === 'content_block_delta' && isRecord(delta) && delta.type === 'signature_delta') {
        open += typeof delta.signature === 'string' ? delta.signature : ''
      }
      if (type !== 'content_block_stop' || open === '') return
      signatures.push(open)
      open = ''
    },
  }
}

/** Empty where a block has none. */
function signatureOf({ type, signature, data }: Record<string, unknown>): string {
  const mark = type === 'redacted_thinking' ? data : type === 'thinking' ? signature : null
  return typeof mark === 'string' ? mark : ''
}

function modelOf({ model }: Record<string, unknown>): string | null {
  return typeof model === 'string' ? model : null
}
