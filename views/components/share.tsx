import { Html } from '@elysiajs/html'

/** A bar for a part of a whole, 0 to 1; says nothing that is not written beside it. */
export function Share({ of }: { of: number }): JSX.Element {
  return (
    <svg class="bar share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="10" />
      <rect class="flow" width={String(Math.round(of * 100))} height="10" />
    </svg>
  )
}
