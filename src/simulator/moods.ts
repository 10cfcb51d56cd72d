import { isRecord } from '../json.ts'
import { lastWords, toolNames } from './conversation.ts'
import type { Json } from './json.ts'
import { createPromptCache } from './prompt-cache.ts'
import type { SimulatedCall, Step, TextStep, ToolCall, ToolStep } from './steps.ts'

/**
 * Answers with a short helpful text; asked to `use the tool NAME with {json}`, with that call, if
 * the request offers the tool and the turn is not itself the result of one.
 */
export function helpfulMood(call: SimulatedCall): Step {
  const body = isRecord(call.body) ? call.body : {}
  const [, name = '', input = '{}'] =
    /use the tool ([\w-]+)(?: with (\{.*\}))?/s.exec(lastWords(body)) ?? []
  if (!toolNames(body).includes(name)) return { kind: 'text' }
  return { kind: 'tool', calls: [{ name, input: parseInput(input) }] }
}

/**
 * The weather of a busy afternoon: mostly good answers, now and then what every service does on a
 * bad day, and prompt caches that keep what they are given. `random` gives numbers in [0, 1).
 */
export function demoMood(random: () => number = Math.random): (call: SimulatedCall) => Step {
  const cache = createPromptCache()
  return (call) =>
    trouble(call, random) ?? { ...goodAnswer(call, random), usage: cache.count(call) }
}

function trouble({ wire }: SimulatedCall, random: () => number): Step | null {
  const roll = random()
  // Rare, since a router takes what comes at random for a quota, and slows down to keep to it.
  if (roll < 0.01) {
    const seconds = String(3 + Math.floor(random() * 12))
    return { kind: 'refuse', status: 429, headers: { 'retry-after': seconds } }
  }
  if (roll < 0.045) return { kind: 'refuse', status: wire === 'anthropic' ? 529 : 503 }
  if (roll < 0.055)
    return { kind: 'refuse', status: 500, message: `Worker ${Math.floor(roll * 1e6)} failed` }
  if (roll < 0.065) return BAD_GATEWAY
  if (roll < 0.075) return { kind: 'reset' }
  if (roll < 0.085) return { kind: 'error', after: 0 }
  if (roll < 0.105) return { kind: 'cut', after: 8 }
  if (roll < 0.11) return { kind: 'garble', after: 3 }
  if (roll < 0.115) return { kind: 'refuse', status: 413 }
  return null
}

/** What a load balancer says in place of the service. */
const BAD_GATEWAY: Step = {
  kind: 'body',
  status: 502,
  contentType: 'text/html',
  body: '<html><body><h1>502 Bad Gateway</h1></body></html>',
}

function goodAnswer(call: SimulatedCall, random: () => number): TextStep | ToolStep {
  const body = isRecord(call.body) ? call.body : {}
  const paceMs = 10 + Math.floor(random() * 40)
  if (isSmall(call, body)) return { kind: 'text', text: pick(TITLES, random), paceMs }
  const tool = pick(TOOL_CALLS, random)
  if (toolNames(body).includes(tool.name) && random() < 0.5) {
    return { kind: 'tool', text: pick(OPENINGS, random), calls: [tool] }
  }
  const text = pick(ANSWERS, random)
  if (random() < 0.5) return { kind: 'text', text, paceMs }
  return { kind: 'text', text, thinking: pick(THOUGHTS, random), paceMs }
}

/** Titles, summaries and the like, which Claude Code asks of its small model. */
function isSmall({ model }: SimulatedCall, body: Json): boolean {
  return model.includes('haiku') || Number(body.max_tokens) <= 512
}

function parseInput(json: string): Json {
  try {
    const input: unknown = JSON.parse(json)
    return isRecord(input) ? input : {}
  } catch {
    return {}
  }
}

function pick<T>(list: readonly [T, ...T[]], random: () => number): T {
  return list[Math.floor(random() * list.length)] ?? list[0]
}

const TITLES = [
  'Fix the flaky upload test',
  'Rename the billing module',
  'Explain the retry loop',
] as const

const OPENINGS = ['Let me look.', 'I will check that first.', 'One moment.'] as const

const TOOL_CALLS: readonly [ToolCall, ...ToolCall[]] = [
  { name: 'Read', input: { file_path: '/home/ada/shop/src/upload.ts' } },
  {
    name: 'Bash',
    input: { command: 'bun test test/upload.test.ts', description: 'Run the tests' },
  },
  { name: 'Grep', input: { pattern: 'retryAfter', path: '/home/ada/shop/src' } },
]

const THOUGHTS = [
  'The test fails only on slow machines, so it is a matter of time. Where is the clock read? ' +
    'In the constructor, and the loop never looks again. That explains both reports.',
  'Two callers use this function. One passes seconds, the other milliseconds. The name says ' +
    'neither, so the type should.',
] as const

const ANSWERS = [
  'The upload test waited for a fixed time instead of the event. It now awaits the `close` event, ' +
    'passes a hundred times in a row, and takes a tenth of the time. I left the timeout of the ' +
    'suite as it was.',
  'There are three places that build this URL, and one of them forgets the port. I gave them one ' +
    'function, `endpointFor(region)`, and a test for each of the three callers. The public API did ' +
    'not change, so nothing else had to.',
  'Short answer: yes, it is safe to delete. Nothing imports the module since March, the two ' +
    'scripts that mention it are themselves unused, and the database column was dropped with the ' +
    'last migration. I would remove all of it in one commit.',
] as const
