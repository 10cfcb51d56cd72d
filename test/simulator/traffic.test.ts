import { expect, test } from 'bun:test'
import { demoMood } from '../../src/simulator/moods.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { startTraffic } from '../../src/simulator/traffic.ts'

test('traffic is believable: sessions, tools and their results, and no request is at fault', async () => {
  const simulator = startSimulator({ mood: withoutPauses(demoMood()) })
  const stop = new AbortController()
  startTraffic({ url: simulator.url, signal: stop.signal, intervalMs: 1 })

  while (simulator.calls.length < 300) await simulator.nextCall()
  stop.abort()
  await simulator.stop()

  const { calls } = simulator
  expect(calls.filter(({ status }) => status === 400)).toEqual([])
  expect(
    new Set(calls.map((call) => call.headers.get('x-claude-code-session-id'))).size,
  ).toBeGreaterThan(4)
  expect(calls.some(({ text }) => text.includes('"tool_result"'))).toBe(true)
  expect(calls.some(({ text }) => text.includes('"thinking":"'))).toBe(true)
  expect(new Set(calls.map(({ text }) => text.includes('"stream":true')))).toEqual(
    new Set([true, false]),
  )
  expect(new Set(calls.map(({ status }) => status))).toContain(429)
  expect(calls.some((call) => call.headers.has('x-claude-code-agent-id'))).toBe(true)
  expect(calls.some(({ text }) => text.includes('Write a title'))).toBe(true)
})

function withoutPauses(mood: ReturnType<typeof demoMood>): ReturnType<typeof demoMood> {
  return (call) => {
    const step = mood(call)
    return step.kind === 'text' ? { ...step, paceMs: 0 } : step
  }
}
