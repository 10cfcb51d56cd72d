import { describe, expect, test } from 'bun:test'
import { anAttempt, aRequest, aTarget, aTestResult, NOW, openDashboard, UNTESTED } from './cast.ts'
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
  routes: [
    { model: 'default', place: 2 },
    { model: 'opus', place: 11 },
  ],
})
const LLAMA = aTarget({
  id: 'groq/llama',
  provider: 'groq',
  model: 'llama',
  region: null,
  rpm: null,
})

describe('the providers page', () => {
  test('lists the targets by provider with state, wait, reason, load and limits', async () => {
    const { read } = openDashboard([COOLING, LLAMA])

    const page = await read('/providers')

    expect(texts(page, 'h2')).toEqual(['bedrock', 'groq'])
    expect(texts(page, 'h3')).toEqual([
      'us.anthropic.claude-sonnet-4-20250514-v1:0us-west-2',
      'llama',
    ])
    expect(texts(page, '.state .badge')).toEqual(['Cooling down', 'Ready'])
    expect(texts(page, '.state time')).toEqual(['until 22 Nov, 13:17:17'])
    expect(texts(page, '.reason')).toEqual(['Too many requests.'])
    expect(texts(page, '.target-figures dt').slice(0, 5)).toEqual([
      'Requests, last minute',
      'Tokens, last minute',
      'In flight',
      'Attempts, 24 h',
      'First event',
    ])
    expect(texts(page, '.value, .note')).toEqual([
      ...['2 of 2', 'set in the config'],
      ...['31.2k of 40.0k', 'set in the config'],
      ...['1 of 4', 'set in the config'],
      ...['–', 'not asked'],
      ...['1.83 s', 'usually'],
      ...['1', 'no limit known'],
      ...['10.0k', 'no limit known'],
      ...['0', 'no limit known'],
      ...['–', 'not asked'],
      ...['–', 'not known yet'],
    ])
  })

  test('begins with how many are how', async () => {
    const { read } = openDashboard([
      COOLING,
      aTarget({ id: 'b', state: 'half_open' }),
      aTarget({ id: 'c', state: 'misconfigured' }),
      aTarget({ id: 'd', state: 'paused' }),
    ])
    expect(texts(await read('/providers'), '#standing li')).toEqual([
      '0 ready',
      '2 cooling down',
      '1 out',
      '1 paused',
    ])
    expect(texts(await openDashboard([LLAMA]).read('/providers'), '#standing li')).toEqual([
      '1 ready',
    ])
  })

  test('draws how much of a limit is used, and warns when it is all', async () => {
    const { read } = openDashboard([COOLING])

    const page = await read('/providers')

    expect(select(page, '.target-figures .flow').map((bar) => bar.attributes.width)).toEqual([
      '100',
      '78',
      '25',
    ])
    expect(select(page, '.target-figures .tone-warn')).toHaveLength(1)
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

    expect(texts(await read('/providers'), '.value, .note').slice(0, 4)).toEqual([
      ...['3 of about 2.4', 'learned, 88% sure'],
      ...['10.0k of about 39.0k', 'learned, 99% sure'],
    ])
  })

  test('believes the config more than what was learned', async () => {
    const learned = { value: 7, confidence: 0.9 }
    const { read } = openDashboard([{ ...COOLING, learned_rpm: learned }])

    expect(texts(await read('/providers'), '.value')[0]).toBe('2 of 2')
  })

  test('says which routes ask a target, and at which place', async () => {
    const { read } = openDashboard([COOLING, aTarget({ id: 'passed', routes: [] })])

    expect(texts(await read('/providers'), '.target-notes dd')).toEqual([
      'default 2nd, opus 11th',
      'every request, since routing is off',
    ])
  })

  test('says what is left out for a target, by the config and as learned', async () => {
    const { read } = openDashboard([
      aTarget({ strip: ['tools.defer_loading'], unsupported: ['context_management', 'beta:*'] }),
    ])

    expect(texts(await read('/providers'), '.target-notes > div').slice(1)).toEqual([
      'Left out (config)tools.defer_loading',
      'Left out (learned)context_management, beta:*',
    ])
  })

  test('shows how a target did in the last 24 hours, and its last error', async () => {
    const { read, history } = openDashboard([aTarget(), LLAMA])
    const attempts = [
      anAttempt({ first_event_ms: 500 }),
      anAttempt({ outcome: 'overloaded', error: 'It is too much.', first_event_ms: null }),
      anAttempt({ provider: 'groq', model: 'llama', region: null, first_event_ms: 250 }),
    ]
    history.record(aRequest({ id: 'req_1' }), attempts)
    const yesterday = NOW - 25 * 60 * 60_000
    history.record(aRequest({ id: 'req_0', created_at: yesterday }), [anAttempt(), anAttempt()])

    const page = await read('/providers')

    expect(texts(page, '.pulse title')).toEqual([
      '2 attempts in 24 hours, 50.0% of them answered',
      '1 attempt in 24 hours, 100% of them answered',
    ])
    expect(texts(page, '.sparkline.kind-1 title')).toEqual([
      'Until the first event: 0.50 s in 24 h',
      'Until the first event: 0.25 s in 24 h',
    ])
    expect(texts(page, '.target-notes .badge')).toEqual(['Overloaded'])
    expect(texts(page, '.said')).toEqual(['It is too much.'])
    expect(select(page, '.target-notes a')[0]?.attributes.href).toBe('/requests/req_1')
  })

  test('a target without a model of its own shows what no other target claims', async () => {
    const any = aTarget({ id: 'groq/', provider: 'groq', model: 'any model', region: null })
    const { read, history } = openDashboard([any, LLAMA])
    const groq = { provider: 'groq', region: null }
    history.record(aRequest(), [
      anAttempt({ ...groq, model: 'one', first_event_ms: 100 }),
      anAttempt({ ...groq, model: 'two', first_event_ms: 300 }),
      anAttempt({ ...groq, model: 'two', first_event_ms: 300 }),
      anAttempt({ ...groq, model: 'llama', first_event_ms: 900 }),
      anAttempt({ provider: 'other', model: 'one' }),
    ])

    const page = await read('/providers')

    expect(texts(page, '.pulse title')).toEqual([
      '3 attempts in 24 hours, 100% of them answered',
      '1 attempt in 24 hours, 100% of them answered',
    ])
    expect(texts(page, '.sparkline.kind-1 title')[0]).toEndWith(': 0.23 s in 24 h')
  })

  test('has the result of a test, until there is another', async () => {
    const failed = aTestResult({
      outcome: 'credential',
      first_event_ms: null,
      text: null,
      error: 'bedrock: no such key',
      advice: 'Put a valid credential there.',
    })
    const { read } = openDashboard([
      aTarget({ id: 'a', test: { ...UNTESTED, last: aTestResult() } }),
      aTarget({ id: 'b', test: { ...UNTESTED, last: aTestResult({ text: '' }) } }),
      aTarget({ id: 'c', test: { ...UNTESTED, last: failed } }),
      aTarget({ id: 'd', test: { ...UNTESTED, running_since: NOW } }),
      aTarget({ id: 'e', test: { ...UNTESTED, obstacle: 'only clients have a credential' } }),
      aTarget({ id: 'f', reason: 'no key', test: { ...UNTESTED, obstacle: 'no key' } }),
    ])

    const page = await read('/providers')

    expect(texts(page, '.target-notes > div').filter((note) => !note.startsWith('Asked'))).toEqual([
      'Last testAnswered 22 Nov, 13:16:05 after 0.41 s: “Hi! How can I help?”',
      'Last testAnswered 22 Nov, 13:16:05 after 0.41 s: without a word in the few tokens it had',
      'Last testCredential refused 22 Nov, 13:16:05 bedrock: no such key' +
        'Put a valid credential there.',
      'Testunder way',
      'Testnot possible: only clients have a credential',
    ])
    expect(texts(page, 'button').filter((name) => name.startsWith('Test'))).toEqual([
      'Test a',
      'Test b',
      'Test c',
      'Testing … d',
    ])
  })
})

