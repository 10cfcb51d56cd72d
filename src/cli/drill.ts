import { loadConfig } from '../config/load.ts'
import { chainsOf } from '../drill/chains.ts'
import { runDrill } from '../drill/drill.ts'
import { EXERCISES } from '../drill/exercises.ts'
import { scorecardJson, scorecardText, summarize } from '../drill/scorecard.ts'
import { UserError } from '../errors.ts'
import type { Command } from './command.ts'

export const drillCommand: Command = {
  summary: 'play faults on your own chains, against simulators',
  async run({ source, json, stdout, stderr }) {
    const config = await loadConfig(source)
    const chains = chainsOf(config)
    if (chains.length === 0) throw new UserError(NOTHING_TO_DRILL)
    const count = `${EXERCISES.length} faults on ${chains.length} chain${chains.length === 1 ? '' : 's'}`
    stderr(`${count}; nothing leaves this machine\n`)
    const cards = await runDrill(config, chains)
    stdout(json ? scorecardJson(cards) : scorecardText(cards))
    return summarize(cards).fail === 0 ? 0 : 1
  },
}

const NOTHING_TO_DRILL =
  'there is no chain to drill: no provider is configured. Add one under "providers:" in the ' +
  'config file (`claude-proxy config path` says where it is looked for).'
