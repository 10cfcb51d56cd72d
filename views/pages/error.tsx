import { Html } from '@elysiajs/html'

export function ErrorPage({ status, message }: { status: number; message: string }): JSX.Element {
  return (
    <section class="error-page">
      <p class="status">{status}</p>
      <h1 safe>{message}</h1>
      <p>
        <a href="/requests">See the latest requests</a>
      </p>
    </section>
  )
}