const buttons = (page: string) => texts(page, '.actions button')

describe('the buttons', () => {
  test('Clear stands at every target that is not ready, unless only the config can mend it', async () => {
    const { read } = openDashboard([
      aTarget({ id: 'ready' }),
      aTarget({ id: 'taught', unsupported: ['context_management'] }),
      aTarget({ id: 'cooling', state: 'cooling', until: NOW }),
      aTarget({ id: 'half open', state: 'half_open' }),
      aTarget({ id: 'unavailable', state: 'unavailable', until: NOW }),
      aTarget({ id: 'out of credit', state: 'misconfigured', until: NOW }),
      aTarget({ id: 'without a key', state: 'misconfigured' }),
      aTarget({ id: 'paused', state: 'paused' }),
    ])

    const clear = buttons(await read('/providers')).filter((name) => name.startsWith('Clear'))

    expect(clear).toEqual([
      'Clear taught',
      'Clear cooling',
      'Clear half open',
      'Clear unavailable',
      'Clear out of credit',
    ])
  })

  test('lead back to the page, where the target is as it was wanted', async () => {
    const { read, submit } = openDashboard([COOLING, LLAMA])
    const press = async (name: string) => {
      const forms = select(await read('/providers'), '.actions form')
      const at = buttons(await read('/providers')).indexOf(name)
      const response = await submit(forms[at]?.attributes.action ?? '')
      expect(response.status).toBe(303)
      expect(response.headers.get('location')).toBe('/providers')
      return texts(await read('/providers'), '.state .badge')
    }

    expect(await press(`Clear ${COOLING.id}`)).toEqual(['Ready', 'Ready'])
    expect(await press('Pause groq/llama')).toEqual(['Ready', 'Paused'])
    expect(await press('Resume groq/llama')).toEqual(['Ready', 'Ready'])
    await press('Test groq/llama')
    expect(texts(await read('/providers'), '.said')).toEqual([
      'after 0.41 s: “Hi! How can I help?”',
    ])
  })

  test.each([
    ['clear', 'There is no target groq/llama any more.'],
    ['pause', 'There is no target groq/llama any more.'],
    ['resume', 'There is no target groq/llama any more.'],
    ['test', 'There is no target "groq/llama"'],
  ])('%s is a 404 page for a target that is gone', async (verb, message) => {
    const { submit } = openDashboard([COOLING])

    const response = await submit(`/providers/groq%2Fllama/${verb}`)

    expect(response.status).toBe(404)
    expect(texts(await response.text(), 'h1')).toEqual([message])
  })
})
