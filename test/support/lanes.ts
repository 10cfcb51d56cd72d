import type { Simulator } from '../../src/simulator/simulator.ts'

/** The wires, each with the model a test asks for and the one the simulator is asked for. */
export const LANES = [
  { lane: 'anthropic', upstream: 'claude-opus-5-5' },
  { lane: 'bedrock', upstream: 'us.anthropic.claude-opus-5-5' },
  { lane: 'converse', upstream: 'us.amazon.nova-pro-v1:0' },
  { lane: 'openai', upstream: 'gpt-4o' },
  { lane: 'responses', upstream: 'gpt-5.6-sol' },
] as const

export type Lane = (typeof LANES)[number]

/** What takes over when the lane under test fails. */
export const SPARE = 'claude-haiku-4-5'

/**
 * A route for each lane alone (named like it), and one where the spare stands behind it
 * (`anthropic-then-spare`). Timers are short where a test has to wait for one, and
 * nobody waits for a slot.
 */
export function lanesYaml({ url }: Simulator): string {
  const steps = {
    anthropic: '{ name: direct, variants: [{ model: claude-opus-5-5 }] }',
    bedrock: '{ name: bedrock, variants: [{ model: us.anthropic.claude-opus-5-5 }] }',
    converse: '{ name: bedrock, variants: [{ model: "us.amazon.nova-pro-v1:0" }] }',
    openai: '{ name: compatible, variants: [{ model: gpt-4o }] }',
    responses: '{ name: openai, variants: [{ model: gpt-5.6-sol }] }',
  }
  const routes = Object.entries(steps).flatMap(([lane, step]) => [
    `    - { model: ${lane}-then-spare, provider_sequence: [${step}, { name: spare, variants: [{ model: ${SPARE} }] }] }`,
    `    - { model: ${lane}, provider_sequence: [${step}] }`,
  ])
  return `
server: { first_event_timeout: 300ms, idle_timeout: 600ms }
providers:
  direct: { type: anthropic, base_url: "${url}", api_key: key-of-direct }
  bedrock: { region: us-west-2, endpoint: "${url}", api_key: key-of-bedrock }
  compatible: { type: openai, base_url: "${url}/v1", api_key: key-of-compatible }
  openai: { base_url: "${url}/v1", api_key: key-of-openai }
  spare: { type: anthropic, base_url: "${url}", api_key: key-of-spare }
routing:
  retry_timeout_millis: 10
  max_wait: 0
  models:
${routes.join('\n')}
`
}

/** The same for tests that are about answers: a machine under load takes its time for them. */
export function patientYaml(simulator: Simulator): string {
  return lanesYaml(simulator)
    .replace('first_event_timeout: 300ms', 'first_event_timeout: 3s')
    .replace('idle_timeout: 600ms', 'idle_timeout: 6s')
}
