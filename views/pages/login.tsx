import { Html } from '@elysiajs/html'

export function LoginPage({ isWrong }: { isWrong: boolean }): JSX.Element {
  return (
    <section class="error-page">
      <h1>Log in</h1>
      <p>
        This proxy asks for a key: one of <code>server.api_keys</code> in its configuration.
      </p>
      {isWrong ? <p role="alert">That is not one of them.</p> : ''}
      <form method="post" action="/login">
        <label>
          Key <input type="password" name="key" autocomplete="current-password" required />
        </label>{' '}
        <button type="submit">Log in</button>
      </form>
    </section>
  )
}
