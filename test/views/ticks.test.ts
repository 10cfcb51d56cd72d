import { expect, test } from 'bun:test'
import { tickLabels } from '../../views/charts/ticks.ts'
import { formatCost, formatCount, formatDuration, formatTokens } from '../../views/format.ts'

test.each<[number[], (value: number) => string, string[]]>([
  [[0, 200, 400], formatCount, ['0', '200', '400']],
  [[0, 1_000_000, 2_000_000], formatCount, ['0', '1,000,000', '2,000,000']],
  [[0, 20_000_000, 40_000_000], formatTokens, ['0', '20M', '40M']],
  [[0, 1_000_000_000, 2_000_000_000], formatTokens, ['0', '1B', '2B']],
  [[0, 50_000, 100_000], formatTokens, ['0', '50k', '100k']],
  [[0, 2000, 4000], formatDuration, ['0', '2 s', '4 s']],
  [[0, 500, 1000, 1500], formatDuration, ['0', '0.5 s', '1.0 s', '1.5 s']],
  [[0, 5000, 10_000], formatDuration, ['0', '5 s', '10 s']],
  [[0, 20_000, 60_000], formatDuration, ['0', '20 s', '1 min']],
  [[0, 50_000, 100_000], formatDuration, ['0', '50 s', '1m 40s']],
  [[0, 3_600_000, 5_400_000], formatDuration, ['0', '1 h', '1h 30m']],
  [[0, 20, 40], formatCost, ['0', '$20', '$40']],
  [[0, 0.05, 0.1, 0.15], formatCost, ['0', '$0.05', '$0.10', '$0.15']],
  [[0, 0.1, 0.2], formatCost, ['0', '$0.10', '$0.20']],
  [[0, 0.002, 0.004], formatCost, ['0', '$0.002', '$0.004']],
])('%p stand at an axis without digits that say nothing', (ticks, format, expected) => {
  expect(tickLabels(ticks, format)).toEqual(expected)
})
