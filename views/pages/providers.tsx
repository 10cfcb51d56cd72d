import { Html } from '@elysiajs/html'
import type { TargetView } from '../../src/dashboard/target-history.ts'
import { NoTargets } from '../components/no-targets.tsx'
import { Standing } from '../components/standing.tsx'
import { TargetCard } from '../components/target-card.tsx'

/** Every target, under the name of its provider, in the order of the routes. */
export function Providers({ targets }: { targets: TargetView[] }): JSX.Element {
  const groups = [...Map.groupBy(targets, ({ state }) => state.provider)]
  return (
    <>
      <header class="page-head">
        <h1>Providers</h1>
        <Standing states={targets.map(({ state }) => state.state)} />
      </header>
      {targets.length === 0 ? <NoTargets /> : ''}
      {groups.map(([provider, members]) => (
        <section class="provider" aria-labelledby={Html.escapeHtml(`provider-${provider}`)}>
          <h2 id={Html.escapeHtml(`provider-${provider}`)} safe>
            {provider}
          </h2>
          <ul class="target-cards">
            {members.map((view) => (
              <TargetCard view={view} />
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}
