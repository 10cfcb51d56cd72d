import { readConfig } from '../../src/config/load.ts'
import { chainsOf, settingFor } from '../../src/drill/chains.ts'
import type { Observation } from '../../src/drill/judging.ts'
import { emptyUsage } from '../../src/messages/usage.ts'

const config = await readConfig(
  `
providers: { direct: { type: anthropic, base_url: "https://llm.example.com", api_key: k } }
routing:
  models:
    - model: default
      provider_sequence:
        - name: direct
          variants: [{ model: claude-opus-5-5 }, { model: claude-haiku-4-5 }]
`,
  { env: {}, homeDir: '/nowhere', executableDir: '/nowhere' },
)
const [chain] = chainsOf(config)
if (!chain) throw new Error('the config has a chain')
const [ill, well] = chain.targets
if (!ill || !well) throw new Error('the chain has two targets')

const usage = { ...emptyUsage(), input_tokens: 9, output_tokens: 12 }
export const whole = { kind: 'whole', model: 'claude-haiku-4-5', usage } as const
/** What is to be seen when the first target says 503 and the second answers. */
export const rescued: Observation = {
  setting: settingFor(config, chain, true),
  status: 200,
  headers: new Headers({
    'x-proxy-provider': 'direct',
    'x-proxy-model': 'claude-haiku-4-5',
    'x-proxy-attempts': '2',
  }),
  answer: whole,
  durationMs: 3,
  entry: {
    state: 'complete',
    provider: 'direct',
    served_model: 'claude-haiku-4-5',
    attempt_count: 2,
    input_tokens: 9,
    output_tokens: 12,
    error: null,
    attempts: [
      { provider: 'direct', outcome: 'overloaded' },
      { provider: 'direct', outcome: 'ok' },
    ],
  },
  entries: 1,
  requests: 1,
  faulty: 1,
  others: 1,
  mostAsked: 1,
  answerer: { target: well, isFaulty: false },
}
/** Another row of it. */
export const entry = (changes: Partial<NonNullable<Observation['entry']>>) => ({
  entry: rescued.entry && { ...rescued.entry, ...changes },
})
/** What is to be seen when both say 429. */
export const refused: Observation = {
  ...rescued,
  status: 429,
  headers: new Headers({ 'x-proxy-attempts': '2', 'retry-after': '3' }),
  answer: { kind: 'error', type: 'rate_limit_error', message: 'Too many' },
  ...entry({ state: 'failed', error: 'Too many' }),
  answerer: null,
}
/** The first target answers after all. */
export const back: Observation = { ...rescued, answerer: { target: ill, isFaulty: true } }
