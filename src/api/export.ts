import type { Filter } from '../history/filter.ts'
import { REQUEST_COLUMNS } from '../history/queries.ts'
import type { Reader } from '../history/reader.ts'
import type { RequestRow } from '../history/schema.ts'
import { bodyOf } from '../providers/upstream.ts'

/** Rows read at a time: a stream that goes on meanwhile must not notice. */
const BATCH = 500

const FORMATS = {
  csv: { type: 'text/csv; charset=utf-8; header=present', head: csvHead, line: csvLine },
  jsonl: { type: 'application/jsonl', head: () => '', line: jsonLine },
} as const
export type ExportFormat = keyof typeof FORMATS

export function isExportFormat(text: string): text is ExportFormat {
  return Object.hasOwn(FORMATS, text)
}

/** All requests a filter takes, the newest first, as a file; rows are read while it is sent. */
export function exportRequests(reader: Reader, filter: Filter, format: ExportFormat): Response {
  const { type } = FORMATS[format]
  return new Response(bodyOf(linesOf(reader, filter, format)), {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="requests.${format}"`,
      'cache-control': 'no-store',
    },
  })
}

async function* linesOf(
  reader: Reader,
  filter: Filter,
  format: ExportFormat,
): AsyncGenerator<Uint8Array> {
  const { head, line } = FORMATS[format]
  const encoder = new TextEncoder()
  let batch = await reader.rows({ limit: BATCH, filter })
  yield encoder.encode(head(REQUEST_COLUMNS) + batch.map(line).join(''))
  for (let last = batch.at(-1); last && batch.length === BATCH; last = batch.at(-1)) {
    batch = await reader.rows({ limit: BATCH, filter, behind: last })
    yield encoder.encode(batch.map(line).join(''))
  }
}

function jsonLine(row: RequestRow): string {
  return `${JSON.stringify(row)}\n`
}

/** RFC 4180: lines end with CR and LF, and a quote is doubled. */
function csvHead(columns: readonly string[]): string {
  return `${columns.join(',')}\r\n`
}

function csvLine(row: RequestRow): string {
  return `${Object.values(row).map(csvField).join(',')}\r\n`
}

function csvField(value: RequestRow[keyof RequestRow]): string {
  if (value === null) return ''
  if (typeof value === 'object') return csvField(JSON.stringify(value))
  if (typeof value !== 'string') return String(value)
  // A spreadsheet would take these for a formula, and the text may be a stranger's.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
