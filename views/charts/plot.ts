import { scaleLinear, scaleTime } from 'd3-scale'
import { formatTick } from '../format.ts'

/** One line or one layer of bars: a value for each bucket of the chart; null where there is none. */
export interface Series {
  name: string
  /** A class of the stylesheet that gives the colour: `good`, `warn`, `bad`, `kind-1` … */
  tone: string
  values: readonly (number | null)[]
}

/** What a chart over time shows. */
export interface Chart {
  title: string
  /** The beginning of each bucket, Unix ms, evenly spaced. */
  buckets: readonly number[]
  /** The length of a bucket, in ms. */
  bucketMs: number
  series: readonly Series[]
  /** A value as a person reads it. */
  format(value: number): string
}

/** Where things lie: x in percent of the width, y in px from the top of the plot. */
export interface Plot {
  x(time: number): number
  y(value: number): number
  width: number
  valueTicks: number[]
  timeTicks: { time: number; label: string }[]
}

/** The height of the plot, in px, without what is written below it. */
export const PLOT_HEIGHT = 140
/** Room above the highest value for what is written there. */
const HEADROOM = 8

/** Lays a chart out; `highest` is its largest value. */
export function plotOf({ buckets, bucketMs }: Chart, highest: number): Plot {
  const start = buckets[0] ?? 0
  const end = (buckets.at(-1) ?? 0) + bucketMs
  const time = scaleTime().domain([start, end]).range([0, 100])
  const value = scaleLinear()
    .domain([0, highest || 1])
    .range([PLOT_HEIGHT, HEADROOM])
    .nice(3)
  return {
    x: (at) => rounded(time(at)),
    y: (of) => rounded(value(of)),
    width: rounded(100 / Math.max(1, buckets.length)),
    valueTicks: value.ticks(3).filter((tick) => tick > 0),
    timeTicks: time.ticks(5).map((tick) => ({ time: tick.getTime(), label: formatTick(tick) })),
  }
}

function rounded(number: number): number {
  return Math.round(number * 1000) / 1000
}
