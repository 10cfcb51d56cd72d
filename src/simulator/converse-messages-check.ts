import { isRecord } from '../json.ts'
import type { ConverseModel } from './converse-models.ts'
import { refuse } from './dialect.ts'
import { type Json, objectsIn } from './json.ts'

/** Checks the order of the messages, what each may hold, and that every call has its result. */
export function checkConversation(
  messages: Json[],
  hasToolConfig: boolean,
  facts: ConverseModel,
): void {
  checkRoles(messages, facts)
  let open: string[] = []
  const documents = new Set<string>()
  for (const [index, message] of messages.entries()) {
    const blocks = objectsIn(message.content)
    for (const [position, block] of blocks.entries()) {
      const path = `messages.${index}.content.${position}`
      checkBlock(block, path, message.role === 'user', facts)
      const name = isRecord(block.document) ? String(block.document.name) : null
      if (name !== null && documents.has(name)) refuse(`${path}: duplicate document name ${name}.`)
      if (name !== null) documents.add(name)
    }
    if (blocks.every((block) => block.reasoningContent)) {
      refuse(
        'This model does not support assistant message prefill. The conversation must end with a ' +
          'user message.',
      )
    }
    checkCompany(blocks, `messages.${index}.content`)
    checkResults(blocks, open, `messages.${index}.content`)
    open = idsOf(blocks, 'toolUse')
    if (new Set(open).size < open.length) {
      refuse(`The toolUse blocks at messages.${index}.content contain duplicate Ids.`)
    }
    const usesTools = blocks.some(({ toolUse, toolResult }) => toolUse || toolResult)
    if (usesTools && !hasToolConfig) {
      refuse(
        'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
      )
    }
  }
  if (open.length > 0) refuseOpen(open, messages.length)
}

function checkRoles(messages: Json[], { prefill }: ConverseModel): void {
  if (messages[0]?.role !== 'user') {
    refuse(
      'A conversation must start with a user message. Try again with a conversation that starts ' +
        'with a user message.',
    )
  }
  if (messages.some(({ role }, index) => role === messages[index - 1]?.role)) {
    refuse(
      'A conversation must alternate between user and assistant roles. Make sure the conversation ' +
        'alternates between user and assistant roles and try again.',
    )
  }
  if (!prefill && messages.at(-1)?.role !== 'user') {
    refuse(
      'A conversation must end with a user message. Try again with a conversation that ends with ' +
        'a user message.',
    )
  }
}

function checkBlock(block: Json, path: string, isUser: boolean, facts: ConverseModel): void {
  if (typeof block.text === 'string' && block.text.trim() === '') {
    refuse(
      `The text field in the ContentBlock object at ${path} is blank. Add text to the text field, ` +
        'and try again.',
    )
  }
  if (block.reasoningContent && (isUser || !facts.reasoningBack)) {
    refuse(
      'User messages cannot contain reasoning content. Please remove the reasoning content and try again.',
    )
  }
  for (const kind of ['image', 'document'] as const) {
    if (!block[kind]) continue
    if (!isUser) refuse(`You can only include ${kind}s if the role is user.`)
    if (!facts[`${kind}s`]) refuse(`This model doesn't support the ${kind} content block.`)
  }
  if (block.toolUse && isUser) refuse(`${path}: toolUse blocks belong to the assistant.`)
  if (!isRecord(block.toolResult)) return
  if (!isUser) refuse(`${path}: toolResult blocks belong to the user.`)
  const isRich = objectsIn(block.toolResult.content).some(
    ({ image, document }) => image || document,
  )
  if (!facts.richResults && (isRich || 'status' in block.toolResult)) {
    const what = isRich ? 'toolResult.content.image' : 'toolResult.status'
    refuse(`This model doesn't support the ${what} field. Remove ${what} and try again.`)
  }
}

function checkCompany(blocks: Json[], path: string): void {
  const has = (kind: string) => blocks.some((block) => block[kind] !== undefined)
  if (has('document') && !has('text')) refuse(`${path}: a document needs a text block beside it.`)
  for (const [index, block] of blocks.entries()) {
    const before = blocks[index - 1]
    if (!block.cachePoint || (before && !before.document && !before.cachePoint)) continue
    refuse(
      'There is nothing available to cache. Please remove the invalid cache point and try again.',
    )
  }
}

function idsOf(blocks: Json[], kind: 'toolUse' | 'toolResult'): string[] {
  return blocks.flatMap((block) => {
    const holder = block[kind]
    return isRecord(holder) ? [String(holder.toolUseId)] : []
  })
}

function checkResults(blocks: Json[], open: string[], path: string): void {
  const answered = idsOf(blocks, 'toolResult')
  const missing = open.filter((id) => !answered.includes(id))
  if (missing.length > 0)
    refuse(`Expected toolResult blocks at ${path} for the following Ids: ${missing.join(', ')}`)
  if (answered.length > open.length) {
    refuse(
      `The number of toolResult blocks at ${path} exceeds the number of toolUse blocks of previous turn.`,
    )
  }
}

function refuseOpen(open: string[], index: number): never {
  refuse(
    `Expected toolResult blocks at messages.${index}.content for the following Ids: ${open.join(', ')}`,
  )
}
