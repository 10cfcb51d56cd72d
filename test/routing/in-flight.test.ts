import { expect, test } from 'bun:test'
import { createInFlight } from '../../src/routing/in-flight.ts'

test('second tries are a fifth of the requests in flight, and never fewer than three', () => {
  const inFlight = createInFlight()
  const claims = () => {
    let claimed = 0
    while (inFlight.claimSecondTry()) claimed++
    for (let i = 0; i < claimed; i++) inFlight.secondTryEnded()
    return claimed
  }
  expect(claims()).toBe(3)
  const ends = Array.from({ length: 50 }, () => inFlight.requestStarted())
  expect(claims()).toBe(10)
  for (const end of ends) end()
  expect(claims()).toBe(3)
})

test('it is idle when the last request has ended', async () => {
  const inFlight = createInFlight()
  await inFlight.idle()
  const ends = [inFlight.requestStarted(), inFlight.requestStarted()]
  let idle = false
  const waiting = inFlight.idle().then(() => {
    idle = true
  })
  ends[0]?.()
  await Promise.resolve()
  expect(idle).toBe(false)
  ends[1]?.()
  await waiting
  expect(idle).toBe(true)
})
