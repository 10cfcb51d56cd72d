import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Recorded traffic of the real services, from the folder RECORDED_FIXTURES names. Where it is not
 * set, tests that need it are skipped: the recordings are not ours to ship.
 */
export const RECORDED = process.env.RECORDED_FIXTURES

export interface Recording {
  request: { headers: Record<string, string>; body: Record<string, unknown>; url: string }
  response: { status: number; headers: Record<string, string>; body: unknown; bodyFile?: string }
}

/** One recording by its path in that folder, without `.json`. */
export function recorded(name: string): Promise<Recording> {
  return Bun.file(join(RECORDED ?? '', `${name}.json`)).json()
}

/** The file beside a recording, byte for byte. */
export function recordedBytes(name: string): Promise<Uint8Array> {
  return Bun.file(join(RECORDED ?? '', name)).bytes()
}

/** What a service answered, as it can be given again. */
export interface Reply {
  status: number
  headers: Record<string, string>
  body: Uint8Array
}

/**
 * The answer in a recording: an envelope, by its path without `.json`, or by its whole path a file
 * without one: the bytes of a stream (`.sse`, `.bin`), or the `data` of its events, line by line
 * (`.chunks.txt`; where several answers stand in it, `#1` names the second).
 */
export async function recordedReply(name: string): Promise<Reply> {
  if (name.includes('.chunks.txt')) return stream(await wrapped(name))
  if (/\.(sse|bin)$/.test(name)) return stream(await recordedBytes(name), name)
  const { response, ...bare } = await recorded(name)
  // A body by itself, as two of the refusals were kept.
  if (!response) return { status: 400, headers: JSON_TYPE, body: json(bare) }
  const { status, headers, body, bodyFile } = response
  const own = Object.entries(headers).filter(
    ([header]) => !/^(connection|content-length|transfer-encoding|content-encoding)$/i.test(header),
  )
  if (bodyFile === undefined) {
    return { status, headers: { ...JSON_TYPE, ...Object.fromEntries(own) }, body: json(body) }
  }
  const file = join(name, '..', bodyFile)
  const streamed = stream(await recordedBytes(file), file)
  return { ...streamed, status, headers: { ...streamed.headers, ...Object.fromEntries(own) } }
}

const JSON_TYPE = { 'content-type': 'application/json' }

function stream(body: Uint8Array, name = ''): Reply {
  const type = name.endsWith('.bin') ? 'application/vnd.amazon.eventstream' : 'text/event-stream'
  return { status: 200, headers: { 'content-type': type }, body }
}

/** Anthropic names its events, OpenAI's wire says where they end. */
async function wrapped(name: string): Promise<Uint8Array> {
  const [file = '', place] = name.split('#')
  const text = new TextDecoder().decode(await recordedBytes(file)).trim()
  if (!file.startsWith('anthropic/')) {
    return encode(`data: ${text.replaceAll('\n', '\n\ndata: ')}\n\ndata: [DONE]\n\n`)
  }
  const answers = text.split(/\n(?=\{"type":"message_start")/)
  const lines = (answers[Number(place ?? 0)] ?? '').split('\n')
  return encode(lines.map((line) => `event: ${JSON.parse(line).type}\ndata: ${line}\n\n`).join(''))
}

function json(value: unknown): Uint8Array {
  return encode(JSON.stringify(value))
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export interface RecordedRequest {
  name: string
  headers: Record<string, string>
  body: Record<string, unknown>
}

/** Where prose was replaced by filler, so was what had been signed over it. */
const FILLER_SIGNATURE = 'c2lnbmF0dXJl'
const CLAUDE_SIGNATURE = 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds'

/**
 * The Messages requests of one folder. In Bedrock's format the betas stand in the body, and the
 * model in the path.
 */
export async function recordedRequests(folder: string): Promise<RecordedRequest[]> {
  const files = (await readdir(join(RECORDED ?? '', folder))).filter((file) => /json$/.test(file))
  const requests = files.sort().map(async (file) => {
    const name = `${folder}/${file}`
    const text = await Bun.file(join(RECORDED ?? '', name)).text()
    const recording = JSON.parse(text.replaceAll(FILLER_SIGNATURE, CLAUDE_SIGNATURE))
    const { method, path, url, headers, body } = recording.request ?? recording
    if (method !== 'POST' || !/\/(messages|invoke[a-z-]*)(\?|$)/.test(url ?? path)) return []
    const { anthropic_version, anthropic_beta, ...rest } = body
    const betas = anthropic_beta?.join(',') ?? headers['anthropic-beta']
    return [{ name, headers: betas ? { 'anthropic-beta': betas } : {}, body: rest }]
  })
  return (await Promise.all(requests)).flat()
}
