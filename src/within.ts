/** What comes of a promise in this time, else null. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(resolve, ms, null)
  const first = await Promise.race([promise, late])
  clearTimeout(timer)
  return first
}
