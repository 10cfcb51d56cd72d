import { scaleLinear, scaleTime } from 'd3-scale'
import type { Span } from '../../src/history/answers.ts'
import { formatTick } from '../format.ts'

/** One line or one layer of bars: a value for each bucket of the chart; null where there is none. */
export interface Series {
  name: string
  /** A class of the stylesheet that gives the colour: `tone-good`, `tone-bad`, `kind-1` … */
  tone: string
  values: readonly (number | null)[]
}

/** What a chart over time shows. */
export interface Chart {
  title: string
  /** Where the title leads. */
  href?: string
  /** The beginning of each bucket, Unix ms, evenly spaced. */
  buckets: readonly number[]
  /** The length of a bucket, in ms. */
  bucketMs: number
  /** What was counted; a bucket that reaches beyond it is drawn as one that is not whole. */
  span?: Span
  series: readonly Series[]
  /** A value as a person reads it. */
  format(value: number): string
  /** The address of what a bucket counts, which lies within the span. */
  linkOf?(counted: Span): string
}

/** Where things lie: x in percent of the width, y in px from the top of the plot. */
export interface Plot {
  x(time: number): number
  y(value: number): number
  width: number
  /** Whether there is nothing to draw. */
  isEmpty: boolean
  /** Whether all of the bucket was counted. */
  isWhole(index: number): boolean
  valueTicks: number[]
  timeTicks: { time: number; label: string }[]
}

/** The height of the plot, in px, without what is written below it. */
export const PLOT_HEIGHT = 148
/** Room above the highest value. */
const HEADROOM = 8

/** Beyond it, in percent, a word would not fit. */
const EDGE = 97

/** Lays a chart out; `highest` is its largest value. */
export function plotOf({ buckets, bucketMs, span, series }: Chart, highest: number): Plot {
  const start = buckets[0] ?? 0
  const end = (buckets.at(-1) ?? 0) + bucketMs
  const time = scaleTime().domain([start, end]).range([0, 100])
  const value = scaleLinear()
    .domain([0, highest || 1])
    .range([PLOT_HEIGHT, HEADROOM])
    .nice(3)
  // Between one request and two there is nothing.
  const areWhole = series.every(({ values }) => values.every((of) => Number.isInteger(of ?? 0)))
  const isRound = (tick: number) => !areWhole || Number.isInteger(tick)
  return {
    x: (at) => Math.round(time(at) * 100) / 100,
    y: (of) => Math.round(value(of)),
    width: 100 / Math.max(1, buckets.length),
    isEmpty: highest === 0,
    isWhole(index) {
      const from = buckets[index] ?? 0
      return !span || (from >= span.since && from + bucketMs <= span.until)
    },
    valueTicks: highest > 0 ? value.ticks(3).filter(isRound) : [0],
    timeTicks: time
      .ticks(5)
      .filter((tick) => time(tick) < EDGE)
      .map((tick) => ({ time: tick.getTime(), label: formatTick(tick) })),
  }
}
