import { Html } from '@elysiajs/html'
import type { TargetState } from '../../src/routing/states.ts'
import { NoTargets } from '../components/no-targets.tsx'
import { TargetTable } from '../components/target-table.tsx'

export function Providers({ targets }: { targets: TargetState[] }): JSX.Element {
  return (
    <>
      <h1>Providers</h1>
      {targets.length === 0 ? <NoTargets /> : <TargetTable targets={targets} />}
    </>
  )
}
