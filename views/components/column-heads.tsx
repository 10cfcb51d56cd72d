import { Html } from '@elysiajs/html'

/** A column is its label, or with `class` what else stands in it: `number` is set to the right. */
export type Column = string | { label: string; class: string }

export function ColumnHeads({ columns }: { columns: readonly Column[] }): JSX.Element {
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const { label, ...rest } = typeof column === 'string' ? { label: column } : column
          return (
            <th scope="col" {...rest} safe>
              {label}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}
