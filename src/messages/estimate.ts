import { isRecord } from '../json.ts'
import { imageSize, pdfPages, type Size } from './attachments.ts'
import { countingOf } from './counting.ts'
import type { ClientRequest, CountTokensBody, Tool } from './request.ts'
import { addText, emptyTally, type Tally, tokensOf } from './tokenizers.ts'

/** What of a request makes tokens, whichever model they are made for. */
interface Contents {
  readonly texts: Tally
  /** What was thought, as far as it can be read, and the characters of what cannot. */
  readonly thoughts: Tally
  hiddenThought: number
  /** The definitions of the tools, as JSON. */
  readonly tools: Tally
  toolCount: number
  /** Tool calls and tool results. */
  toolBlocks: number
  /** Null where the size is not known. */
  images: (Size | null)[]
  pdfPages: number
}

/**
 * About how many input tokens a request has for a model of this id, in any vendor's spelling. The
 * request is gone through once; asking for another model costs next to nothing.
 */
export function tokenEstimate(body: CountTokensBody): (model: string) => number {
  const contents = contentsOf(body)
  return (model) => {
    const counting = countingOf(model, body)
    const { texts, tools, thoughts, toolBlocks, images } = contents
    let tokens = counting.frame + tokensOf(texts, counting.tokenizer)
    tokens += toolBlocks * TOKENS_PER_TOOL_BLOCK + contents.pdfPages * TOKENS_PER_PDF_PAGE
    if (counting.takesThoughts) {
      tokens += tokensOf(thoughts, counting.tokenizer) + tokensIn(contents.hiddenThought)
    }
    for (const size of images) tokens += counting.imageTokens(size)
    if (contents.toolCount > 0) tokens += counting.toolPrompt
    tokens += tokensOf(tools, counting.tokenizer) * counting.toolScale
    return Math.ceil(tokens)
  }
}

/** The same by the length of the request alone: cheap enough to ask for each one on its way. */
export function quickEstimate({
  body,
  text,
}: ClientRequest<CountTokensBody>): (model: string) => number {
  let characters = text.length
  let images = 0
  for (const { content } of body.messages) {
    for (const data of encodedData(content)) {
      characters -= data.length
      images++
    }
  }
  return (model) => {
    const { charactersPerToken, imageTokens } = countingOf(model, body)
    return Math.ceil(characters / charactersPerToken + images * imageTokens(null))
  }
}

/** The base64 in images and documents, in tool results too. */
function* encodedData(content: unknown): Generator<string> {
  if (!Array.isArray(content)) return
  for (const block of content) {
    if (!isRecord(block)) continue
    if (isRecord(block.source) && typeof block.source.data === 'string') yield block.source.data
    yield* encodedData(block.content)
  }
}

/** English prose and code come to about four characters a token. */
const CHARACTERS_PER_TOKEN = 4

/** About how many tokens a text of this many characters has. */
export function tokensIn(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN)
}

/** The id of a call, which its result repeats, and what stands around them. */
const TOKENS_PER_TOOL_BLOCK = 25
/** "A 3-page PDF uses approximately 7,000 tokens" (docs of Amazon Bedrock, Claude PDF support). */
const TOKENS_PER_PDF_PAGE = 2300

function contentsOf({ system, messages, tools }: CountTokensBody): Contents {
  const contents: Contents = {
    texts: emptyTally(),
    thoughts: emptyTally(),
    hiddenThought: 0,
    tools: emptyTally(),
    toolCount: 0,
    toolBlocks: 0,
    images: [],
    pdfPages: 0,
  }
  addContent(contents, system)
  for (const { content } of messages) addContent(contents, content)
  for (const tool of tools ?? []) if (tool.defer_loading !== true) addTool(contents, tool)
  return contents
}

function addTool(contents: Contents, { name, description, input_schema }: Tool): void {
  contents.toolCount++
  addText(contents.tools, JSON.stringify({ name, description, input_schema }))
}

/** Members of a block that say nothing to the model, or only in a form of the vendor's own. */
const SILENT = new Set(['type', 'id', 'tool_use_id', 'cache_control', 'data', 'url'])
/** What a search found, encrypted. */
const ENCRYPTED = /^encrypted_/

/** Blocks of every type, those we do not know too: what they have of text is counted. */
function addContent(contents: Contents, content: unknown): void {
  if (typeof content === 'string') addText(contents.texts, content)
  else if (Array.isArray(content)) for (const each of content) addContent(contents, each)
  else if (isRecord(content)) addBlock(contents, content)
}

function addBlock(contents: Contents, block: Record<string, unknown>): void {
  const data = isRecord(block.source) && typeof block.source.data === 'string' ? block.source : null
  if (block.type === 'image') {
    contents.images.push(data ? imageSize(String(data.data)) : null)
    return
  }
  if (block.type === 'thinking' || block.type === 'redacted_thinking') {
    addThought(contents, block)
    return
  }
  if (block.type === 'tool_use' || block.type === 'tool_result') contents.toolBlocks++
  for (const [key, value] of Object.entries(block)) {
    if (key === 'input') addText(contents.texts, JSON.stringify(value))
    else if (key === 'source' && data) addData(contents, data)
    else if (!SILENT.has(key) && !ENCRYPTED.test(key)) addContent(contents, value)
  }
}

/** What a signature has in it beside the thought. */
const SIGNATURE_BYTES = 200

/** A thought that is left out, or redacted, travels encrypted in its signature or data. */
function addThought(contents: Contents, { thinking, signature, data }: Record<string, unknown>) {
  if (typeof thinking === 'string' && thinking !== '') addText(contents.thoughts, thinking)
  else {
    const encrypted = String(signature ?? data ?? '')
    contents.hiddenThought += Math.max(0, (encrypted.length * 3) / 4 - SIGNATURE_BYTES)
  }
}

function addData(contents: Contents, { type, data }: Record<string, unknown>): void {
  if (type === 'base64') contents.pdfPages += pdfPages(String(data))
  else addContent(contents, data)
}
