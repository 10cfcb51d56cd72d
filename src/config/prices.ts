import { isRecord } from '../json.ts'
import type { OwnPrice } from '../prices/prices.ts'
import { check } from './check.ts'
import type { Report } from './problem.ts'
import { Price } from './schema.ts'

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
