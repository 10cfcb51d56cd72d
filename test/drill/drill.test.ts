import { beforeAll, describe, expect, test } from 'bun:test'
import { readConfig } from '../../src/config/load.ts'
import { chainsOf } from '../../src/drill/chains.ts'
import { type ChainCard, runDrill } from '../../src/drill/drill.ts'
import { EXERCISES } from '../../src/drill/exercises.ts'

const NOWHERE = { env: {}, homeDir: '/nowhere', executableDir: '/nowhere' }
const STEPS = {
  anthropic: '{ name: direct, variants: [{ model: claude-opus-5-5 }] }',
  bedrock: '{ name: bedrock, variants: [{ model: us.anthropic.claude-opus-5-5 }] }',
  converse: '{ name: bedrock, variants: [{ model: "us.amazon.nova-pro-v1:0" }] }',
  openai: '{ name: compatible, variants: [{ model: gpt-4o }] }',
}
const BEHIND = {
  anthropic: STEPS.bedrock,
  bedrock: STEPS.converse,
  converse: STEPS.openai,
  openai: STEPS.anthropic,
}
const LANES = ['anthropic', 'bedrock', 'converse', 'openai'] as const

const config = (onStreamFailure: string) =>
  readConfig(
    `
providers:
  direct: { type: anthropic, base_url: "https://llm.example.com", api_key: a-real-key }
  bedrock: { region: us-west-2 }
  compatible: { type: openai, base_url: "https://llm.example.com/v1", api_key: a-real-key }
routing:
  on_stream_failure: ${onStreamFailure}
  models:
${LANES.map((lane) => `    - { model: ${lane}, provider_sequence: [${STEPS[lane]}, ${BEHIND[lane]}] }`).join('\n')}
    - { model: alone, provider_sequence: [${STEPS.anthropic}] }
`,
    NOWHERE,
  )

type Verdicts = ('pass' | 'safe')[]
const WHOLE: Verdicts = ['pass']
const ERROR: Verdicts = ['safe']
const EITHER: Verdicts = ['pass', 'safe']

const MID_STREAM = ['F08', 'F09', 'F14', 'F18']
/** Claude's window is larger than that of gpt-4o. */
const HAS_LARGER_WINDOW = ['openai']
const BROKEN_STREAM: Record<string, Verdicts> = { F10: EITHER, F25: ERROR }
/** What a chain of one can still answer, or refuse as it should. */
const ALONE_WHOLE = ['F01', 'F03', 'F07', 'F11', 'F13', 'F20', 'F24']

describe.each(['error', 'continue'])('with on_stream_failure: %s', (onStreamFailure) => {
  let cards: ChainCard[]
  beforeAll(async () => {
    const read = await config(onStreamFailure)
    cards = await runDrill(read, chainsOf(read))
  }, 60_000)

  const came = (route: string, id: string, stream: boolean) => {
    const results = cards.find(({ chain }) => chain.model === route)?.results
    const result = results?.find((one) => one.id === id)
    if (!result) throw new Error(`${id} was not played`)
    return stream ? result.streamed : result.unstreamed
  }
  const cases = EXERCISES.flatMap(({ id, title }) =>
    [true, false].map((stream) => ({ id, title, stream })),
  )

  describe.each(LANES)('a chain that begins on the %s wire', (lane) => {
    const expected = (id: string, stream: boolean): Verdicts => {
      if (stream && MID_STREAM.includes(id)) return onStreamFailure === 'error' ? ERROR : WHOLE
      if (id === 'F12') return HAS_LARGER_WINDOW.includes(lane) ? WHOLE : ERROR
      return (stream && BROKEN_STREAM[id]) || WHOLE
    }
    test.each(cases)('bears $id: $title (stream: $stream)', ({ id, stream }) => {
      const { verdict, detail } = came(lane, id, stream)
      expect(verdict, detail ?? '').toBeOneOf(expected(id, stream))
    })
  })

  describe('a chain of one', () => {
    const expected = (id: string, stream: boolean): Verdicts => {
      if (ALONE_WHOLE.includes(id)) return WHOLE
      return (stream && BROKEN_STREAM[id]) || (onStreamFailure === 'error' ? ERROR : EITHER)
    }
    test.each(cases)('bears $id: $title (stream: $stream)', ({ id, stream }) => {
      const { verdict, detail } = came('alone', id, stream)
      expect(verdict, detail ?? '').toBeOneOf(expected(id, stream))
    })
  })
})
