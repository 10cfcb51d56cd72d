import { describe, expect, test } from 'bun:test'
import { bustsOf, CAUSES, causeOf, describePlace, summarize } from '../../views/cache-loss.ts'
import { aRow } from '../history/rows.ts'

const lost = (
  number: number,
  cache_lost_why: 'prefix' | 'target' | 'idle' | 'unknown',
  prefix_change: string | null,
  cache_lost_tokens: number,
  cache_lost_usd: number | null,
) => aRow(number, { cache_lost_why, prefix_change, cache_lost_tokens, cache_lost_usd })

describe('why a cache was lost', () => {
  test.each([
    ['prefix', 'tools[3]', 'tools'],
    ['prefix', 'system[0]', 'system'],
    ['prefix', 'messages[12]', 'messages'],
    ['prefix', 'model', 'model'],
    ['prefix', 'tool_choice', 'prefix'],
    ['prefix', 'modelling', 'prefix'],
    ['prefix', null, 'prefix'],
    ['target', 'tools[3]', 'target'],
    ['idle', 'none', 'idle'],
    ['unknown', 'none', 'unknown'],
  ] as const)('%s at %s is %s', (why, change, cause) => {
    expect(causeOf(lost(1, why, change, 1, null))).toBe(cause)
  })

  test('is nothing where none was', () => {
    expect(causeOf(aRow(1, { prefix_change: 'tools[3]' }))).toBeNull()
    expect(bustsOf([aRow(1), aRow(2)])).toEqual([])
  })

  test('counts by cause, what took most tokens first, with the latest of each', () => {
    const busts = bustsOf([
      lost(5, 'idle', 'none', 90_000, null),
      lost(4, 'prefix', 'tools[3]', 60_000, 0.5),
      aRow(3),
      lost(2, 'prefix', 'tools[0]', 40_000, 0.4),
      lost(1, 'target', 'none', 50_000, 0.3),
    ])

    expect(busts).toEqual([
      { cause: 'tools', count: 2, tokens: 100_000, usd: 0.9, unpriced: 0, latest: 'req_0004' },
      { cause: 'idle', count: 1, tokens: 90_000, usd: null, unpriced: 1, latest: 'req_0005' },
      { cause: 'target', count: 1, tokens: 50_000, usd: 0.3, unpriced: 0, latest: 'req_0001' },
    ])
    expect(summarize(busts)).toBe(
      '4 cache busts cost at least $1.20: two because tools changed, one after a pause, one because another target answered.',
    )
  })

  test.each([
    [1, '1 cache bust cost $0.5000, after a pause.'],
    [2, '2 cache busts cost $1.00, all after a pause.'],
  ])('is said at once where it was the same each time: %p', (count, sentence) => {
    const turns = Array.from({ length: count }, (_, n) => lost(n, 'idle', 'none', 70_000, 0.5))
    expect(summarize(bustsOf(turns))).toBe(sentence)
  })

  test('comes with tokens where the cost is not known', () => {
    expect(summarize(bustsOf([lost(1, 'unknown', 'none', 84_200, null)]))).toBe(
      '1 cache bust cost 84.2k tokens, for no reason we know.',
    )
  })

  test('has an advice that can be followed, but for what nobody can mend', () => {
    const { unknown, ...others } = CAUSES
    expect(unknown.advice).toContain('Nothing to mend')
    expect(others.target.advice).toContain('`routing.affinity`')
    expect(others.idle.advice).toContain('`ENABLE_PROMPT_CACHING_1H=1`')
    expect(others.tools.advice).toContain('MCP')
  })
})

describe('where a prompt changed', () => {
  test.each([
    ['tools[3]', 'the fourth tool'],
    ['system[1]', 'the second block of the system prompt'],
    ['messages[4]', 'the fifth message'],
    ['messages[11]', 'the twelfth message'],
    ['messages[12]', 'message 13'],
    ['model', 'the model'],
    ['thinking', 'the thinking'],
    ['constructor[1]', 'the constructor[1]'],
    ['tools[99999999999]', 'the tools[99999999999]'],
  ])('%s is %s', (change, place) => {
    expect(describePlace(change)).toBe(place)
  })
})
