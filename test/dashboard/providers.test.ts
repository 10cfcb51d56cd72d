import { describe, expect, test } from 'bun:test'
import { aTarget, NOW, openDashboard } from './cast.ts'
import { select, texts } from './select.ts'

const COOLING = aTarget({
  state: 'cooling',
  until: NOW + 12_000,
  reason: 'Too many requests.',
  in_flight: 1,
  requests_last_minute: 2,
  tokens_last_minute: 31_200,
  tpm: 40_000,
  max_concurrent: 4,
  first_event_ms: 1830,
})
const LLAMA = aTarget({
  id: 'groq/llama',
  provider: 'groq',
  model: 'llama',
  region: null,
  rpm: null,
})

describe('the providers page', () => {
  test('lists the targets with state, wait, reason, load and limits', async () => {
    const { read } = openDashboard([COOLING, LLAMA])

    const page = await read('/providers')

    expect(texts(page, 'thead th')).toEqual([
      'Target',
      'State',
      'Requests, last minute',
      'Tokens, last minute',
      'In flight',
      'First event',
    ])
    expect(texts(page, 'tbody th')).toEqual([
      'bedrockus.anthropic.claude-sonnet-4-20250514-v1:0us-west-2',
      'groqllama',
    ])
    expect(texts(page, '.badge')).toEqual(['Cooling down', 'Ready'])
    expect(texts(page, '.standing time')).toEqual(['until 22 Nov, 13:17:17'])
    expect(texts(page, '.reason')).toEqual(['Too many requests.', ''])
    expect(texts(page, '.usage span')).toEqual([
      ...['2 of 2', 'set in the config'],
      ...['31.2k of 40.0k', 'set in the config'],
      ...['1 of 4', 'set in the config'],
      ...['1.83 s', 'usually'],
      ...['1', 'no limit known'],
      ...['10.0k', 'no limit known'],
      ...['0', 'no limit known'],
      ...['–', 'not known yet'],
    ])
  })

  test('draws how much of a limit is used, and warns when it is all', async () => {
    const { read } = openDashboard([COOLING])

    const page = await read('/providers')

    expect(select(page, '.usage .flow').map((bar) => bar.attributes.width)).toEqual([
      '100',
      '78',
      '25',
    ])
    expect(select(page, '.usage .tone-warn')).toHaveLength(1)
  })

  test('says how sure it is of a limit that was learned', async () => {
    const { read } = openDashboard([
      {
        ...LLAMA,
        requests_last_minute: 3,
        learned_rpm: { value: 2.37, confidence: 0.884 },
        learned_tpm: { value: 38_871, confidence: 1 },
      },
    ])

    expect(texts(await read('/providers'), '.usage span').slice(0, 4)).toEqual([
      ...['3 of about 2.4', 'learned, 88% sure'],
      ...['10.0k of about 39.0k', 'learned, 99% sure'],
    ])
  })

  test('believes the config more than what was learned', async () => {
    const learned = { value: 7, confidence: 0.9 }
    const { read } = openDashboard([{ ...COOLING, learned_rpm: learned }])

    expect(texts(await read('/providers'), '.usage span')[0]).toBe('2 of 2')
  })
})

describe('the Clear button', () => {
  test('stands at every target that is not ready, unless only the config can mend it', async () => {
    const { read } = openDashboard([
      aTarget({ id: 'ready' }),
      aTarget({ id: 'cooling', state: 'cooling', until: NOW }),
      aTarget({ id: 'half open', state: 'half_open' }),
      aTarget({ id: 'unavailable', state: 'unavailable', until: NOW }),
      aTarget({ id: 'out of credit', state: 'misconfigured', until: NOW }),
      aTarget({ id: 'without a key', state: 'misconfigured' }),
    ])

    expect(texts(await read('/providers'), 'main button')).toEqual([
      'Clear cooling',
      'Clear half open',
      'Clear unavailable',
      'Clear out of credit',
    ])
  })

  test('leads back to the page, where the target is ready', async () => {
    const { read, submit } = openDashboard([COOLING, LLAMA])
    const [form] = select(await read('/providers'), 'form')

    const response = await submit(form?.attributes.action ?? '')

    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/providers')
    expect(texts(await read('/providers'), '.badge')).toEqual(['Ready', 'Ready'])
  })

  test('is a 404 page for a target that is gone', async () => {
    const { submit } = openDashboard([COOLING])

    const response = await submit('/providers/groq%2Fllama/clear')

    expect(response.status).toBe(404)
    expect(texts(await response.text(), 'h1')).toEqual(['There is no target groq/llama any more.'])
  })
})
