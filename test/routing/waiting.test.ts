import { beforeEach, describe, expect, test } from 'bun:test'
import { createWaitingRoom, type WaitingRoom } from '../../src/routing/waiting.ts'
import { aClock } from './target.ts'

const HOUR = 3_600_000

let clock: ReturnType<typeof aClock>
let room: WaitingRoom
/** Targets that are free. */
let free: number
/** Who was let in, in order. */
let entered: string[]

beforeEach(() => {
  clock = aClock()
  room = createWaitingRoom(clock.now)
  free = 0
  entered = []
})

interface Place {
  agent?: string
  until?: number
  freeAt?: () => number
  signal?: AbortSignal
}

/** Somebody waits for one of the free targets. */
function wait(session: string | null, name: string, place: Place = {}) {
  const { agent = null, until = clock.now() + HOUR, freeAt = () => until } = place
  const claim = () => {
    if (free === 0) return null
    free--
    entered.push(name)
    return name
  }
  const waiter = { session: { id: session, agent, isBackground: agent !== null }, claim, freeAt }
  return room.wait(waiter, until, place.signal ?? new AbortController().signal)
}

/** So many targets become free, one at a time. */
function release(times: number): string[] {
  entered = []
  for (let i = 0; i < times; i++) {
    free++
    room.admit()
  }
  return entered
}

test('whoever finds a free target does not wait', async () => {
  free = 1
  expect(await wait('a', 'a1')).toBe('a1')
  expect(room.size).toBe(0)
})

test('one that becomes free lets one in', async () => {
  const waiting = wait('a', 'a1')
  wait('a', 'a2')
  expect(room.size).toBe(2)
  release(1)
  expect(await waiting).toBe('a1')
  expect(room.size).toBe(1)
})

test('several that become free at once let as many in', () => {
  for (const name of ['a1', 'a2', 'a3']) wait('a', name)
  free = 2
  room.admit()
  expect(entered).toEqual(['a1', 'a2'])
})

describe('it is fair', () => {
  test('between sessions: a swarm of one does not keep another out', () => {
    for (let i = 1; i <= 4; i++) wait('swarm', `swarm ${i}`)
    for (let i = 1; i <= 2; i++) wait('other', `other ${i}`)
    expect(release(6)).toEqual(['swarm 1', 'other 1', 'swarm 2', 'other 2', 'swarm 3', 'swarm 4'])
  })

  test('also to a session that comes later', () => {
    for (let i = 1; i <= 3; i++) wait('swarm', `swarm ${i}`)
    release(1)
    wait('late', 'late 1')
    expect(release(2)).toEqual(['late 1', 'swarm 2'])
  })

  test('inside a session: the main conversation comes before its subagents', () => {
    wait('a', 'agent 1', { agent: 'x' })
    wait('a', 'agent 2', { agent: 'y' })
    wait('a', 'main')
    expect(release(3)).toEqual(['main', 'agent 1', 'agent 2'])
  })

  test('and takes all who name no session for one', () => {
    for (let i = 1; i <= 3; i++) wait(null, `nameless ${i}`)
    wait('a', 'a1')
    expect(release(4)).toEqual(['nameless 1', 'a1', 'nameless 2', 'nameless 3'])
  })

  test('to who was let in, against sessions that are always new', () => {
    wait('a', 'a1')
    wait('a', 'a2')
    release(1)
    const order = [1, 2, 3].flatMap((i) => {
      wait(`new ${i}`, `new ${i}`)
      return release(1)
    })
    expect(order).toContain('a2')
  })
})

test('whoever finds nothing for himself does not keep the others out', async () => {
  const picky = {
    session: { id: 'a', agent: null, isBackground: false },
    claim: () => null,
    freeAt: () => clock.now() + HOUR,
  }
  room.wait(picky, clock.now() + HOUR, new AbortController().signal)
  const waiting = wait('b', 'b1')
  release(1)
  expect(await waiting).toBe('b1')
  expect(room.size).toBe(1)
})

test('who arrives does not overtake who waits', async () => {
  const waiting = wait('a', 'a1')
  free = 1
  // What every request does before it looks for a target of its own.
  room.admit()
  expect(free).toBe(0)
  expect(await waiting).toBe('a1')
})

describe('nobody waits', () => {
  test('beyond the end of his patience', async () => {
    const waiting = wait('a', 'a1', { until: clock.now() + 1000 })
    clock.pass(1000)
    room.admit()
    expect(await waiting).toBeNull()
    expect(room.size).toBe(0)
  })

  test('in vain where a target becomes free at that very moment', async () => {
    const waiting = wait('a', 'a1', { until: clock.now() + 1000 })
    clock.pass(1000)
    release(1)
    expect(await waiting).toBe('a1')
  })

  test('at all where there is no time for it', async () => {
    expect(await wait('a', 'a1', { until: clock.now() })).toBeNull()
  })

  test('once his client is gone', async () => {
    const controller = new AbortController()
    const waiting = wait('a', 'a1', { signal: controller.signal })
    const next = wait('a', 'a2')
    controller.abort(new Error('the client left'))
    expect(waiting).rejects.toThrow('the client left')
    expect(room.size).toBe(1)
    release(1)
    expect(await next).toBe('a2')
  })

  test('whose client was gone before', async () => {
    const signal = AbortSignal.abort(new Error('the client left'))
    free = 1
    expect(wait('a', 'a1', { signal })).rejects.toThrow('the client left')
    expect(free).toBe(1)
    expect(room.size).toBe(0)
  })
})

describe('it wakes by itself', () => {
  test('when a target is expected to be free', async () => {
    const real = createWaitingRoom(Date.now)
    const at = Date.now() + 5
    const waiter = {
      session: { id: 'a', agent: null, isBackground: false },
      claim: () => (Date.now() >= at ? 'free' : null),
      freeAt: () => at,
    }
    const { signal } = new AbortController()
    expect(await real.wait(waiter, Date.now() + HOUR, signal)).toBe('free')
  })

  test('when the patience of one ends', async () => {
    const real = createWaitingRoom(Date.now)
    const session = { id: 'a', agent: null, isBackground: false }
    const waiter = { session, claim: () => null, freeAt: () => Number.POSITIVE_INFINITY }
    const { signal } = new AbortController()
    expect(await real.wait(waiter, Date.now() + 5, signal)).toBeNull()
  })

  test('when the clock was moved on meanwhile', async () => {
    const waiting = wait('a', 'a1', { until: clock.now() + HOUR })
    clock.pass(HOUR)
    expect(await waiting).toBeNull()
  })
})

test('nothing keeps the process alive once the last one has left', async () => {
  const script = `
    import { createWaitingRoom } from ${JSON.stringify(require.resolve('../../src/routing/waiting.ts'))}
    const room = createWaitingRoom(Date.now)
    const later = Date.now() + ${HOUR}
    const waiter = { session: { id: null, agent: null, isBackground: false }, claim: () => null, freeAt: () => later }
    const controller = new AbortController()
    const waiting = room.wait(waiter, later, controller.signal)
    controller.abort(new Error('the client left'))
    console.log(await waiting.catch((error) => error.message))
  `
  const child = Bun.spawn([process.execPath, '--eval', script], { stderr: 'inherit' })
  expect(await child.exited).toBe(0)
  expect(await new Response(child.stdout).text()).toBe('the client left\n')
})

test('who cannot be served in time any more hears so at once', async () => {
  let freeAt = clock.now() + 1000
  const waiting = wait('a', 'a1', { until: clock.now() + 2000, freeAt: () => freeAt })
  freeAt = clock.now() + HOUR
  room.admit()
  expect(await waiting).toBeNull()
})
