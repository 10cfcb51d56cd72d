import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'
import { isRecord } from '../json.ts'
import { objectsIn } from '../simulator/json.ts'

const Known = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

const Entry = Type.Object({
  state: Type.String(),
  provider: Known(Type.String()),
  served_model: Known(Type.String()),
  attempt_count: Type.Number(),
  input_tokens: Known(Type.Number()),
  output_tokens: Known(Type.Number()),
  error: Known(Type.String()),
  attempts: Type.Array(Type.Object({ provider: Type.String(), outcome: Type.String() })),
})
/** What the history says of a request. */
export type Entry = Static<typeof Entry>

/** The row of a request and its attempts, through the API; null where there is none. */
export async function findEntry(url: string, id: string): Promise<Entry | null> {
  const entry = await get(`${url}/api/requests/${id}`)
  return Check(Entry, entry) ? entry : null
}

/** How many rows there are. */
export async function countEntries(url: string): Promise<number> {
  const page = await get(`${url}/api/requests`)
  return isRecord(page) ? Number(page.total) : 0
}

/** How many requests are under way at all targets together. */
export async function countInFlight(url: string): Promise<number> {
  const providers = await get(`${url}/api/providers`)
  const targets = isRecord(providers) ? objectsIn(providers.targets) : []
  return targets.reduce((sum, target) => sum + Number(target.in_flight), 0)
}

async function get(url: string): Promise<unknown> {
  return (await fetch(url, { keepalive: false })).json()
}
