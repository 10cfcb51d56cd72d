import { Html } from '@elysiajs/html'
import { NONE } from '../format.ts'
import { Icon } from './icon.tsx'

/** `us.anthropic.` or `moonshotai/`: what a narrow column can do without. */
const VENDOR = /^(?:[a-z-]+[./])*/i

/** The name without who made it. */
export function shortName(name: string): string {
  return name.replace(VENDOR, '')
}

/** A model's name with its region, and a mark for the small ones. */
export function Model({ name, region }: { name: string | null; region: string | null }) {
  if (name === null) return <span>{NONE}</span>
  const vendor = VENDOR.exec(name)?.[0] ?? ''
  return (
    <span class="model" title={Html.escapeHtml(name)}>
      <span class="vendor" safe>
        {vendor}
      </span>
      <span class="name" safe>
        {name.slice(vendor.length)}
      </span>
      {/haiku/i.test(name) ? <Icon name="leaf" label="Haiku" /> : ''}
      <Region name={region} />
    </span>
  )
}

export function Region({ name }: { name: string | null }): JSX.Element {
  if (name === null) return ''
  return (
    <span class="region" safe>
      {name}
    </span>
  )
}
