import { contextOf } from './history/context.ts'
import type { RequestRow } from './history/schema.ts'

/** Everything we say while running. Lines go to stderr: stdout is for data. */
export interface Log {
  request(row: RequestRow): void
  warn(message: string): void
  /** What should never happen, in full: it is for whoever mends it. */
  defect(error: unknown): void
}

export interface LogSettings {
  /** One JSON object a line instead of a sentence. */
  json: boolean
  write(line: string): void
  now: () => number
  redact(text: string): string
}

export function createLog({ json, write, now, redact }: LogSettings): Log {
  const emit = (level: string, message: string, fields: Record<string, unknown> = {}) => {
    const time = new Date(now()).toISOString()
    const line = json
      ? JSON.stringify({ time, level, message, ...fields })
      : `${time.slice(11, 19)} ${message}`
    write(`${redact(line)}\n`)
  }

  return {
    request(row) {
      emit(row.error === null ? 'info' : 'warn', oneLine(summary(row)), json ? { ...row } : {})
    },
    warn: (message) => emit('warn', oneLine(message)),
    defect(error) {
      emit('error', error instanceof Error ? (error.stack ?? error.message) : String(error))
    },
  }
}

function summary(row: RequestRow): string {
  const place = row.provider ? `${row.provider}/${row.served_model}` : 'nobody'
  const region = row.region ? `@${row.region}` : ''
  const attempts = row.attempt_count > 1 ? `, ${row.attempt_count} attempts` : ''
  const seconds = (row.duration_ms / 1000).toFixed(2)
  const tokens = `${contextOf(row) ?? '?'} in, ${row.output_tokens ?? '?'} out`
  const error = row.error === null ? '' : `: ${row.error}`
  return `${row.status} ${row.requested_model} → ${place}${region} ${seconds} s, ${tokens}${attempts}${error}`
}

/** Model names and error texts are other people's: no line breaks, no terminal escapes. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '�')
}
