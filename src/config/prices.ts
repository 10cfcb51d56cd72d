import Type, { type Static } from 'typebox'
import { isRecord } from '../json.ts'
import type { OwnPrice } from '../prices/prices.ts'
import { check } from './check.ts'
import { usd } from './fields.ts'
import type { Report } from './problem.ts'

export const Price = Type.Object(
  {
    input: usd('Input that no cache has to do with.'),
    output: usd('Output, thinking included.'),
    cache_read: Type.Optional(usd('Input read from a cache.')),
    cache_write_5m: Type.Optional(usd('Input written to a cache, for five minutes.')),
    cache_write_1h: Type.Optional(usd('Input written to a cache, for an hour.')),
  },
  { additionalProperties: false },
)
type Price = Static<typeof Price>

/** The prices under `prices`, in their order, without those that have a problem. */
export function resolvePrices(section: unknown, report: Report): OwnPrice[] {
  if (!isRecord(section)) return []
  return Object.entries(section).flatMap(([model, value]) => {
    const path = ['prices', model]
    if (!/^[!-~]+$/.test(model)) {
      report(
        path,
        'is not a model id',
        'write an id, provider/id, or a part of one with a *',
        'key',
      )
    }
    const price = check(Price, value, path, report)
    return price ? [{ model, rates: ratesIn(price) }] : []
  })
}

function ratesIn({ input, output, ...cache }: Price): OwnPrice['rates'] {
  const given = Object.entries(cache).map(([name, rate]) => [name, Number(rate)])
  return { input: Number(input), output: Number(output), ...Object.fromEntries(given) }
}
