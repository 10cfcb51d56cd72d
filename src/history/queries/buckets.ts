import type { Buckets } from '../answers.ts'

/** The beginning of each bucket, Unix ms. */
export function startsOf({ since, until, bucketMs }: Buckets): number[] {
  const first = Math.floor(since / bucketMs) * bucketMs
  const length = Math.max(0, Math.ceil((until - first) / bucketMs))
  return Array.from({ length }, (_, index) => first + index * bucketMs)
}

/** One value for each bucket: what `make` makes of the rows of that bucket. */
export function overTime<Row extends { bucket: number }, Value>(
  starts: readonly number[],
  rows: readonly Row[],
  make: (rows: Row[]) => Value,
): Value[] {
  const byStart = Map.groupBy(rows, ({ bucket }) => bucket)
  return starts.map((start) => make(byStart.get(start) ?? []))
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
