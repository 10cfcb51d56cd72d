import { ProxyError } from '../../errors.ts'
import { isRecord } from '../../json.ts'
import type { ClientRequest, Message } from '../../messages/request.ts'
import { createRecent } from '../../recent.ts'
import { hash } from './names.ts'
import { readPdf, TooSlow } from './pdf.ts'

/** Reads the documents of requests for targets that take no files. */
export interface Documents {
  /**
   * The request with the text of each PDF in its place; itself where there is none. Throws a
   * ProxyError (`unfit`: another target may take the file) that names the document.
   */
  asText(request: ClientRequest): Promise<ClientRequest>
}

/** The same documents come with every turn of a conversation. */
const KEPT_DOCUMENTS = 32

/** `read` gives the text of a PDF, or throws an Error that says why there is none. */
export function createDocuments(read = readPdf): Documents {
  const texts = createRecent<Promise<string>>(KEPT_DOCUMENTS)

  /** What cannot be read is remembered, too: each try may cost seconds. */
  function textOf(base64: string): Promise<string> {
    const key = hash(base64)
    const known = texts.get(key)
    if (known) return known
    const reading = read(Buffer.from(base64, 'base64'))
    texts.set(key, reading)
    reading.catch((error: unknown) => {
      if (error instanceof TooSlow) texts.delete(key)
    })
    return reading
  }

  async function readBlock<B extends object>(block: B): Promise<B> {
    if (!isRecord(block)) return block
    const { type, source, content, title } = block
    if (type === 'tool_result' && Array.isArray(content) && content.every(isRecord)) {
      const inner = await readBlocks(content)
      return inner === content ? block : { ...block, content: inner }
    }
    if (type !== 'document' || !isPdf(source)) return block
    const data = await textOf(source.data).catch((error: unknown) => {
      throw unreadable(title, error)
    })
    return { ...block, source: { type: 'text', media_type: 'text/plain', data } }
  }

  /** One after the other, so that no request has more than one worker. */
  async function readBlocks<B extends object>(blocks: B[]): Promise<B[]> {
    const inOrder: B[] = []
    for (const block of blocks) inOrder.push(await readBlock(block))
    return inOrder.every((block, index) => block === blocks[index]) ? blocks : inOrder
  }

  async function readMessage(message: Message): Promise<Message> {
    if (typeof message.content === 'string') return message
    const content = await readBlocks(message.content)
    return content === message.content ? message : { ...message, content }
  }

  return {
    async asText(request) {
      const messages: Message[] = []
      for (const message of request.body.messages) messages.push(await readMessage(message))
      if (messages.every((message, index) => message === request.body.messages[index])) {
        return request
      }
      return { ...request, body: { ...request.body, messages } }
    },
  }
}

function isPdf(source: unknown): source is { data: string } {
  if (!isRecord(source) || source.type !== 'base64') return false
  return source.media_type === 'application/pdf' && typeof source.data === 'string'
}

function unreadable(title: unknown, error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const name = typeof title === 'string' && title ? `The document "${title}"` : 'A PDF document'
  return new ProxyError(
    'invalid_request_error',
    `${name} cannot be shown to this model, which takes no files: ${error.message}`,
    { outcome: 'unfit' },
  )
}
