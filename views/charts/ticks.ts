/** The digits after the point, without zeros at the end. */
const FRACTION = /\.(\d*?)0*(?!\d)/
/** Amounts of money have two digits after the point, or none. */
const MONEY = /^\$/

/** What is written at an axis: `format`, with no more digits than tell its ticks apart. */
export function tickLabels(ticks: readonly number[], format: (value: number) => string): string[] {
  const labels = ticks.map((tick) => (tick === 0 ? '0' : shorten(format(tick))))
  const needed = Math.max(0, ...labels.map((label) => FRACTION.exec(label)?.[1]?.length ?? 0))
  const digits = needed === 1 && labels.some((label) => MONEY.test(label)) ? 2 : needed
  return labels.map((label) =>
    label.replace(/\.(\d+)/, (_, fraction: string) => {
      const kept = fraction.slice(0, digits)
      return kept === '' ? '' : `.${kept}`
    }),
  )
}

/** 1 min 00 s as 1 min, and 1 min 40 s as 1m 40s: there is little room beside a plot. */
function shorten(duration: string): string {
  return duration
    .replace(/(h|min) 00 (?:min|s)$/, '$1')
    .replace(/^([\d,]+) (h|m)(?:in)? (\d+) (m|s)(?:in)?$/, '$1$2 $3$4')
}
