import { Html } from '@elysiajs/html'

export function Fact({ label, value }: { label: string; value: string }): JSX.Element {
  return (
    <div class="fact">
      <dt safe>{label}</dt>
      <dd safe>{value}</dd>
    </div>
  )
}
