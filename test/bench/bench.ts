import { dlopen, ptr } from 'bun:ffi'
import { HEADERS, requestBody } from './body.ts'
import { LANES, type Rig, type Server, startRig } from './rig.ts'

const WARM_UP = 400
const ROUNDS = 9
const PER_ROUND = 120
const DIRECT = 'direct'
const BARE = 'bare'

const libc = openLibc()
await using rig = await startRig()
const figures = await measure(rig)
console.log(Bun.argv.includes('--json') ? JSON.stringify(figures, null, 2) : tableOf(figures))

/** What a server between client and provider costs with one shape of answer, in medians. */
interface Figures {
  lane: string
  answer: 'json' | 'stream'
  /** User and system time of the server per request; null where the system does not tell. */
  cpuMicros: number | null
  /** Beyond asking the simulator directly: to the first bytes of the answer, and to its last. */
  addedFirstMs: number
  addedWholeMs: number
}

/** One server asked for one shape of answer, and what was seen of it. */
interface Run extends Pick<Figures, 'lane' | 'answer'> {
  server: Server
  body: string
  cpuMicros: number[]
  firstMs: number[]
  wholeMs: number[]
}

/** One request at a time, the runs taking turns, so that a busy moment hits all of them alike. */
async function measure(rig: Rig): Promise<Figures[]> {
  const runs = runsOn(rig)
  for (const run of runs) for (let i = 0; i < WARM_UP; i++) await ask(run)
  for (let round = 0; round < ROUNDS; round++) for (const run of runs) await batch(run)
  return runs.flatMap(({ lane, answer, ...seen }) => {
    const direct = runs.find((run) => run.lane === DIRECT && run.answer === answer)
    if (!direct || lane === DIRECT) return []
    return {
      lane,
      answer,
      cpuMicros: libc ? rounded(median(seen.cpuMicros)) : null,
      addedFirstMs: rounded(median(seen.firstMs) - median(direct.firstMs)),
      addedWholeMs: rounded(median(seen.wholeMs) - median(direct.wholeMs)),
    }
  })
}

function runsOn({ simulator, bare, proxy }: Rig): Run[] {
  const lanes = [
    { lane: DIRECT, server: simulator, model: LANES.anthropic },
    { lane: BARE, server: bare, model: LANES.anthropic },
    ...Object.entries(LANES).map(([lane, model]) => ({ lane, server: proxy, model })),
  ]
  return (['json', 'stream'] as const).flatMap((answer) =>
    lanes.map(({ lane, server, model }) => ({
      lane,
      server,
      answer,
      body: requestBody(model, answer === 'stream'),
      cpuMicros: [],
      firstMs: [],
      wholeMs: [],
    })),
  )
}

async function batch(run: Run): Promise<void> {
  const before = cpuMicrosOf(run.server)
  for (let i = 0; i < PER_ROUND; i++) {
    const { firstMs, wholeMs } = await ask(run)
    run.firstMs.push(firstMs)
    run.wholeMs.push(wholeMs)
  }
  run.cpuMicros.push((cpuMicrosOf(run.server) - before) / PER_ROUND)
}

async function ask({ server, body }: Run): Promise<{ firstMs: number; wholeMs: number }> {
  const start = performance.now()
  const url = `${server.url}/v1/messages?beta=true`
  const response = await fetch(url, { method: 'POST', headers: HEADERS, body })
  if (!response.ok || !response.body) throw new Error(await response.text())
  let firstMs = 0
  for await (const _ of response.body) firstMs ||= performance.now() - start
  return { firstMs, wholeMs: performance.now() - start }
}

/**
 * The CPU clock of another process: user and system time of all its threads, in microseconds. Its
 * id is made as clock_getcpuclockid(3) makes it; /proc/PID/stat counts the same in ticks of 10 ms.
 */
function cpuMicrosOf({ pid }: Server): number {
  const time = new BigInt64Array(2)
  libc?.symbols.clock_gettime((~pid << 3) | 2, ptr(time))
  return Number(time[0]) * 1e6 + Number(time[1]) / 1e3
}

/** Only Linux tells one process the clock of another one. */
function openLibc() {
  if (process.platform !== 'linux') return null
  return dlopen('libc.so.6', { clock_gettime: { args: ['i32', 'ptr'], returns: 'i32' } })
}

function median(samples: number[]): number {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? Number.NaN
}

/** To hundredths; more is noise. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

function tableOf(figures: Figures[]): string {
  const rows = figures.map((row) => {
    const bare = figures.find(({ lane, answer }) => lane === BARE && answer === row.answer)
    const cpu = row.cpuMicros === null ? '-' : row.cpuMicros.toFixed(0)
    const ratio = row.cpuMicros && bare?.cpuMicros ? row.cpuMicros / bare.cpuMicros : null
    const added = [row.addedFirstMs, row.addedWholeMs].map((ms) => ms.toFixed(2))
    return [row.lane, row.answer, cpu, ratio?.toFixed(2) ?? '-', ...added]
  })
  const titles = ['lane', 'answer', 'CPU µs', '× bare', 'first +ms', 'whole +ms']
  const lines = [titles, ...rows].map((cells) =>
    cells.map((cell, i) => (i < 2 ? cell.padEnd(10) : cell.padStart(10))).join(''),
  )
  const notes = [
    'Medians per request of 50 KB, asked one at a time; a stream has 200 events. Added time is',
    'beyond asking the simulator in the words of Anthropic, which it knows best.',
    ...(libc ? [] : ['CPU time is known on Linux only: here the added time stands for it.']),
  ]
  return [...lines, '', ...notes].join('\n')
}
