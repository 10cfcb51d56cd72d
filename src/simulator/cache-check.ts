import { isRecord } from '../json.ts'
import { type Dialect, demand, hasBeta, refuse, refuseExtra } from './dialect.ts'
import type { CheckedMessage } from './json.ts'
import { type Json, objectsIn } from './json.ts'
import { CacheControl } from './messages-schema.ts'
import { abilitiesOf } from './models.ts'
import { faultIn } from './shape.ts'

interface Breakpoint {
  path: string
  control: unknown
}

/** At most four breakpoints, the long-lived ones first, and nothing foreign in them. */
export function checkBreakpoints(body: Json, messages: CheckedMessage[], dialect: Dialect): void {
  const breakpoints = [...breakpointsOf(body, messages)]
  const takesTtl =
    dialect.service === 'anthropic' || abilitiesOf(String(body.model))?.cacheTtl !== false
  for (const { path, control } of breakpoints) checkControl(control, path, takesTtl, dialect)
  if (breakpoints.length > 4) {
    refuse(`A maximum of 4 blocks with cache_control may be provided. Found ${breakpoints.length}.`)
  }
  checkOrder(breakpoints)
}

/** In the order the service reads them. */
function* breakpointsOf(body: Json, messages: CheckedMessage[]): Generator<Breakpoint> {
  if (body.cache_control) yield { path: 'cache_control', control: body.cache_control }
  for (const [index, tool] of objectsIn(body.tools).entries()) {
    yield* breakpointOf(tool, `tools.${index}`)
  }
  for (const [index, block] of objectsIn(body.system).entries()) {
    yield* breakpointOf(block, `system.${index}`)
  }
  for (const [index, message] of messages.entries()) {
    for (const [position, block] of message.blocks.entries()) {
      const path = `messages.${index}.content.${position}.${block.type}`
      yield* breakpointOf(block, path)
      for (const [part, inner] of objectsIn(block.content).entries()) {
        yield* breakpointOf(inner, `${path}.content.${part}.${inner.type}`)
      }
    }
  }
}

function* breakpointOf(holder: Json, path: string): Generator<Breakpoint> {
  if (holder.cache_control === undefined || holder.cache_control === null) return
  if (holder.text === '') refuse(`${path}: cache_control cannot be set for empty text blocks`)
  yield { path: `${path}.cache_control`, control: holder.cache_control }
}

function checkControl(control: unknown, path: string, takesTtl: boolean, dialect: Dialect): void {
  const place = isRecord(control) && control.type === 'ephemeral' ? `${path}.ephemeral` : path
  demand(faultIn(CacheControl, control, place))
  if (!isRecord(control)) return
  const takesScope = dialect.service === 'anthropic' && hasBeta(dialect, 'prompt-caching-scope')
  if ('scope' in control && !takesScope) refuseExtra(`${place}.scope`)
  if ('ttl' in control && !takesTtl) refuseExtra(`${place}.ttl`)
}

function checkOrder(breakpoints: Breakpoint[]): void {
  let hasShort = false
  for (const { path, control } of breakpoints) {
    const isLong = isRecord(control) && control.ttl === '1h'
    if (isLong && hasShort) {
      refuse(
        `${path}.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' ` +
          'cache_control block. Note that blocks are processed in the following order: ' +
          '`tools`, `system`, `messages`.',
      )
    }
    hasShort ||= !isLong
  }
}
