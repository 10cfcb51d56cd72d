import type { Database } from 'bun:sqlite'
import requests from './migrations/0001_requests.sql' with { type: 'text' }
import routing from './migrations/0002_routing.sql' with { type: 'text' }
import prices from './migrations/0003_prices.sql' with { type: 'text' }
import signatures from './migrations/0004_thinking_signatures.sql' with { type: 'text' }
import indexes from './migrations/0005_indexes.sql' with { type: 'text' }
import ledger from './migrations/0006_ledger.sql' with { type: 'text' }
import rollups from './migrations/0007_rollups.sql' with { type: 'text' }

/** In order; the number of those applied is the database's `user_version`. Never edit one that has shipped. */
const MIGRATIONS: readonly string[] = [
  requests,
  routing,
  prices,
  signatures,
  indexes,
  ledger,
  rollups,
]

/** Brings the schema up to date. Throws when the file was written by a newer version. */
export function migrate(database: Database): void {
  const applied = versionOf(database)
  if (applied > MIGRATIONS.length) {
    throw new Error(
      `the history was written by a newer claude-proxy (schema ${applied}, this one knows ${MIGRATIONS.length})`,
    )
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < applied) continue
    database.transaction(() => {
      database.run(sql)
      database.run(`PRAGMA user_version = ${index + 1}`)
    })()
  }
}

function versionOf(database: Database): number {
  const row = database.query<{ user_version: number }, []>('PRAGMA user_version').get()
  return row?.user_version ?? 0
}
