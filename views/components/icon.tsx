import { Html } from '@elysiajs/html'

const PATHS = {
  check: 'M3 8.5l3.2 3.2L13 4.8',
  cross: 'M4 4l8 8M12 4l-8 8',
  half: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12',
  leave: 'M9.5 3H3.5v10h6M7 8h7M11.5 5.5L14 8l-2.5 2.5',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M8 5v3.2l2 1.3',
  ban: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M4 4l8 8',
  key: 'M6 10.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0M5.4 9L13 2.5M10.5 4.7L13 7',
  stream: 'M2 5c2-2 4-2 6 0s4 2 6 0M2 11c2-2 4-2 6 0s4 2 6 0',
  leaf: 'M13.5 2.5C6 2.5 3 5.5 3 9.5c0 1.5.7 2.5.7 2.5s2 .7 3.5.2c4-1.2 6-4.5 6.3-9.7M3 13.5c1-3 3-5 6-6.5',
  up: 'M8 13V3.5M4 7.5l4-4 4 4',
  down: 'M8 3v9.5M4 8.5l4 4 4-4',
  system: 'M2.5 3.5h11v7h-11zM8 10.5v3M5.5 13.5h5',
  light:
    'M8 5a3 3 0 1 0 0 6 3 3 0 1 0 0-6M8 1v1M8 14v1M1 8h1M14 8h1M3 3l.8.8M12.2 12.2l.8.8M3 13l.8-.8M12.2 3.8L13 3',
  dark: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z',
  route: 'M2 8h4m0 0c3 0 3-4 8-4M6 8c3 0 3 4 8 4',
} as const
export type IconName = keyof typeof PATHS

/** A drawing beside a word; where it stands alone, `label` is the word. */
export function Icon({ name, label }: { name: IconName; label?: string }): JSX.Element {
  if (label === undefined) {
    return (
      <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
        <path d={PATHS[name]} />
      </svg>
    )
  }
  return (
    <svg class="icon" viewBox="0 0 16 16" role="img" aria-label={label}>
      <title safe>{label}</title>
      <path d={PATHS[name]} />
    </svg>
  )
}
