import { type Column, getTableColumns, type Table } from 'drizzle-orm'
import Type, { type TSchema } from 'typebox'
import { orNull } from './parts.ts'

/** What the columns of a table are as JSON, by name; `special` has those that are more than their type. */
export function columnsOf(
  table: Table,
  special: Record<string, TSchema>,
  left: readonly string[],
): Record<string, TSchema> {
  const columns = Object.entries(getTableColumns(table)).filter(([name]) => !left.includes(name))
  return Object.fromEntries(columns.map(([name, column]) => [name, special[name] ?? plain(column)]))
}

function plain({ dataType, columnType, notNull }: Column): TSchema {
  const number = columnType === 'SQLiteInteger' ? Type.Integer() : Type.Number()
  const schema =
    dataType === 'number' ? number : dataType === 'boolean' ? Type.Boolean() : Type.String()
  return notNull ? schema : orNull(schema)
}
